import { Fault } from '../../../errors/fault.ts';
import type { GrpcService } from '../../../platform/grpc-service.ts';
import type { Span } from '../../../span/span.ts';
import { adjustTrace } from '../adjust/adjust-trace.ts';
import type { JaegerOptions } from '../options.ts';
import { carryWarnings } from '../second/carry-warnings.ts';
import { TraceSource } from '../../trace-source.ts';
import { type Answer, createService, encoderOf } from './calls.ts';
import { createCapabilities } from './capabilities.ts';
import { encodeTraces } from './encode-otlp.ts';
import { parseTraceIdText } from './ids.ts';
import { listDependencies, listOperations, listServices, type OperationsRequest } from './lists.ts';
import { TraceReading } from './reading.ts';
import { type Moment, nanosOf, parseTags, type TextEntry } from './requests.ts';
import { parseSearch, requireQuery, type Search, type TraceQueryParameters } from './search.ts';
import { findSummaries } from './summaries.ts';

const NAME = 'jaeger.api_v3.QueryService';

interface GetTraceRequest {
  readonly trace_id: string;
  readonly raw_traces: boolean;
}

interface FindTracesRequest {
  readonly query:
    | (TraceQueryParameters & { readonly attributes: readonly TextEntry[]; readonly raw_traces: boolean })
    | null;
}

interface GetDependenciesRequest {
  readonly start_time: Moment | null;
  readonly end_time: Moment | null;
}

/** `jaeger.api_v3`: traces as OTLP. */
export function createApiV3(options: JaegerOptions): readonly GrpcService[] {
  const { store } = options;
  const reading = new TraceReading<Span>(new TraceSource(store), {
    raw: (spans) => spans,
    adjusted: (spans) => carryWarnings(adjustTrace(spans, options)),
  });
  const encodeSummaries = encoderOf(NAME, 'FindTraceSummaries');
  const answers: Readonly<Record<string, Answer>> = {
    GetTrace: {
      streaming: ({ trace_id: text, raw_traces: isRaw }: GetTraceRequest, asked) =>
        encodeTraces(reading.one(parseTraceIdText(text), isRaw, asked)),
    },
    FindTraces: {
      async *streaming({ query }: FindTracesRequest, asked) {
        const search = searchOf(query, options);
        for await (const trace of reading.search(search, query!.raw_traces, asked))
          yield* encodeTraces([trace]);
      },
    },
    FindTraceSummaries: {
      async *streaming({ query }: FindTracesRequest, asked) {
        for await (const { summaries, ...page } of findSummaries(store, searchOf(query, options), asked)) {
          const shown = summaries.map(({ traceId, shown }) => ({ trace_id: traceId, ...shown }));
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
    GetDependencies: {
      async unary(request: GetDependenciesRequest, asked) {
        const fromNanos = nanosOf(request.start_time);
        const toNanos = nanosOf(request.end_time);
        if (fromNanos === undefined || toNanos === undefined) {
          throw new Fault('invalid', 'start_time and end_time are required');
        }
        if (toNanos <= fromNanos) throw new Fault('invalid', 'end_time must be after start_time');
        return { dependencies: await listDependencies(store, { fromNanos, toNanos }, asked) };
      },
    },
  };
  return [createService(NAME, answers, options), createCapabilities('jaeger.api_v3.Capabilities', options)];
}

function searchOf(asked: FindTracesRequest['query'], options: JaegerOptions): Search {
  const query = requireQuery(asked);
  const from = nanosOf(query.start_time_min);
  const to = nanosOf(query.start_time_max);
  if (from === undefined || to === undefined) {
    throw new Fault('invalid', 'start time min and max are required parameters', {
      field: 'query.start_time_min',
    });
  }
  if (from > to) {
    throw new Fault('invalid', 'start_time_min must be before start_time_max', {
      field: 'query.start_time_min',
    });
  }
  return parseSearch(query, parseTags(query.attributes), options);
}
