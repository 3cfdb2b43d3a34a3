import { join } from 'node:path';
import { quantile } from '../quantile.ts';
import { SHAPES } from '../traffic/shape.ts';
import { runChild } from './child.ts';
import type { LookupAnswer, LookupTask } from './lookup-process.ts';
import { figure, type Outcome } from './outcome.ts';
import { prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 2_000_000;
const SEED = 20_260_107;
const RATE = 100_000;
const BEFOREHAND_SHARE = 0.25;

export const LOOKUP: Scenario = {
  says: 'how long the lookup of a trace takes while spans are taken flat out',
  run: measureLookups,
};

async function measureLookups({ spans = SPANS, loads }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const shape = SHAPES[loads[0] ?? 'first'];
  const prepare = (name: string, count: number, seed: number): string =>
    prepareLoad(directory, name, { shape, spans: count, seed, overMs: (count / RATE) * 1000 }).path;
  const task: LookupTask = {
    dataDir: join(directory, 'data'),
    beforehand: prepare('beforehand', Math.ceil(spans * BEFOREHAND_SHARE), SEED),
    meanwhile: prepare('meanwhile', spans, SEED + 1),
  };
  const program = new URL('./lookup-process.js', import.meta.url);
  const { idleMs, busyMs, fedPerSecond } = await runChild<LookupAnswer>(program, task);
  return {
    conditions: {
      load: shape.name,
      spans,
      where: 'write path and store in one process, as in the server: no HTTP',
    },
    tables: [
      {
        title: 'Trace by id while spans are taken',
        rows: [
          figure('fed meanwhile', fedPerSecond, 'spans/s'),
          figure('lookups meanwhile', busyMs.length, ''),
          figure('lookup, nothing else to do, p50', quantile(idleMs, 0.5), 'ms'),
          figure('lookup, nothing else to do, p99', quantile(idleMs, 0.99), 'ms'),
          figure('lookup while fed, p50', quantile(busyMs, 0.5), 'ms'),
          figure('lookup while fed, p99', quantile(busyMs, 0.99), 'ms'),
          figure('lookup while fed, longest', Math.max(...busyMs), 'ms'),
        ],
      },
    ],
  };
}
