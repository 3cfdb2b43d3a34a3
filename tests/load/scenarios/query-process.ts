import type { Engine } from '../../../server/clickhouse/engine/engine.ts';
import { startCost } from '../process-cost.ts';
import { quantile } from '../quantile.ts';
import { answerParent } from './child.ts';
import { engineCounters, openStoppedStore, patiently, sampleTraceIds, SPACE } from './opened-store.ts';
import type { Goal } from './outcome.ts';
import { createQuestions, type Question } from './questions.ts';

/** A program of its own: asks the store of a stopped server's directory every question, again and again. */

export interface QueryTask {
  readonly dataDir: string;
  readonly runs: number;
}

export interface QueryAnswer {
  readonly questions: readonly MeasuredQuestion[];
}

export interface MeasuredQuestion {
  readonly name: string;
  readonly goal?: Goal;
  readonly coldMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** These, and those below, of one run on average. */
  readonly cpuMs: number;
  readonly found: number;
  readonly statements: number;
  readonly rowsRead: number;
  readonly granulesRead: number;
}

const WARM_UP_RUNS = 5;
const TRACES = 500;
const COUNTERS = ['SelectQuery', 'SelectedRows', 'SelectedMarks'];

answerParent(async ({ dataDir, runs }: QueryTask): Promise<QueryAnswer> => {
  const { engine, store } = await openStoppedStore(dataDir);
  const space = (await store.spaces(patiently())).find(({ space: { tenant } }) => tenant === SPACE.tenant)!;
  const window = { fromNanos: space.firstStartNanos, toNanos: space.lastStartNanos + 1n };
  const traceIds = await sampleTraceIds(engine, TRACES);
  const questions: MeasuredQuestion[] = [];
  for (const question of createQuestions({ store, window, traceIds })) {
    questions.push(await measure(engine, question, runs));
  }
  await engine.close();
  return { questions };
});

async function measure(
  engine: Engine,
  { name, goal, ask }: Question,
  runs: number,
): Promise<MeasuredQuestion> {
  const cold = startCost();
  await ask(0);
  const coldMs = cold().wallMs;
  for (let run = 0; run < WARM_UP_RUNS; run++) await ask(runs + run);
  const before = await engineCounters(engine, COUNTERS);
  const wallMs: number[] = [];
  let [cpuMs, found] = [0, 0];
  for (let run = 1; run <= runs; run++) {
    const cost = startCost();
    found += await ask(run);
    const spent = cost();
    wallMs.push(spent.wallMs);
    cpuMs += spent.cpuMs;
  }
  const after = await engineCounters(engine, COUNTERS);
  const [statements, rows, granules] = after.map((count, at) => count - before[at]!) as [
    number,
    number,
    number,
  ];
  return {
    name,
    ...(goal === undefined ? {} : { goal }),
    coldMs,
    p50Ms: quantile(wallMs, 0.5),
    p99Ms: quantile(wallMs, 0.99),
    cpuMs: cpuMs / runs,
    found: found / runs,
    // One of the statements is the second look at the counters.
    statements: (statements - 1) / runs,
    rowsRead: rows / runs,
    granulesRead: granules / runs,
  };
}
