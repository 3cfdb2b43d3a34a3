import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createSpace, type Space, spaceKey } from '../../../server/space/space.ts';
import type { Span } from '../../../server/span/span.ts';
import { encodeOtlp, presentOtlp } from '../../support/corpus-otlp.ts';
import { encodeThrift, type ThriftProtocol } from '../../support/encode-thrift.ts';
import { encodePostSpans } from '../../support/jaeger-protobuf.ts';
import { struct, thriftOfBatch } from '../../support/jaeger-thrift.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { jaegerOf } from './jaeger-of-spans.ts';
import { linesOf } from './lines-of-spans.ts';
import { zipkinJson, zipkinProtobuf } from './zipkin-of-spans.ts';
import { zipkinV1Json, zipkinV1Thrift } from './zipkin-v1-of-spans.ts';

/** What names the space of a request. */
export type Carrier =
  | 'headers'
  | 'X-Tenant'
  | 'X-Scope-OrgID'
  | 'path'
  | 'parameters'
  | 'org and bucket'
  | 'port'
  /** The space is the server's default. */
  | 'nothing'
  /** The space is what CnosDB takes where it is not told. */
  | 'table alone';

/** One way in. Its carriers are all by which its senders can name a space. */
export interface Receiver {
  readonly name: string;
  readonly protocol: Protocol;
  readonly carriers: readonly Carrier[];
  /** Rejects unless the server has taken all of them; datagrams are sent and not answered. */
  readonly send: (to: ServerProcess, space: Space, by: Carrier, spans: readonly Span[]) => Promise<void>;
}

/** In the order of the columns of what each carries. */
export const PROTOCOLS = [
  'OTLP',
  'Jaeger Thrift',
  'Jaeger gRPC',
  'Zipkin v2',
  'Zipkin v1',
  'line protocol',
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The defaults of CnosDB's port. */
export const CNOSDB_SPACE = createSpace('cnosdb', 'public', 'spans');

type Body = readonly [type: string, body: Buffer | string];
type Bodies = (spans: readonly Span[]) => readonly Body[];
type ListenerName = keyof ServerProcess['addresses'];

const HEADERS = ['headers', 'X-Tenant', 'X-Scope-OrgID'] as const;
const EVERYWHERE = [...HEADERS, 'path', 'port', 'nothing'] as const;
const OF_LINES = [...EVERYWHERE, 'parameters', 'org and bucket'] as const;

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

export const RECEIVERS: readonly Receiver[] = [
  http('OTLP protobuf', 'OTLP', 'otlpHttp', '/v1/traces', otlpProtobuf),
  http('OTLP JSON', 'OTLP', 'http', '/v1/traces', (spans) => [[JSON_TYPE, presentOtlp(spans)]]),
  grpc(
    'OTLP gRPC',
    'OTLP',
    'otlpGrpc',
    'opentelemetry.proto.collector.trace.v1.TraceService/Export',
    (spans) => [encodeOtlp(spans)],
  ),
  http("CnosDB's path", 'OTLP', 'http', '/api/v1/traces', otlpProtobuf),
  http("CnosDB's port", 'OTLP', 'cnosdb', '/api/v1/traces', otlpProtobuf, [
    ...HEADERS,
    'path',
    'table alone',
  ]),
  http(
    'Jaeger binary',
    'Jaeger Thrift',
    'jaegerHttp',
    '/api/traces',
    thriftOf('binary', 'application/x-thrift'),
  ),
  http(
    'Jaeger compact',
    'Jaeger Thrift',
    'http',
    '/api/traces',
    thriftOf('compact', 'application/vnd.apache.thrift.compact'),
  ),
  http(
    'Jaeger JSON',
    'Jaeger Thrift',
    'jaegerHttp',
    '/api/traces',
    thriftOf('json', 'application/vnd.apache.thrift.json'),
  ),
  udp('Jaeger UDP compact', 'compact', 'jaegerCompact'),
  udp('Jaeger UDP binary', 'binary', 'jaegerBinary'),
  grpc('Jaeger gRPC', 'Jaeger gRPC', 'jaegerGrpc', 'jaeger.api_v2.CollectorService/PostSpans', (spans) =>
    jaegerOf(spans, 'nanos').map((batch) => encodePostSpans(batch)),
  ),
  http('Zipkin v2 JSON', 'Zipkin v2', 'zipkin', '/api/v2/spans', (spans) => [[JSON_TYPE, zipkinJson(spans)]]),
  http('Zipkin v2 protobuf', 'Zipkin v2', 'zipkin', '/api/v2/spans', (spans) => [
    [PROTOBUF_TYPE, zipkinProtobuf(spans)],
  ]),
  http('Zipkin v1 JSON', 'Zipkin v1', 'zipkin', '/api/v1/spans', (spans) => [
    [JSON_TYPE, zipkinV1Json(spans)],
  ]),
  http('Zipkin v1 Thrift', 'Zipkin v1', 'zipkin', '/api/v1/spans', (spans) => [
    ['application/x-thrift', zipkinV1Thrift(spans)],
  ]),
  http('lines, v1', 'line protocol', 'http', '/write', linesTogether, OF_LINES),
  http('lines, v2, apart', 'line protocol', 'influx', '/api/v2/write', linesApart, OF_LINES),
];

function otlpProtobuf(spans: readonly Span[]): readonly Body[] {
  return [[PROTOBUF_TYPE, encodeOtlp(spans)]];
}

function thriftOf(protocol: ThriftProtocol, type: string): Bodies {
  return (spans) =>
    jaegerOf(spans, 'micros').map((batch) => [type, encodeThrift(protocol, thriftOfBatch(batch))] as const);
}

const LINES_TYPE = 'text/plain; charset=utf-8';

function linesTogether(spans: readonly Span[]): readonly Body[] {
  const { spans: own, logs, links } = linesOf(spans);
  return [[LINES_TYPE, `${own}${logs}${links}`]];
}

/** In the worst order: what belongs to a span comes before the span. */
function linesApart(spans: readonly Span[]): readonly Body[] {
  const { spans: own, logs, links } = linesOf(spans);
  return [links, logs, own].filter((lines) => lines !== '').map((lines) => [LINES_TYPE, lines] as const);
}

function http(
  name: string,
  protocol: Protocol,
  listener: ListenerName,
  path: string,
  bodies: Bodies,
  carriers: readonly Carrier[] = EVERYWHERE,
): Receiver {
  const send: Receiver['send'] = async ({ addresses }, space, by, spans) => {
    const base = by === 'port' ? addresses[`http of ${spaceKey(space)}`] : addresses[listener];
    const url = `${base}${by === 'path' ? `/t/${spaceKey(space)}` : ''}${path}?${parametersOf(space, by)}`;
    for (const [type, body] of bodies(spans)) {
      const headers = { 'content-type': type, authorization: 'Basic cm9vdDo=', ...headersOf(space, by) };
      const response = await fetch(url, { method: 'POST', headers, body });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${name} by ${by}: ${response.status} ${answer}`);
    }
  };
  return { name, protocol, carriers, send };
}

function headersOf({ tenant, db, table }: Space, by: Carrier): Readonly<Record<string, string>> {
  if (by === 'headers') return { tenant, db, table };
  if (by === 'X-Tenant') return { 'x-tenant': tenant, db, table };
  if (by === 'X-Scope-OrgID') return { 'x-scope-orgid': tenant, db, table };
  return by === 'table alone' ? { table } : {};
}

function parametersOf({ tenant, db, table }: Space, by: Carrier): string {
  if (by === 'parameters') return new URLSearchParams({ tenant, db, table, precision: 'ns' }).toString();
  if (by === 'org and bucket')
    return new URLSearchParams({ org: tenant, bucket: `${db}/${table}` }).toString();
  return '';
}

function grpc(
  name: string,
  protocol: Protocol,
  listener: ListenerName,
  method: string,
  bodies: (spans: readonly Span[]) => readonly Buffer[],
): Receiver {
  const send: Receiver['send'] = async ({ addresses }, space, by, spans) => {
    const address = (by === 'port' ? addresses[`grpc of ${spaceKey(space)}`] : addresses[listener])!;
    const client = new Client(address, credentials.createInsecure());
    try {
      for (const body of bodies(spans)) await call(client, `/${method}`, body, headersOf(space, by));
    } finally {
      client.close();
    }
  };
  return { name, protocol, carriers: [...HEADERS, 'port', 'nothing'], send };
}

function call(
  client: Client,
  path: string,
  body: Buffer,
  names: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const metadata = Metadata.fromHttp2Headers({ ...names });
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, body, metadata, (error, response) => {
      if (error === null) resolve(response!);
      else reject(error);
    });
  });
}

function udp(name: string, coding: 'compact' | 'binary', listener: ListenerName): Receiver {
  const send: Receiver['send'] = async ({ addresses }, space, by, spans) => {
    const address = (by === 'port' ? addresses[`udp of ${spaceKey(space)}`] : addresses[listener])!;
    const [host, port] = [address.slice(0, address.lastIndexOf(':')), Number(address.split(':').at(-1))];
    const socket = createSocket('udp4');
    socket.connect(port, host);
    await once(socket, 'connect');
    for (const batch of jaegerOf(spans, 'micros')) {
      const datagram = encodeThrift(coding, struct([1, thriftOfBatch(batch)]), {
        name: 'emitBatch',
        kind: 4,
      });
      await new Promise((resolve) => {
        socket.send(datagram, resolve);
      });
    }
    socket.close();
  };
  return { name, protocol: 'Jaeger Thrift', carriers: ['port', 'nothing'], send };
}
