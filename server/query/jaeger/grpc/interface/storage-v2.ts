// NOTICE: describes the interface of Jaeger (jaeger-idl), Copyright The Jaeger Authors, Apache-2.0.
import {
  DURATION,
  many,
  message,
  one,
  type PackageFacts,
  service,
  streaming,
  TIMESTAMP,
  unary,
} from '../../../../platform/grpc-interface/describe.ts';
import { CAPABILITIES } from './capabilities.ts';
import { FILTER } from './expression.ts';
import { ANY_VALUE, TRACES_DATA } from './opentelemetry.ts';

const requests: PackageFacts['types'] = {
  GetTraceParams: message({
    trace_id: one('bytes', 1),
    start_time: one(TIMESTAMP, 2),
    end_time: one(TIMESTAMP, 3),
  }),
  GetTracesRequest: message({ query: many('GetTraceParams', 1) }),
  GetServicesRequest: message({}),
  GetOperationsRequest: message({ service: one('string', 1), span_kind: one('string', 2) }),
  TraceQueryParameters: message({
    service_name: one('string', 1),
    operation_name: one('string', 2),
    attributes: many('KeyValue', 3),
    start_time_min: one(TIMESTAMP, 4),
    start_time_max: one(TIMESTAMP, 5),
    duration_min: one(DURATION, 6),
    duration_max: one(DURATION, 7),
    search_depth: one('int32', 8),
    filter: one(FILTER, 9),
    pagination: one('Pagination', 10),
  }),
  Pagination: message({ page_size: one('uint32', 1), page_token: one('string', 2) }),
  FindTracesRequest: message({ query: one('TraceQueryParameters', 1) }),
  FindTraceIDsRequest: message({ query: one('TraceQueryParameters', 1) }),
  FindTraceSummariesRequest: message({ query: one('TraceQueryParameters', 1) }),
  GetDependenciesRequest: message({ start_time: one(TIMESTAMP, 1), end_time: one(TIMESTAMP, 2) }),
};

const responses: PackageFacts['types'] = {
  GetServicesResponse: message({ services: many('string', 1) }),
  Operation: message({ name: one('string', 1), span_kind: one('string', 2) }),
  GetOperationsResponse: message({ operations: many('Operation', 1) }),
  FoundTraceID: message({
    trace_id: one('bytes', 1),
    start: one(TIMESTAMP, 2),
    end: one(TIMESTAMP, 3),
  }),
  FindTraceIDsResponse: message({
    trace_ids: many('FoundTraceID', 1),
    next_page_token: one('string', 2),
  }),
  ServiceSummary: message({
    name: one('string', 1),
    span_count: one('int32', 2),
    error_span_count: one('int32', 3),
  }),
  TraceSummary: message({
    trace_id: one('bytes', 1),
    root_service_name: one('string', 2),
    root_operation_name: one('string', 3),
    min_start_time_unix_nano: one('fixed64', 4),
    max_end_time_unix_nano: one('fixed64', 5),
    span_count: one('int32', 6),
    error_span_count: one('int32', 7),
    orphan_span_count: one('int32', 8),
    services: many('ServiceSummary', 9),
  }),
  FindTraceSummariesResponse: message({
    summaries: many('TraceSummary', 1),
    next_page_token: one('string', 2),
  }),
  Dependency: message({
    parent: one('string', 1),
    child: one('string', 2),
    call_count: one('uint64', 3),
    source: one('string', 4),
  }),
  GetDependenciesResponse: message({ dependencies: many('Dependency', 1) }),
};

export const JAEGER_STORAGE_V2: PackageFacts = {
  name: 'jaeger.storage.v2',
  imports: ['google.protobuf', 'jaeger.expression.v1', 'opentelemetry.proto.trace.v1'],
  types: {
    ...ANY_VALUE,
    ...requests,
    ...responses,
    ...CAPABILITIES,
    TraceReader: service({
      GetTraces: streaming('GetTracesRequest', TRACES_DATA),
      GetServices: unary('GetServicesRequest', 'GetServicesResponse'),
      GetOperations: unary('GetOperationsRequest', 'GetOperationsResponse'),
      FindTraces: streaming('FindTracesRequest', TRACES_DATA),
      FindTraceIDs: unary('FindTraceIDsRequest', 'FindTraceIDsResponse'),
      FindTraceSummaries: streaming('FindTraceSummariesRequest', 'FindTraceSummariesResponse'),
    }),
    DependencyReader: service({
      GetDependencies: unary('GetDependenciesRequest', 'GetDependenciesResponse'),
    }),
  },
};
