import { join } from 'node:path';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { figure, type Outcome } from './outcome.ts';
import { prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { makeWorkDirectory } from './work-directory.ts';

/** Just less than seals a segment by its size. */
const SPANS = 200_000;
const SEED = 20_260_111;
const CONNECTIONS = 8;
const RATE = 100_000;
/** So that nothing is loaded before the server is killed. */
const KEEP_IN_LOG = { SEGMENT_MAX_AGE: '1m', SEGMENT_MAX_BYTES: '1GiB', SEGMENT_MAX_ROWS: '10000000' };

export const RECOVERY: Scenario = {
  says: 'a start after SIGKILL, with acknowledged spans that stand in the log alone',
  run: measureRecovery,
};

async function measureRecovery({ spans = SPANS, loads }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const dataDir = join(directory, 'data');
  const shape = SHAPES[loads[0] ?? 'first'];
  const load = prepareLoad(directory, 'load', { shape, spans, seed: SEED, overMs: (spans / RATE) * 1000 });
  const killed = await startServer(dataDir, KEEP_IN_LOG);
  await replay({ ...killed.target(), spool: load.path, connections: CONNECTIONS });
  const inLog = await killed.unloadedSpans();
  await killed.kill();

  const startMs = performance.now();
  const server = await startServer(dataDir);
  await server.settled();
  const loadedMs = performance.now() - startMs;
  const found = await countSpans(server);
  const peakMib = server.peakMib();
  await server.stop();
  if (found !== load.spans) throw new Error(`${load.spans} spans were acknowledged and ${found} are there`);
  return {
    conditions: { load: shape.name, spans: load.spans },
    tables: [
      {
        title: 'A start after SIGKILL',
        rows: [
          figure('spans that stood in the log alone', inLog, ''),
          figure('ready after start', server.readyMs, 'ms', { budget: 3000, stretch: 2000 }),
          figure('all of them visible after start', loadedMs, 'ms'),
          figure('resident memory, peak', peakMib, 'MiB', { budget: 1024, stretch: 700 }),
          figure('acknowledged and not there', load.spans - found, 'spans', { budget: 0 }),
        ],
      },
    ],
  };
}

async function countSpans(server: MeasuredServer): Promise<number> {
  return (await server.spaces()).reduce((sum, { spanCount }) => sum + spanCount, 0);
}
