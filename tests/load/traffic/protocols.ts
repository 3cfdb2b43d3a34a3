import { JaegerDatagram } from './formats/jaeger-datagram.ts';
import { JaegerProtobuf } from './formats/jaeger-protobuf.ts';
import { JaegerThrift } from './formats/jaeger-thrift.ts';
import { LineProtocol } from './formats/line-protocol.ts';
import { OtlpJson } from './formats/otlp-json.ts';
import { OtlpProtobuf } from './formats/otlp-protobuf.ts';
import { ThriftBinary } from './formats/thrift-binary.ts';
import { ThriftCompact } from './formats/thrift-compact.ts';
import { ThriftJson } from './formats/thrift-json.ts';
import { ZipkinJson } from './formats/zipkin-json.ts';
import { ZipkinJsonV1 } from './formats/zipkin-json-v1.ts';
import { ZipkinProtobuf } from './formats/zipkin-protobuf.ts';
import { ZipkinThrift } from './formats/zipkin-thrift.ts';
import type { TrafficFormat } from './traffic-format.ts';

/** How bodies get to the server. */
export type Transport =
  | { readonly kind: 'http'; readonly path: string; readonly contentType: string }
  | { readonly kind: 'grpc'; readonly path: string }
  /** Nobody answers datagrams, so that nothing else than the sender's own pace holds it back. */
  | { readonly kind: 'udp'; readonly spansPerSecond: number };

type Listener = 'http' | 'otlpHttp' | 'otlpGrpc' | 'jaegerHttp' | 'jaegerGrpc' | 'jaegerCompact' | 'zipkin';

export interface Protocol {
  readonly createFormat: () => TrafficFormat;
  readonly transport: Transport;
  /** The port that takes it, by the name that the server gives its listener. */
  readonly listener: Listener;
  /** What opens that port where it is off by default. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Above it the system drops datagrams while a server that has just started is busy for a moment. */
const DATAGRAM_PACE = 20_000;
const OTLP_EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const POST_SPANS = '/jaeger.api_v2.CollectorService/PostSpans';
const JAEGER_THRIFT = 'application/vnd.apache.thrift';

/** Every way to send spans to the server. */
export const PROTOCOLS = {
  'otlp-protobuf': http('otlpHttp', '/v1/traces', 'application/x-protobuf', () => new OtlpProtobuf()),
  'otlp-json': http('otlpHttp', '/v1/traces', 'application/json', () => new OtlpJson()),
  'otlp-grpc': grpc('otlpGrpc', OTLP_EXPORT, () => new OtlpProtobuf()),
  'jaeger-binary': jaeger('binary', () => new JaegerThrift(() => new ThriftBinary())),
  'jaeger-compact': jaeger('compact', () => new JaegerThrift(() => new ThriftCompact())),
  'jaeger-json': jaeger('json', () => new JaegerThrift(() => new ThriftJson())),
  'jaeger-grpc': grpc('jaegerGrpc', POST_SPANS, () => new JaegerProtobuf()),
  'jaeger-udp': {
    createFormat: () => new JaegerDatagram(),
    transport: { kind: 'udp', spansPerSecond: DATAGRAM_PACE },
    listener: 'jaegerCompact',
    settings: { JAEGER_COMPACT_PORT: '0' },
  },
  'zipkin-json': http('zipkin', '/api/v2/spans', 'application/json', () => new ZipkinJson()),
  'zipkin-protobuf': http('zipkin', '/api/v2/spans', 'application/x-protobuf', () => new ZipkinProtobuf()),
  'zipkin-json-v1': http('zipkin', '/api/v1/spans', 'application/json', () => new ZipkinJsonV1()),
  'zipkin-thrift': http('zipkin', '/api/v1/spans', 'application/x-thrift', () => new ZipkinThrift()),
  influx: http(
    'http',
    '/write?db=public&precision=ns',
    'text/plain; charset=utf-8',
    () => new LineProtocol(),
  ),
} as const satisfies Readonly<Record<string, Protocol>>;

export type ProtocolName = keyof typeof PROTOCOLS;
export const PROTOCOL_NAMES = Object.keys(PROTOCOLS) as readonly ProtocolName[];

export function isProtocolName(text: string): text is ProtocolName {
  return Object.hasOwn(PROTOCOLS, text);
}

function http(
  listener: Listener,
  path: string,
  contentType: string,
  createFormat: () => TrafficFormat,
): Protocol {
  return { createFormat, transport: { kind: 'http', path, contentType }, listener, settings: {} };
}

function grpc(listener: Listener, path: string, createFormat: () => TrafficFormat): Protocol {
  return { createFormat, transport: { kind: 'grpc', path }, listener, settings: {} };
}

function jaeger(coding: string, createFormat: () => TrafficFormat): Protocol {
  return http('jaegerHttp', '/api/traces', `${JAEGER_THRIFT}.${coding}`, createFormat);
}
