// NOTICE: describes the interface of OpenTelemetry (opentelemetry-proto), Copyright The OpenTelemetry Authors, Apache-2.0.
import {
  choice,
  many,
  message,
  one,
  type PackageFacts,
} from '../../../../platform/grpc-interface/describe.ts';

export const TRACES_DATA = 'opentelemetry.proto.trace.v1.TracesData';

const COMMON = 'opentelemetry.proto.common.v1';
const RESOURCE = 'opentelemetry.proto.resource.v1';

/** AnyValue and what it is made of; storage v2 has its own copy. */
export const ANY_VALUE: PackageFacts['types'] = {
  AnyValue: message(
    {
      string_value: one('string', 1),
      bool_value: one('bool', 2),
      int_value: one('int64', 3),
      double_value: one('double', 4),
      array_value: one('ArrayValue', 5),
      kvlist_value: one('KeyValueList', 6),
      bytes_value: one('bytes', 7),
    },
    {
      oneofs: {
        value: {
          oneof: [
            'string_value',
            'bool_value',
            'int_value',
            'double_value',
            'array_value',
            'kvlist_value',
            'bytes_value',
          ],
        },
      },
    },
  ),
  ArrayValue: message({ values: many('AnyValue', 1) }),
  KeyValueList: message({ values: many('KeyValue', 1) }),
  KeyValue: message({ key: one('string', 1), value: one('AnyValue', 2) }),
};

export const OTLP_COMMON: PackageFacts = {
  name: COMMON,
  imports: [],
  types: {
    ...ANY_VALUE,
    InstrumentationScope: message({
      name: one('string', 1),
      version: one('string', 2),
      attributes: many('KeyValue', 3),
      dropped_attributes_count: one('uint32', 4),
    }),
  },
};

export const OTLP_RESOURCE: PackageFacts = {
  name: RESOURCE,
  imports: [COMMON],
  types: {
    Resource: message({
      attributes: many(`${COMMON}.KeyValue`, 1),
      dropped_attributes_count: one('uint32', 2),
    }),
  },
};

export const OTLP_TRACE: PackageFacts = {
  name: 'opentelemetry.proto.trace.v1',
  imports: [COMMON, RESOURCE],
  types: {
    TracesData: message({ resource_spans: many('ResourceSpans', 1) }),
    ResourceSpans: message({
      resource: one(`${RESOURCE}.Resource`, 1),
      scope_spans: many('ScopeSpans', 2),
      schema_url: one('string', 3),
    }),
    ScopeSpans: message({
      scope: one(`${COMMON}.InstrumentationScope`, 1),
      spans: many('Span', 2),
      schema_url: one('string', 3),
    }),
    Span: message(
      {
        trace_id: one('bytes', 1),
        span_id: one('bytes', 2),
        trace_state: one('string', 3),
        parent_span_id: one('bytes', 4),
        flags: one('fixed32', 16),
        name: one('string', 5),
        kind: one('SpanKind', 6),
        start_time_unix_nano: one('fixed64', 7),
        end_time_unix_nano: one('fixed64', 8),
        attributes: many(`${COMMON}.KeyValue`, 9),
        dropped_attributes_count: one('uint32', 10),
        events: many('Event', 11),
        dropped_events_count: one('uint32', 12),
        links: many('Link', 13),
        dropped_links_count: one('uint32', 14),
        status: one('Status', 15),
      },
      {
        nested: {
          SpanKind: choice({
            SPAN_KIND_UNSPECIFIED: 0,
            SPAN_KIND_INTERNAL: 1,
            SPAN_KIND_SERVER: 2,
            SPAN_KIND_CLIENT: 3,
            SPAN_KIND_PRODUCER: 4,
            SPAN_KIND_CONSUMER: 5,
          }),
          Event: message({
            time_unix_nano: one('fixed64', 1),
            name: one('string', 2),
            attributes: many(`${COMMON}.KeyValue`, 3),
            dropped_attributes_count: one('uint32', 4),
          }),
          Link: message({
            trace_id: one('bytes', 1),
            span_id: one('bytes', 2),
            trace_state: one('string', 3),
            attributes: many(`${COMMON}.KeyValue`, 4),
            dropped_attributes_count: one('uint32', 5),
            flags: one('fixed32', 6),
          }),
        },
      },
    ),
    Status: message(
      { message: one('string', 2), code: one('StatusCode', 3) },
      { nested: { StatusCode: choice({ STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 }) } },
    ),
  },
};
