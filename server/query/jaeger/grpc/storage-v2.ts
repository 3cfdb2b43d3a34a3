import { Fault } from '../../../errors/fault.ts';
import type { GrpcService } from '../../../platform/grpc-service.ts';
import type { Span } from '../../../span/span.ts';
import type { JaegerOptions } from '../options.ts';
import { TraceSource } from '../../trace-source.ts';
import { type Answer, type Asked, createService, encoderOf } from './calls.ts';
import { createCapabilities } from './capabilities.ts';
import { encodeTraces } from './encode-otlp.ts';
import { parseTraceIdBytes } from './ids.ts';
import { listDependencies, listOperations, listServices, type OperationsRequest } from './lists.ts';
import { TraceReading } from './reading.ts';
import { type KeyValue, type Moment, nanosOf, parseAttributes } from './requests.ts';
import { parseSearch, requireQuery, type Search, searchAsked, type TraceQueryParameters } from './search.ts';
import { findSummaries, nextPage } from './summaries.ts';

const TRACE_READER = 'jaeger.storage.v2.TraceReader';

interface GetTracesRequest {
  readonly query: readonly { readonly trace_id: Uint8Array }[];
}

type Query = TraceQueryParameters & { readonly attributes: readonly KeyValue[] };

interface FindRequest {
  readonly query: Query | null;
}

interface GetDependenciesRequest {
  readonly start_time: Moment | null;
  readonly end_time: Moment | null;
}

/** `jaeger.storage.v2`: Jaeger's own query service may stand before us, and sees spans as they were sent. */
export function createStorageV2(options: JaegerOptions): readonly GrpcService[] {
  return [
    createService(TRACE_READER, traceReader(options), options),
    createService('jaeger.storage.v2.DependencyReader', dependencyReader(options), options),
    createCapabilities('jaeger.storage.v2.Capabilities', options),
  ];
}

function traceReader(options: JaegerOptions): Readonly<Record<string, Answer>> {
  const { store } = options;
  const source = new TraceSource(store);
  const asSent = (spans: readonly Span[]): readonly Span[] => spans;
  const reading = new TraceReading<Span>(source, { raw: asSent, adjusted: asSent });
  const encodeSummaries = encoderOf(TRACE_READER, 'FindTraceSummaries');
  return {
    GetTraces: {
      streaming: (request: GetTracesRequest, asked) => readTraces(source, request, asked),
    },
    FindTraces: {
      async *streaming({ query }: FindRequest, asked) {
        for await (const trace of reading.search(searchOf(query, options), true, asked)) {
          yield* encodeTraces([trace]);
        }
      },
    },
    FindTraceIDs: {
      async unary({ query }: FindRequest, { space, call }) {
        const search = searchOf(query, options);
        const found = await searchAsked(search, (one) => store.search(space, one, call));
        const ids = found.traces.map(({ traceId }) => ({ trace_id: Buffer.from(traceId, 'hex') }));
        return { trace_ids: ids, ...nextPage(search, found.cursor) };
      },
    },
    FindTraceSummaries: {
      async *streaming({ query }: FindRequest, asked) {
        for await (const { summaries, ...page } of findSummaries(store, searchOf(query, options), asked)) {
          const shown = summaries.map(({ traceId, shown }) => ({
            trace_id: Buffer.from(traceId, 'hex'),
            ...shown,
          }));
          yield encodeSummaries({ summaries: shown, ...page });
        }
      },
    },
    GetServices: {
      unary: async (_: object, asked) => ({ services: await listServices(store, asked) }),
    },
    GetOperations: {
      unary: async (request: OperationsRequest, asked) => ({
        operations: await listOperations(store, request, asked),
      }),
    },
  };
}

/** Those of the traces that are there. One that is asked for alone is never held whole. */
async function* readTraces(
  source: TraceSource,
  { query }: GetTracesRequest,
  { space, call }: Asked,
): AsyncGenerator<Buffer> {
  const ids = new Set(query.flatMap(({ trace_id: bytes }) => parseTraceIdBytes(bytes) ?? []));
  const [only] = ids;
  if (only !== undefined && ids.size === 1) yield* encodeTraces(source.trace(space, only, call));
  else for await (const { spans } of source.traces(space, [...ids], call)) yield* encodeTraces([spans]);
}

function searchOf(asked: Query | null, options: JaegerOptions): Search {
  const query = requireQuery(asked);
  return parseSearch(query, parseAttributes(query.attributes), options);
}

function dependencyReader({ store }: JaegerOptions): Readonly<Record<string, Answer>> {
  return {
    GetDependencies: {
      async unary(request: GetDependenciesRequest, asked) {
        const fromNanos = nanosOf(request.start_time);
        const toNanos = nanosOf(request.end_time);
        if (fromNanos === undefined || toNanos === undefined) {
          throw new Fault('invalid', 'start_time and end_time are required');
        }
        return { dependencies: await listDependencies(store, { fromNanos, toNanos }, asked) };
      },
    },
  };
}
