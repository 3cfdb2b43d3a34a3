import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { figure, type Outcome } from './outcome.ts';
import { prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { readStoredSpans } from './stored-spans.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SECONDS = 600;
const SPANS_PER_SECOND = 10;
const SEED = 20_260_109;
const WARM_UP_MS = 5_000;
const IDLE_MS = 20_000;

export const QUIET: Scenario = {
  says: 'what ten spans a second cost, each in a request of its own',
  run: measureQuiet,
};

async function measureQuiet({ seconds = SECONDS, loads }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const shape = SHAPES[loads[0] ?? 'first'];
  const dataDir = join(directory, 'data');
  const server = await startServer(dataDir);
  await sleep(WARM_UP_MS);
  const idleShare = await shareOfCore(server, () => sleep(Math.min(IDLE_MS, seconds * 1000)));
  const overMs = seconds * 1000;
  const { path } = prepareLoad(directory, 'quiet', {
    shape,
    spans: seconds * SPANS_PER_SECOND,
    seed: SEED,
    overMs,
    fromMs: Date.now(),
    spansPerRequest: 1,
  });
  const trickle = { ...server.target(), spool: path, connections: 1, spansPerSecond: SPANS_PER_SECOND };
  const share = await shareOfCore(server, () => replay(trickle));
  const residentMib = server.residentMib();
  await server.settled();
  await server.stop();
  const { parts, bytesPerSpan } = await readStoredSpans(dataDir);
  return {
    conditions: { load: shape.name, seconds, spansPerSecond: SPANS_PER_SECOND },
    tables: [
      {
        title: 'A quiet server',
        rows: [
          figure('CPU, of one core', share * 100, '%', { budget: 3 }),
          figure('CPU before the first span, of one core', idleShare * 100, '%'),
          figure('parts left', parts, ''),
          figure('resident memory', residentMib, 'MiB', { budget: 400, stretch: 300 }),
          figure('stored', bytesPerSpan, 'B/span'),
        ],
      },
    ],
  };
}

async function shareOfCore(server: MeasuredServer, work: () => Promise<unknown>): Promise<number> {
  const cpuMs = server.cpuMs();
  const startMs = performance.now();
  await work();
  return (server.cpuMs() - cpuMs) / (performance.now() - startMs);
}
