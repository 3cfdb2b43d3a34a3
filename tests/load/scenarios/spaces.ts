import { join } from 'node:path';
import { quantile } from '../quantile.ts';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { figure, type Outcome } from './outcome.ts';
import { prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { readStoredSpans } from './stored-spans.ts';
import { untilCalm } from './until-calm.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPACES = 10_000;
const SPANS_PER_SPACE = 100;
const SEED = 20_260_110;
const CONNECTIONS = 8;
const RATE = 100_000;
const RUNS = 50;

export const SPACES_SCENARIO: Scenario = {
  says: '10,000 spaces of a hundred spans each: memory, and how long their list takes',
  run: measureSpaces,
};

async function measureSpaces({
  spans = SPACES * SPANS_PER_SPACE,
  runs = RUNS,
  ...options
}: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const dataDir = join(directory, 'data');
  const tenants = Array.from({ length: Math.ceil(spans / SPANS_PER_SPACE) }, (_, index) => `tenant-${index}`);
  const shape = SHAPES[options.loads[0] ?? 'first'];
  const overMs = (spans / RATE) * 1000;
  const load = prepareLoad(directory, 'spaces', {
    shape,
    spans,
    seed: SEED,
    overMs,
    spansPerRequest: SPANS_PER_SPACE,
  });

  const server = await startServer(dataDir);
  const startCpuMs = server.cpuMs();
  await replay({ ...server.target(), spool: load.path, connections: CONNECTIONS, tenants });
  const cpuMs = (await untilCalm(server, options.calmSeconds)).cpuMs - startCpuMs;
  const list = await listSpaces(server, runs, tenants.length);
  const [residentMib, peakMib] = [server.residentMib(), server.peakMib()];
  await server.stop();
  const again = await startServer(dataDir);
  await again.stop();
  const stored = await readStoredSpans(dataDir);
  return {
    conditions: { load: shape.name, spaces: tenants.length, spans: load.spans, runs },
    tables: [
      {
        title: 'Many spaces',
        rows: [
          figure('list of spaces, p50', quantile(list.wallMs, 0.5), 'ms', { budget: 100 }),
          figure('list of spaces, p99', quantile(list.wallMs, 0.99), 'ms'),
          figure('list of spaces, CPU', list.cpuMs, 'ms'),
          figure('server CPU, accept to merged', (cpuMs * 1000) / load.spans, 'µs/span'),
          figure('resident memory', residentMib, 'MiB', { budget: 1024, stretch: 700 }),
          figure('resident memory, peak', peakMib, 'MiB', { budget: 1024, stretch: 700 }),
          figure('ready after start', again.readyMs, 'ms', { budget: 3000, stretch: 2000 }),
          figure('stored', stored.bytesPerSpan, 'B/span'),
          figure('parts', stored.parts, ''),
        ],
      },
    ],
  };
}

interface Listing {
  readonly wallMs: readonly number[];
  /** Of the server, for one list. */
  readonly cpuMs: number;
}

async function listSpaces(server: MeasuredServer, runs: number, expected: number): Promise<Listing> {
  const startCpuMs = server.cpuMs();
  const wallMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startMs = performance.now();
    const { length } = await server.spaces();
    wallMs.push(performance.now() - startMs);
    if (length !== expected) throw new Error(`${expected} spaces were made and ${length} are listed`);
  }
  return { wallMs, cpuMs: (server.cpuMs() - startCpuMs) / runs };
}
