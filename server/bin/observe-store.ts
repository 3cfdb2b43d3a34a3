import { toFault } from '../errors/fault.ts';
import type { QueryMetrics } from '../platform/metrics.ts';
import type { TraceStore } from '../store/trace-store.ts';

/** The same store, with every call timed by its kind and how it ended; what reads first waits for `freshen`. */
export function observeStore(
  store: TraceStore,
  metrics: QueryMetrics,
  freshen: () => Promise<void>,
): TraceStore {
  const timed = <T>(kind: keyof TraceStore, run: () => Promise<T>): Promise<T> =>
    timeCall(metrics, kind, async () => {
      if (kind !== 'write') await freshen();
      return run();
    });
  const streamed = <T>(kind: keyof TraceStore, open: () => AsyncIterable<T>): AsyncIterable<T> =>
    timeStream(metrics, kind, freshStream(freshen, open));
  return {
    write: (...args) => timed('write', () => store.write(...args)),
    services: (...args) => timed('services', () => store.services(...args)),
    operations: (...args) => timed('operations', () => store.operations(...args)),
    trace: (...args) => streamed('trace', () => store.trace(...args)),
    traces: (...args) => streamed('traces', () => store.traces(...args)),
    search: (...args) => timed('search', () => store.search(...args)),
    count: (...args) => timed('count', () => store.count(...args)),
    spans: (...args) => timed('spans', () => store.spans(...args)),
    rankedSpans: (...args) => timed('rankedSpans', () => store.rankedSpans(...args)),
    summaries: (...args) => timed('summaries', () => store.summaries(...args)),
    rates: (...args) => timed('rates', () => store.rates(...args)),
    aggregate: (...args) => timed('aggregate', () => store.aggregate(...args)),
    dependencies: (...args) => timed('dependencies', () => store.dependencies(...args)),
    attributeKeys: (...args) => timed('attributeKeys', () => store.attributeKeys(...args)),
    attributeValues: (...args) => timed('attributeValues', () => store.attributeValues(...args)),
    deleteTrace: (...args) => timed('deleteTrace', () => store.deleteTrace(...args)),
    deleteSpace: (...args) => timed('deleteSpace', () => store.deleteSpace(...args)),
    spaces: (...args) => timed('spaces', () => store.spaces(...args)),
  };
}

async function* freshStream<T>(
  freshen: () => Promise<void>,
  open: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  await freshen();
  yield* open();
}

async function timeCall<T>(metrics: QueryMetrics, kind: string, run: () => Promise<T>): Promise<T> {
  const end = metrics.seconds.startTimer({ kind });
  try {
    const result = await run();
    end({ outcome: 'ok' });
    return result;
  } catch (thrown) {
    end({ outcome: toFault(thrown).code });
    throw thrown;
  }
}

/** Until its last chunk; one whose reader left early counts as cancelled. */
async function* timeStream<T>(
  metrics: QueryMetrics,
  kind: string,
  chunks: AsyncIterable<T>,
): AsyncGenerator<T> {
  const end = metrics.seconds.startTimer({ kind });
  let outcome = 'cancelled';
  try {
    yield* chunks;
    outcome = 'ok';
  } catch (thrown) {
    outcome = toFault(thrown).code;
    throw thrown;
  } finally {
    end({ outcome });
  }
}
