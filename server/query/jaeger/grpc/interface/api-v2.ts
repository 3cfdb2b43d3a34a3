// NOTICE: describes the interface of Jaeger (jaeger-idl), Copyright The Jaeger Authors and Uber Technologies, Apache-2.0.
import {
  choice,
  DURATION,
  many,
  message,
  one,
  type PackageFacts,
  service,
  streaming,
  TEXT_ENTRY,
  TIMESTAMP,
  unary,
} from '../../../../platform/grpc-interface/describe.ts';

const requests: PackageFacts['types'] = {
  GetTraceRequest: message({
    trace_id: one('bytes', 1),
    start_time: one(TIMESTAMP, 2),
    end_time: one(TIMESTAMP, 3),
    raw_traces: one('bool', 4),
  }),
  ArchiveTraceRequest: message({
    trace_id: one('bytes', 1),
    start_time: one(TIMESTAMP, 2),
    end_time: one(TIMESTAMP, 3),
  }),
  TraceQueryParameters: message(
    {
      service_name: one('string', 1),
      operation_name: one('string', 2),
      tags: many('TagsEntry', 3),
      start_time_min: one(TIMESTAMP, 4),
      start_time_max: one(TIMESTAMP, 5),
      duration_min: one(DURATION, 6),
      duration_max: one(DURATION, 7),
      search_depth: one('int32', 8),
      raw_traces: one('bool', 9),
    },
    { nested: { TagsEntry: TEXT_ENTRY } },
  ),
  FindTracesRequest: message({ query: one('TraceQueryParameters', 1) }),
  GetServicesRequest: message({}),
  GetOperationsRequest: message({ service: one('string', 1), span_kind: one('string', 2) }),
  GetDependenciesRequest: message({ start_time: one(TIMESTAMP, 1), end_time: one(TIMESTAMP, 2) }),
};

const responses: PackageFacts['types'] = {
  SpansResponseChunk: message({ spans: many('Span', 1) }),
  ArchiveTraceResponse: message({}),
  GetServicesResponse: message({ services: many('string', 1) }),
  Operation: message({ name: one('string', 1), span_kind: one('string', 2) }),
  GetOperationsResponse: message({ operationNames: many('string', 1), operations: many('Operation', 2) }),
  GetDependenciesResponse: message({ dependencies: many('DependencyLink', 1) }),
};

const model: PackageFacts['types'] = {
  ValueType: choice({ STRING: 0, BOOL: 1, INT64: 2, FLOAT64: 3, BINARY: 4 }),
  KeyValue: message({
    key: one('string', 1),
    v_type: one('ValueType', 2),
    v_str: one('string', 3),
    v_bool: one('bool', 4),
    v_int64: one('int64', 5),
    v_float64: one('double', 6),
    v_binary: one('bytes', 7),
  }),
  Log: message({ timestamp: one(TIMESTAMP, 1), fields: many('KeyValue', 2) }),
  SpanRefType: choice({ CHILD_OF: 0, FOLLOWS_FROM: 1 }),
  SpanRef: message({
    trace_id: one('bytes', 1),
    span_id: one('bytes', 2),
    ref_type: one('SpanRefType', 3),
  }),
  Process: message({ service_name: one('string', 1), tags: many('KeyValue', 2) }),
  Span: message({
    trace_id: one('bytes', 1),
    span_id: one('bytes', 2),
    operation_name: one('string', 3),
    references: many('SpanRef', 4),
    flags: one('uint32', 5),
    start_time: one(TIMESTAMP, 6),
    duration: one(DURATION, 7),
    tags: many('KeyValue', 8),
    logs: many('Log', 9),
    process: one('Process', 10),
    process_id: one('string', 11),
    warnings: many('string', 12),
  }),
  DependencyLink: message({
    parent: one('string', 1),
    child: one('string', 2),
    call_count: one('uint64', 3),
    source: one('string', 4),
  }),
};

export const JAEGER_API_V2: PackageFacts = {
  name: 'jaeger.api_v2',
  imports: ['google.protobuf'],
  types: {
    ...requests,
    ...responses,
    ...model,
    QueryService: service({
      GetTrace: streaming('GetTraceRequest', 'SpansResponseChunk'),
      ArchiveTrace: unary('ArchiveTraceRequest', 'ArchiveTraceResponse'),
      FindTraces: streaming('FindTracesRequest', 'SpansResponseChunk'),
      GetServices: unary('GetServicesRequest', 'GetServicesResponse'),
      GetOperations: unary('GetOperationsRequest', 'GetOperationsResponse'),
      GetDependencies: unary('GetDependenciesRequest', 'GetDependenciesResponse'),
    }),
  },
};
