import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbedded } from '../../../server/bin/open-engine.ts';
import { openWritePath, type WritePath } from '../../../server/bin/open-write-path.ts';
import { createSegmentSink } from '../../../server/clickhouse/segment-sink.ts';
import { createTraceStore } from '../../../server/clickhouse/trace-store.ts';
import { toFault } from '../../../server/errors/fault.ts';
import { decodeProtobuf } from '../../../server/ingest/otlp/decode-protobuf.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { createMetrics } from '../../../server/platform/metrics.ts';
import { createShutdown } from '../../../server/platform/shutdown.ts';
import type { TraceId } from '../../../server/span/span.ts';
import type { TraceStore } from '../../../server/store/trace-store.ts';
import { until } from '../../support/wait.ts';
import { readSpool } from '../traffic/spool.ts';
import { answerParent } from './child.ts';
import { patiently, sampleTraceIds, settingsOn, SPACE } from './opened-store.ts';

/** A program of its own: the write path and the store as the server has them, fed without HTTP, asked meanwhile. */

export interface LookupTask {
  readonly dataDir: string;
  /** Loaded before the first lookup: the traces that are looked up. */
  readonly beforehand: string;
  /** Fed while traces are looked up. */
  readonly meanwhile: string;
}

export interface LookupAnswer {
  readonly idleMs: readonly number[];
  readonly busyMs: readonly number[];
  readonly fedPerSecond: number;
}

const LANES = 8;
const TRACES = 1000;
const IDLE_LOOKUPS = 200;
const BETWEEN_LOOKUPS_MS = 10;
const COME_BACK_MS = 50;
const DRAIN_MS = 600_000;
const STOP_MS = 60_000;

answerParent(async ({ dataDir, beforehand, meanwhile }: LookupTask): Promise<LookupAnswer> => {
  const settings = settingsOn(dataDir);
  const logger = createLogger('silent');
  const shutdown = createShutdown(logger);
  const { engine } = await openEmbedded(settings);
  shutdown.onStop('engine', () => engine.close());
  const sink = createSegmentSink(engine);
  const path = await openWritePath({ settings, sink, metrics: createMetrics(), logger, shutdown });
  const store = createTraceStore({ engine, log: path.spanLog });

  await feed(path, beforehand);
  await until('the log to be empty', () => path.log.stats().rows === 0, { timeoutMs: DRAIN_MS });
  const traceIds = await sampleTraceIds(engine, TRACES);
  const idleMs = await lookUp(store, traceIds, (done) => done < IDLE_LOOKUPS);
  let feeding = true;
  const fed = feed(path, meanwhile).finally(() => {
    feeding = false;
  });
  const busyMs = await lookUp(store, traceIds, () => feeding);
  const fedPerSecond = await fed;
  await shutdown.stop(STOP_MS);
  return { idleMs, busyMs, fedPerSecond };
});

/** Feeds a spool as fast as it is taken; resolves to the spans a second that were acknowledged. */
async function feed(path: WritePath, spool: string): Promise<number> {
  const requests = readSpool(spool);
  const startMs = performance.now();
  let acknowledged = 0;
  const lane = async (): Promise<void> => {
    for (let next = requests.next(); next.done !== true; next = requests.next()) {
      await accept(path, next.value.body);
      acknowledged += next.value.spans;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (acknowledged * 1000) / (performance.now() - startMs);
}

async function accept({ intake }: WritePath, body: Buffer): Promise<void> {
  for (;;) {
    try {
      const release = intake.admit(body.length);
      await intake.accept(SPACE, body, decodeProtobuf).finally(release);
      return;
    } catch (thrown) {
      if (toFault(thrown).retryAfterMs === undefined) throw thrown;
      await sleep(COME_BACK_MS);
    }
  }
}

async function lookUp(
  store: TraceStore,
  traceIds: readonly TraceId[],
  goesOn: (done: number) => boolean,
): Promise<number[]> {
  const tookMs: number[] = [];
  while (goesOn(tookMs.length)) {
    const startMs = performance.now();
    const traceId = traceIds[tookMs.length % traceIds.length]!;
    let spans = 0;
    for await (const chunk of store.trace(SPACE, traceId, {}, patiently())) spans += chunk.length;
    if (spans === 0) throw new Error(`the trace ${traceId} was not found`);
    tookMs.push(performance.now() - startMs);
    await sleep(BETWEEN_LOOKUPS_MS);
  }
  return tookMs;
}
