import { join } from 'node:path';
import { quantile } from '../quantile.ts';
import { SHAPES } from '../traffic/shape.ts';
import { runChild } from './child.ts';
import { fillDataDirectory } from './fill-data-directory.ts';
import { startServer } from './measured-server.ts';
import { figure, type Outcome, reached, type Row } from './outcome.ts';
import type { MeasuredQuestion, QueryAnswer } from './query-process.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { readStoredSpans } from './stored-spans.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 10_000_000;
const SEED = 20_260_106;
const OVER_MS = 6 * 3_600_000;
const RUNS = 50;
const STARTS = 3;

export const QUERY: Scenario = {
  says: 'every question that has a budget, asked warm, over all that is stored; how long the program takes to start',
  run: measureQueries,
};

async function measureQueries({ spans = SPANS, runs = RUNS, ...options }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const dataDir = options.dataDir ?? join(directory, 'data');
  const shape = SHAPES[options.loads[0] ?? 'second'];
  const load = { shape, spans, seed: SEED, overMs: OVER_MS };
  await fillDataDirectory(directory, dataDir, load, options.calmSeconds);
  const emptyMs = await medianStartMs((start) => join(directory, `empty-${start}`));
  const fullMs = await medianStartMs(() => dataDir);
  const program = new URL('./query-process.js', import.meta.url);
  const { questions } = await runChild<QueryAnswer>(program, { dataDir, runs });
  const stored = await readStoredSpans(dataDir);
  return {
    conditions: {
      load: shape.name,
      spans: stored.spans,
      runs: `${runs} warm runs of each question, each with other arguments`,
      where: "through the store's port, in a process of its own: no HTTP",
    },
    tables: [
      {
        title: 'Questions (ms; CPU, found, statements, rows and granules of one run)',
        rows: questions.map(presentQuestion),
      },
      {
        title: 'The store',
        rows: [
          figure(`ready after start, empty, median of ${STARTS}`, emptyMs, 'ms', {
            budget: 1500,
            stretch: 1000,
          }),
          figure(`ready after start, full, median of ${STARTS}`, fullMs, 'ms', {
            budget: 3000,
            stretch: 2000,
          }),
          figure('stored', stored.bytesPerSpan, 'B/span', { budget: 80, stretch: 60 }),
          figure('parts', stored.parts, ''),
        ],
      },
    ],
  };
}

async function medianStartMs(dataDirOf: (start: number) => string): Promise<number> {
  const readyMs: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const server = await startServer(dataDirOf(start));
    readyMs.push(server.readyMs);
    await server.stop();
  }
  return quantile(readyMs, 0.5);
}

function presentQuestion(question: MeasuredQuestion): Row {
  return {
    question: question.name,
    p50: question.p50Ms,
    budget: question.goal?.budget ?? '',
    stretch: question.goal?.stretch ?? '',
    reached: reached(question.p50Ms, question.goal),
    p99: question.p99Ms,
    cold: question.coldMs,
    CPU: question.cpuMs,
    found: question.found,
    statements: question.statements,
    rows: question.rowsRead,
    granules: question.granulesRead,
  };
}
