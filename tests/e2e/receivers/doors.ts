import { connect } from 'node:net';
import { encodeThrift } from '../../support/encode-thrift.ts';
import { struct, thriftOfBatch } from '../../support/jaeger-thrift.ts';
import type { ServerProcess } from '../../support/server-process.ts';

type ListenerName = keyof ServerProcess['addresses'];

/** One way in over HTTP, and the body of one span for it. */
export interface Door {
  readonly name: string;
  readonly listener: ListenerName;
  readonly path: string;
  readonly type: string;
  readonly body: (id: number) => Buffer;
  /** Of a body that was taken. */
  readonly taken: number;
}

const LINES_TYPE = 'text/plain; charset=utf-8';

export const JAEGER_DOOR = door('Jaeger', 'jaegerHttp', '/api/traces', 'application/x-thrift', jaegerBody);
export const ZIPKIN_DOOR = door('Zipkin v2', 'zipkin', '/api/v2/spans', 'application/json', zipkinBody);
export const LINES_DOOR = door('lines', 'influx', '/write', LINES_TYPE, linesBody, 204);
/** What hostile senders try, whatever the port. */
export const DOORS: readonly Door[] = [
  JAEGER_DOOR,
  door('Jaeger on the main port', 'http', '/api/traces', 'application/x-thrift', jaegerBody),
  ZIPKIN_DOOR,
  door('Zipkin v1', 'zipkin', '/api/v1/spans', 'application/json', zipkinV1Body),
  LINES_DOOR,
  door('lines on the main port', 'http', '/api/v2/write', LINES_TYPE, linesBody, 204),
];

function door(
  name: string,
  listener: ListenerName,
  path: string,
  type: string,
  body: Door['body'],
  taken = 202,
): Door {
  return { name, listener, path, type, body, taken };
}

/** 16 hex digits from a number. */
export function hexId(id: number): string {
  return id.toString(16).padStart(16, '0');
}

export function jaegerBatchOf(id: number, operationName = 'op'): ReturnType<typeof thriftOfBatch> {
  return thriftOfBatch({
    process: { serviceName: 'svc' },
    spans: [
      {
        traceIdLow: String(id),
        traceIdHigh: '0',
        spanId: String(id),
        parentSpanId: '0',
        operationName,
        flags: 1,
        startTime: String(Date.now() * 1000),
        duration: '5',
      },
    ],
  });
}

export function datagramOf(id: number, coding: 'compact' | 'binary', operationName?: string): Buffer {
  return encodeThrift(coding, struct([1, jaegerBatchOf(id, operationName)]), { name: 'emitBatch', kind: 4 });
}

function jaegerBody(id: number): Buffer {
  return encodeThrift('binary', jaegerBatchOf(id));
}

function zipkinBody(id: number): Buffer {
  return Buffer.from(JSON.stringify([{ ...zipkinSpan(id), localEndpoint: { serviceName: 'svc' } }]));
}

function zipkinV1Body(id: number): Buffer {
  return Buffer.from(JSON.stringify([zipkinSpan(id)]));
}

function zipkinSpan(id: number): object {
  return { traceId: hexId(id), id: hexId(id), name: 'op', timestamp: Date.now() * 1000, duration: 5 };
}

function linesBody(id: number): Buffer {
  const nanos = `${Date.now()}000000`;
  const ids = `span_id=${hexId(id)},trace_id=${hexId(0)}${hexId(id)}`;
  return Buffer.from(`spans,${ids},service.name=svc span.name="op",duration_nano=5i ${nanos}\n`);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Posts to the door as an honest sender does, but for what the call says. */
export async function knock(
  server: ServerProcess,
  { listener, path, type }: Door,
  body: Buffer | ReadableStream,
  { before = '', query = '', headers = {} }: Knock = {},
): Promise<Answer> {
  const response = await fetch(`${addressOf(server, listener)}${before}${path}${query}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
    ...(Buffer.isBuffer(body) ? {} : { duplex: 'half' }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export interface Knock {
  /** In front of the path. */
  readonly before?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends bytes as they are, and gives all that comes back until the connection ends. */
export function exchange(address: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: portOf(address) });
  return new Promise((resolve) => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    // A reset is as good an end as any.
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve(received);
      });
    for (const part of parts) socket.write(part);
  });
}

/** Of a port that is open: which ones are, the settings of the test say. */
export function addressOf({ addresses }: ServerProcess, listener: ListenerName): string {
  return addresses[listener]!;
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
