import { join } from 'node:path';
import { quantile } from '../quantile.ts';
import { SHAPES } from '../traffic/shape.ts';
import { runChild } from './child.ts';
import { fillDataDirectory } from './fill-data-directory.ts';
import type { LargeTraceAnswer, TraceRead } from './large-trace-process.ts';
import { measureLargeTraceOverHttp } from './large-trace-http.ts';
import { figure, type Outcome } from './outcome.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 100_000;
const SEED = 20_260_108;
const MS_PER_SPAN = 2;
const RUNS = 10;

export const LARGE_TRACE: Scenario = {
  says: 'one trace of 100,000 spans, read in chunks and over HTTP',
  run: measureLargeTrace,
};

async function measureLargeTrace({ spans = SPANS, runs = RUNS, ...options }: BenchOptions): Promise<Outcome> {
  const directory = makeWorkDirectory();
  const dataDir = options.dataDir ?? join(directory, 'data');
  const shape = {
    ...SHAPES[options.loads[0] ?? 'first'],
    spansPerTrace: () => spans,
    meanSpansPerTrace: spans,
  };
  const load = { shape, spans, seed: SEED, overMs: spans * MS_PER_SPAN };
  await fillDataDirectory(directory, dataDir, load, options.calmSeconds);
  const program = new URL('./large-trace-process.js', import.meta.url);
  const { traceId, reads, idleMib, peakMib } = await runChild<LargeTraceAnswer>(program, { dataDir, runs });
  const cut = reads.find((read) => read.spans !== spans);
  if (cut !== undefined) throw new Error(`${spans} spans were acknowledged and ${cut.spans} came back`);
  const overHttp = await measureLargeTraceOverHttp(dataDir, traceId, spans, runs);
  const median = (of: (read: TraceRead) => number): number => quantile(reads.map(of), 0.5);
  return {
    conditions: {
      load: shape.name,
      spans,
      runs,
      where:
        "first through the store's port, in a process of its own; then over HTTP, each form asked of a server of its own",
    },
    tables: [
      {
        title: 'One large trace',
        rows: [
          figure('whole trace, first time', reads[0]!.wholeMs, 'ms'),
          figure(
            'whole trace, median',
            median(({ wholeMs }) => wholeMs),
            'ms',
            { budget: 2000 },
          ),
          figure(
            'first chunk, median',
            median(({ firstChunkMs }) => firstChunkMs),
            'ms',
          ),
          figure(
            'chunks',
            median(({ chunks }) => chunks),
            '',
          ),
          figure('resident memory before', idleMib, 'MiB'),
          figure('peak above it', peakMib - idleMib, 'MiB', { budget: 300 }),
        ],
      },
      { title: 'The same over HTTP (medians; budgets: whole 2,000 ms, peak 300 MiB)', rows: overHttp },
    ],
  };
}
