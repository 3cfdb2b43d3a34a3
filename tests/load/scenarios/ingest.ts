import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../quantile.ts';
import { type ProtocolName, PROTOCOLS } from '../traffic/protocols.ts';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { compareProtocols } from './compare-protocols.ts';
import { CONNECTIONS, countArrived, type FlatOut, sendFlatOut } from './flat-out.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { figure, type Outcome, type Row, type Table } from './outcome.ts';
import { type PreparedLoad, prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { readStoredSpans, type StoredSpans } from './stored-spans.ts';
import { LOOK_EVERY_MS, measureVisibility } from './visibility.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 2_000_000;
const SEED = 20_260_105;
/** Spans a second that the times in the load are made for: about as fast as they are sent. */
const RATE = 100_000;
/** Spans a second that the budget asks for. Latency is measured at half of it, or of what was reached if that is less. */
const SUSTAINED_BUDGET = 90_000;
/** Of the load's spans, how many are sent again, with other values, at half the pace. */
const PACED_SHARE = 0.5;
const IDLE_MS = 2_000;

export const INGEST: Scenario = {
  says: 'what a span costs from its acceptance to its last merge, how fast they are taken, how soon they are seen',
  run: (options) => {
    const [protocol = 'otlp-protobuf', ...others] = options.protocols;
    return others.length > 0 ? compareProtocols(options) : measureIngest(options, protocol);
  },
};

async function measureIngest(
  { spans = SPANS, loads, calmSeconds }: BenchOptions,
  protocol: ProtocolName,
): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const shape = SHAPES[loads[0] ?? 'first'];
  const prepare = (name: string, count: number, seed: number): PreparedLoad =>
    prepareLoad(directory, name, { shape, spans: count, seed, overMs: (count / RATE) * 1000, protocol });
  const full = prepare('full', spans, SEED);
  const paced = prepare('paced', Math.ceil(spans * PACED_SHARE), SEED + 1);

  const dataDir = join(directory, 'data');
  const server = await startServer(dataDir, PROTOCOLS[protocol].settings);
  await sleep(IDLE_MS);
  const idleMib = server.residentMib();
  const flatOut = await sendFlatOut(server, full, { protocol, calmSeconds });
  const spansPerSecond = Math.min(flatOut.acknowledgedPerSecond, SUSTAINED_BUDGET) / 2;
  const atHalf = await sendPaced(server, paced, { protocol, spansPerSecond });
  const peakMib = server.peakMib();
  await server.settled();
  await server.stop();
  const stored = await readStoredSpans(dataDir);
  checkNothingIsLost(stored, flatOut.arrived + atHalf.arrived);

  return {
    conditions: {
      load: shape.name,
      protocol,
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
          ...presentLost(protocol, full.spans + paced.spans - flatOut.arrived - atHalf.arrived),
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
      presentThreads(flatOut),
      {
        title: 'Where the bytes are',
        rows: Object.entries(stored.places).map(([place, bytes]) => ({ place, 'B/span': bytes })),
      },
    ],
  };
}

interface Paced {
  readonly arrived: number;
  readonly spansPerSecond: number;
  readonly latenciesMs: readonly number[];
  readonly visibleMs: readonly number[];
}

async function sendPaced(
  server: MeasuredServer,
  load: PreparedLoad,
  { protocol, spansPerSecond }: { readonly protocol: ProtocolName; readonly spansPerSecond: number },
): Promise<Paced> {
  const before = await server.acceptedSpans();
  const over = new AbortController();
  const visibility = measureVisibility(server, over.signal);
  const options = { ...server.target(protocol), spool: load.path, connections: CONNECTIONS, spansPerSecond };
  const report = await replay(options);
  over.abort();
  const visibleMs = await visibility;
  // Each of the probes is a span.
  const sent = load.spans + visibleMs.length;
  const arrived = (await countArrived(server, protocol, { before, sent })) - visibleMs.length;
  return { arrived, spansPerSecond: arrived / report.seconds, latenciesMs: report.latenciesMs, visibleMs };
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

/** Where nobody answers. */
function presentLost(protocol: ProtocolName, lost: number): Row[] {
  return PROTOCOLS[protocol].transport.kind === 'udp' ? [figure('spans that did not arrive', lost, '')] : [];
}

function presentThreads({ threads, arrived }: FlatOut): Table {
  const rows = [...threads].map(([thread, ms]) => ({ thread, 'µs/span': (ms * 1000) / arrived }));
  const shown = rows.filter((row) => row['µs/span'] >= 0.005);
  return {
    title: 'CPU by the names that threads have at the end (those that have ended are missing)',
    rows: shown.toSorted((a, b) => b['µs/span'] - a['µs/span']),
  };
}
