import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../quantile.ts';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { figure, type Outcome, type Row, type Table } from './outcome.ts';
import { type PreparedLoad, prepareLoad } from './prepare-load.ts';
import { readThreadCpuMs } from './process-reading.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { readStoredSpans, type StoredSpans } from './stored-spans.ts';
import { type CalmReading, untilCalm } from './until-calm.ts';
import { LOOK_EVERY_MS, measureVisibility } from './visibility.ts';
import { watchMemory, type WatchedMemory } from './watch-memory.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 2_000_000;
const SEED = 20_260_105;
const CONNECTIONS = 8;
/** Spans a second that the times in the load are made for: about as fast as they are sent. */
const RATE = 100_000;
/** Spans a second that the budget asks for. Latency is measured at half of it, or of what was reached if that is less. */
const SUSTAINED_BUDGET = 90_000;
/** Of the load's spans, how many are sent again, with other values, at half the pace. */
const PACED_SHARE = 0.5;
const IDLE_MS = 2_000;

export const INGEST: Scenario = {
  says: 'what a span costs from its acceptance to its last merge, how fast they are taken, how soon they are seen',
  run: measureIngest,
};

async function measureIngest({ spans = SPANS, loads, calmSeconds }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const shape = SHAPES[loads[0] ?? 'first'];
  const prepare = (name: string, count: number, seed: number): PreparedLoad =>
    prepareLoad(directory, name, { shape, spans: count, seed, overMs: (count / RATE) * 1000 });
  const full = prepare('full', spans, SEED);
  const paced = prepare('paced', Math.ceil(spans * PACED_SHARE), SEED + 1);

  const dataDir = join(directory, 'data');
  const server = await startServer(dataDir);
  await sleep(IDLE_MS);
  const idleMib = server.residentMib();
  const flatOut = await sendFlatOut(server, full, calmSeconds);
  const atHalf = await sendPaced(
    server,
    paced,
    Math.min(flatOut.acknowledgedPerSecond, SUSTAINED_BUDGET) / 2,
  );
  const peakMib = server.peakMib();
  await server.settled();
  await server.stop();
  const stored = await readStoredSpans(dataDir);
  checkNothingIsLost(stored, full.spans + paced.spans);

  return {
    conditions: {
      load: shape.name,
      spans: full.spans,
      wireBytesPerSpan: full.bytes / full.spans,
      connections: CONNECTIONS,
      atHalfTheRate: `${paced.spans} spans more`,
    },
    tables: [
      {
        title: 'Ingest',
        rows: [
          ...presentFlatOut(flatOut),
          ...presentPaced(atHalf),
          figure('ready after start, empty', server.readyMs, 'ms', { budget: 1500, stretch: 1000 }),
          figure('resident memory, idle', idleMib, 'MiB', { budget: 400, stretch: 300 }),
          figure('resident memory at full rate, median', flatOut.memory.medianMib, 'MiB', {
            budget: 1024,
            stretch: 700,
          }),
          figure('resident memory at full rate, most', flatOut.memory.mostMib, 'MiB'),
          figure('resident memory, peak of the whole run', peakMib, 'MiB'),
          figure('stored', stored.bytesPerSpan, 'B/span', { budget: 90, stretch: 75 }),
          figure('parts', stored.parts, ''),
        ],
      },
      presentThreads(flatOut, full.spans),
      {
        title: 'Where the bytes are',
        rows: Object.entries(stored.places).map(([place, bytes]) => ({ place, 'B/span': bytes })),
      },
    ],
  };
}

interface FlatOut {
  readonly acknowledgedPerSecond: number;
  readonly loadedPerSecond: number;
  readonly refusals: number;
  readonly latenciesMs: readonly number[];
  readonly memory: WatchedMemory;
  /** Of a span, until the last acknowledgement, until all was loaded, until merges were over. */
  readonly cpuMicros: Readonly<Record<'acknowledged' | 'loaded' | 'merged', number>>;
  readonly threads: ReadonlyMap<string, number>;
}

async function sendFlatOut(
  server: MeasuredServer,
  load: PreparedLoad,
  calmSeconds: number,
): Promise<FlatOut> {
  const startCpuMs = server.cpuMs();
  const startThreads = readThreadCpuMs(server.pid);
  const startMs = performance.now();
  const stopWatching = watchMemory(server);
  const report = await replay({ url: server.otlpUrl, spool: load.path, connections: CONNECTIONS });
  const micros = (cpuMs: number): number => ((cpuMs - startCpuMs) * 1000) / load.spans;
  const acknowledged = micros(server.cpuMs());
  await server.settled();
  const memory = stopWatching();
  const loadedSeconds = (performance.now() - startMs) / 1000;
  const loaded = micros(server.cpuMs());
  const calm: CalmReading = await untilCalm(server, calmSeconds);
  return {
    acknowledgedPerSecond: report.spans / report.seconds,
    loadedPerSecond: load.spans / loadedSeconds,
    refusals: report.refusals,
    latenciesMs: report.latenciesMs,
    memory,
    cpuMicros: { acknowledged, loaded, merged: Math.max(micros(calm.cpuMs), loaded) },
    threads: new Map([...calm.threads].map(([name, ms]) => [name, ms - (startThreads.get(name) ?? 0)])),
  };
}

interface Paced {
  readonly spansPerSecond: number;
  readonly latenciesMs: readonly number[];
  readonly visibleMs: readonly number[];
}

async function sendPaced(server: MeasuredServer, load: PreparedLoad, spansPerSecond: number): Promise<Paced> {
  const over = new AbortController();
  const visibility = measureVisibility(server, over.signal);
  const options = { url: server.otlpUrl, spool: load.path, connections: CONNECTIONS, spansPerSecond };
  const report = await replay(options);
  over.abort();
  return {
    spansPerSecond: report.spans / report.seconds,
    latenciesMs: report.latenciesMs,
    visibleMs: await visibility,
  };
}

/** More may be stored: the probes. */
function checkNothingIsLost(stored: StoredSpans, acknowledged: number): void {
  if (stored.spans >= acknowledged) return;
  throw new Error(`${acknowledged} spans were acknowledged and ${stored.spans} are stored`);
}

function presentFlatOut({ cpuMicros, latenciesMs, ...sent }: FlatOut): Row[] {
  return [
    figure('server CPU, accept to merged', cpuMicros.merged, 'µs/span', { budget: 12, stretch: 9 }),
    figure('  until loaded', cpuMicros.loaded, 'µs/span'),
    figure('  until the last acknowledgement', cpuMicros.acknowledged, 'µs/span'),
    figure('acknowledged, flat out', sent.acknowledgedPerSecond, 'spans/s', {
      budget: 90_000,
      stretch: 130_000,
    }),
    figure('loaded, flat out', sent.loadedPerSecond, 'spans/s'),
    figure('requests told to come back', sent.refusals, ''),
    figure('acknowledgement, flat out, p50', quantile(latenciesMs, 0.5), 'ms'),
    figure('acknowledgement, flat out, p99', quantile(latenciesMs, 0.99), 'ms'),
  ];
}

function presentPaced({ spansPerSecond, latenciesMs, visibleMs }: Paced): Row[] {
  return [
    figure('half that rate', spansPerSecond, 'spans/s'),
    figure('acknowledgement at half rate, p50', quantile(latenciesMs, 0.5), 'ms'),
    figure('acknowledgement at half rate, p99', quantile(latenciesMs, 0.99), 'ms', {
      budget: 50,
      stretch: 20,
    }),
    figure(`visible after it (within ${LOOK_EVERY_MS} ms), p50`, quantile(visibleMs, 0.5), 'ms'),
    figure(`visible after it (within ${LOOK_EVERY_MS} ms), p99`, quantile(visibleMs, 0.99), 'ms', {
      budget: 1000,
      stretch: 500,
    }),
    figure('spans looked for', visibleMs.length, ''),
  ];
}

function presentThreads({ threads }: FlatOut, spans: number): Table {
  const rows = [...threads].map(([thread, ms]) => ({ thread, 'µs/span': (ms * 1000) / spans }));
  const shown = rows.filter((row) => row['µs/span'] >= 0.005);
  return {
    title: 'CPU by the names that threads have at the end (those that have ended are missing)',
    rows: shown.toSorted((a, b) => b['µs/span'] - a['µs/span']),
  };
}
