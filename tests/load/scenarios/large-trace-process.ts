import type { TraceId } from '../../../server/span/span.ts';
import type { TraceStore } from '../../../server/store/trace-store.ts';
import { peakMemoryMib } from '../process-cost.ts';
import { answerParent } from './child.ts';
import { openStoppedStore, patiently, sampleTraceIds, SPACE } from './opened-store.ts';
import { forgetPeakMemory, residentMib } from './process-reading.ts';

/** A program of its own: reads the one trace of a stopped server's directory chunk by chunk, and keeps none of them. */

export interface LargeTraceTask {
  readonly dataDir: string;
  readonly runs: number;
}

export interface LargeTraceAnswer {
  readonly traceId: TraceId;
  readonly idleMib: number;
  readonly peakMib: number;
  readonly reads: readonly TraceRead[];
}

export interface TraceRead {
  readonly spans: number;
  readonly chunks: number;
  readonly firstChunkMs: number;
  readonly wholeMs: number;
}

answerParent(async ({ dataDir, runs }: LargeTraceTask): Promise<LargeTraceAnswer> => {
  const { engine, store } = await openStoppedStore(dataDir);
  const [traceId] = await sampleTraceIds(engine, 1);
  const idleMib = residentMib(process.pid);
  // Opening the store takes memory for a moment; what is asked for is what reading takes.
  forgetPeakMemory(process.pid);
  const reads: TraceRead[] = [];
  for (let run = 0; run < runs; run++) reads.push(await read(store, traceId!));
  const peakMib = peakMemoryMib() ?? Number.NaN;
  await engine.close();
  return { traceId: traceId!, idleMib, peakMib, reads };
});

async function read(store: TraceStore, traceId: TraceId): Promise<TraceRead> {
  const startMs = performance.now();
  let [spans, chunks, firstChunkMs] = [0, 0, 0];
  for await (const chunk of store.trace(SPACE, traceId, {}, patiently())) {
    if (chunks === 0) firstChunkMs = performance.now() - startMs;
    chunks += 1;
    spans += chunk.length;
  }
  return { spans, chunks, firstChunkMs, wholeMs: performance.now() - startMs };
}
