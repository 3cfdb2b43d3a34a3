import { Fault } from '../../../errors/fault.ts';
import type { GrpcService } from '../../../platform/grpc-service.ts';
import type { TraceId } from '../../../span/span.ts';
import { adjustTrace, rawTrace } from '../adjust/adjust-trace.ts';
import type { JaegerOptions } from '../options.ts';
import { TraceSource } from '../../trace-source.ts';
import { type Answer, createService } from './calls.ts';
import { encodeChunks } from './encode-model.ts';
import { parseTraceIdBytes } from './ids.ts';
import { listDependencies, listOperations, listServices, type OperationsRequest } from './lists.ts';
import { TraceReading } from './reading.ts';
import { type Moment, nanosOf, parseTags, type TextEntry } from './requests.ts';
import { parseSearch, requireQuery, type TraceQueryParameters } from './search.ts';

interface GetTraceRequest {
  readonly trace_id: Uint8Array;
  readonly raw_traces: boolean;
}

interface FindTracesRequest {
  readonly query:
    (TraceQueryParameters & { readonly tags: readonly TextEntry[]; readonly raw_traces: boolean }) | null;
}

interface GetDependenciesRequest {
  readonly start_time: Moment | null;
  readonly end_time: Moment | null;
}

/** `jaeger.api_v2.QueryService`: the interface of Jaeger's own model of spans. */
export function createApiV2(options: JaegerOptions): GrpcService {
  const { store } = options;
  const source = new TraceSource(store);
  const reading = new TraceReading(source, {
    raw: rawTrace,
    adjusted: (spans) => adjustTrace(spans, options),
  });
  const answers: Readonly<Record<string, Answer>> = {
    GetTrace: {
      streaming: (request: GetTraceRequest, asked) =>
        encodeChunks(reading.one(requireTraceId(request), request.raw_traces, asked)),
    },
    ArchiveTrace: {
      async unary(request: GetTraceRequest, { space, call }) {
        const isThere = await source.archive(space, requireTraceId(request), call);
        if (!isThere) throw new Fault('not-found', 'trace not found');
        return {};
      },
    },
    FindTraces: {
      async *streaming(request: FindTracesRequest, asked) {
        const query = requireQuery(request.query);
        const search = parseSearch(query, parseTags(query.tags), options);
        for await (const trace of reading.search(search, query.raw_traces, asked))
          yield* encodeChunks([trace]);
      },
    },
    GetServices: {
      unary: async (_: object, asked) => ({ services: await listServices(store, asked) }),
    },
    GetOperations: {
      async unary(request: OperationsRequest, asked) {
        const operations = await listOperations(store, request, asked);
        const names = new Set(operations.map(({ name }) => name));
        return { operations, operationNames: [...names] };
      },
    },
    GetDependencies: {
      async unary(request: GetDependenciesRequest, asked) {
        const fromNanos = nanosOf(request.start_time);
        const toNanos = nanosOf(request.end_time);
        if (fromNanos === undefined || toNanos === undefined) {
          throw new Fault('invalid', 'StartTime and EndTime must be initialized.');
        }
        return { dependencies: await listDependencies(store, { fromNanos, toNanos }, asked) };
      },
    },
  };
  return createService('jaeger.api_v2.QueryService', answers, options);
}

function requireTraceId({ trace_id: bytes }: GetTraceRequest): TraceId {
  const traceId = parseTraceIdBytes(bytes);
  if (traceId === undefined) {
    throw new Fault('invalid', 'uninitialized TraceID is not allowed', { field: 'trace_id' });
  }
  return traceId;
}
