import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecordingEdge, type RecordingEdge, WHOLE } from '../../../tests/support/recording-edge.ts';
import { Fault } from '../../errors/fault.ts';
import { listenHttp } from '../../platform/http-listener.ts';
import type { Listener } from '../../platform/listener.ts';
import { createHttpReceiver } from '../http-receiver.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import type { Decode } from '../intake.ts';
import { OTLP_HTTP } from './http.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

let edge: RecordingEdge;
let listener: Listener;
let origin: string;

async function open(limits: Partial<RecordingEdge['limits']> = {}): Promise<void> {
  edge = createRecordingEdge(limits);
  const app = express().use(createHttpReceiver(edge, OTLP_HTTP, { paths: ['/v1/traces', '/api/v1/traces'] }));
  listener = await listenHttp(app, { host: '127.0.0.1', port: 0, bodyTimeoutMs: edge.limits.bodyTimeoutMs });
  origin = `http://127.0.0.1:${listener.port}`;
}

beforeEach(() => open());
afterEach(() => listener.close(1000));

function post(
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = '{}',
): Promise<Response> {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  return fetch(origin + path, { method: 'POST', headers, body: bytes });
}

/** What fetch will not send: several lines of one header, an announced length that is not kept. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(listener.port, '127.0.0.1', () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

describe('a request', () => {
  const spaces: [string, Record<string, string>, string][] = [
    ['/v1/traces', {}, 'default/public/traces'],
    ['/api/v1/traces', { tenant: 'a', db: 'b', table: 'c' }, 'a/b/c'],
    ['/v1/traces', { 'X-Scope-OrgID': 'a' }, 'a/public/traces'],
    ['/t/a/b/c/v1/traces', {}, 'a/b/c'],
    ['/t/a/b/c/api/v1/traces', { tenant: 'a' }, 'a/b/c'],
    ['/t/%61/b.2/c-3/v1/traces?x=1', {}, 'a/b.2/c-3'],
  ];
  test.each(spaces)('%s %j reaches its space', async (path, headers, space) => {
    const response = await post(path, { ...JSON_TYPE, ...headers });
    expect(response.status).toBe(200);
    expect(edge.accepted).toEqual([{ space, body: Buffer.from('{}'), decode: decodeJson }]);
  });

  test('is answered in its own encoding', async () => {
    const json = await post('/v1/traces', { 'content-type': 'application/json; charset="UTF-8"' });
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(await json.text()).toBe('{}');

    const protobuf = await post('/v1/traces', PROTOBUF_TYPE, '');
    expect(protobuf.status).toBe(200);
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
    expect(protobuf.headers.get('content-length')).toBe('0');
    expect(edge.accepted.map(({ decode }) => decode)).toEqual([decodeJson, decodeProtobuf]);
  });

  test('tells what was refused', async () => {
    edge.onAccept = () => ({ ...WHOLE, rejected: 2, message: 'two are bad' });
    const response = await post('/v1/traces', JSON_TYPE);
    expect(await response.json()).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: 'two are bad' },
    });
  });

  test('is unpacked before it is accepted, and admitted by what it unpacks to', async () => {
    const body = 'x'.repeat(10_000);
    let admittedBytes = 0;
    edge.onAccept = () => {
      admittedBytes = edge.admittedBytes();
      return WHOLE;
    };
    await post('/v1/traces', { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(body));
    expect(edge.accepted[0]?.body.toString()).toBe(body);
    expect(admittedBytes).toBe(10_000);
    expect(edge.admittedBytes()).toBe(0);
  });

  test('may come in chunks of unknown number', async () => {
    const stream = new ReadableStream({
      start(controller) {
        for (const part of ['{', ' ', '}']) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: JSON_TYPE, body: stream, duplex: 'half' } as RequestInit;
    expect((await fetch(`${origin}/v1/traces`, init)).status).toBe(200);
    expect(edge.accepted[0]?.body.toString()).toBe('{ }');
    expect(edge.admittedBytes()).toBe(0);
  });

  test('is observed once', async () => {
    await post('/v1/traces', JSON_TYPE, '{"a":1}');
    await post('/v1/traces', { 'content-type': 'text/plain' });
    expect(edge.finished).toEqual([
      {
        protocol: 'otlp-http',
        format: 'json',
        outcome: 'ok',
        bodyBytes: 7,
        receipt: WHOLE,
        durationMs: expect.any(Number) as number,
      },
      {
        protocol: 'otlp-http',
        format: undefined,
        outcome: 'unsupported-media',
        bodyBytes: 0,
        receipt: undefined,
        durationMs: expect.any(Number) as number,
      },
    ]);
  });
});

describe('a refusal', () => {
  const oversized = 'x'.repeat(1024 * 1024 + 1);
  const table: [string, string, Record<string, string>, string | Buffer, number, string][] = [
    [
      'a bad name',
      '/v1/traces',
      { ...JSON_TYPE, tenant: 'a/b' },
      '{}',
      400,
      'header "tenant" is "a/b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [
      'a contradiction',
      '/t/a/b/c/v1/traces',
      { ...JSON_TYPE, tenant: 'z' },
      '{}',
      400,
      'path part {tenant} says "a", but header "tenant" says "z"; send one of them',
    ],
    [
      'a slash smuggled in',
      '/t/a%2Fb/b/c/v1/traces',
      JSON_TYPE,
      '{}',
      400,
      'path part {tenant} is "a/b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [
      'a path that cannot be decoded',
      '/t/%zz/b/c/v1/traces',
      JSON_TYPE,
      '{}',
      400,
      'the path "/t/%zz/b/c/v1/traces" is not validly percent-encoded',
    ],
    [
      'another content type',
      '/v1/traces',
      { 'content-type': 'text/plain' },
      '{}',
      415,
      'content-type is "text/plain"; send one of application/x-protobuf, application/protobuf, application/json',
    ],
    [
      'another coding',
      '/v1/traces',
      { ...JSON_TYPE, 'content-encoding': 'compress' },
      '{}',
      415,
      'content-encoding "compress" is not known; send one of gzip, x-gzip, deflate, zlib, br, zstd, snappy, x-snappy-framed, lz4, identity',
    ],
    [
      'a broken stream',
      '/v1/traces',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      '{}',
      400,
      'the body is not valid gzip, which its encoding says it is: the stream is damaged',
    ],
    [
      'a large body',
      '/v1/traces',
      JSON_TYPE,
      oversized,
      413,
      'the body has 1048577 bytes, more than 1048576 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 1048576',
    ],
    [
      'a bomb',
      '/v1/traces',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(64 * 1024 * 1024)),
      413,
      'the body unpacks to more than 1048576 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 1048576',
    ],
  ];
  test.each(table)('of %s', async (_, path, headers, body, status, message) => {
    const response = await post(path, headers, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('retry-after')).toBeNull();
    expect(await response.json()).toMatchObject({ message, details: [] });
    expect(edge.accepted).toEqual([]);
    expect(edge.finished).toHaveLength(1);
    expect(edge.admittedBytes()).toBe(0);
  });

  test('of another method names the one that is taken', async () => {
    const response = await fetch(`${origin}/v1/traces`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ message: 'GET is not taken here; send spans with POST' });
  });

  test('of a missing content type', async () => {
    const answer = await raw(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    );
    expect(answer).toContain('HTTP/1.1 415');
    expect(answer).toContain('content-type is missing; send one of application/x-protobuf');
  });

  test('of a header given twice', async () => {
    const answer = await raw(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntenant: a\r\ntenant: b\r\ncontent-length: 0\r\n\r\n',
    );
    expect(answer).toContain(
      'header \\"tenant\\" names 2 values (\\"a\\", \\"b\\"), but a request has one tenant',
    );
  });

  test('for want of room says when to come back, in both encodings', async () => {
    edge.onAdmit = () => {
      throw new Fault('overloaded', 'the log is full', { retryAfterMs: 2500 });
    };
    const json = await post('/v1/traces', JSON_TYPE);
    expect([json.status, json.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await json.json()).toEqual({
      code: 8,
      message: 'the log is full',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.5s' }],
    });
    const protobuf = await post('/v1/traces', PROTOBUF_TYPE);
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
    expect(Buffer.from(await protobuf.arrayBuffer()).toString('latin1')).toContain('google.rpc.RetryInfo');
  });

  test('for want of room is given before the body is read', async () => {
    edge.onAdmit = () => {
      throw new Fault('unavailable', 'not now');
    };
    const answer = await raw(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n',
    );
    expect(answer).toContain('HTTP/1.1 503');
  });

  test('of our own making shows an id and not its cause', async () => {
    edge.onAccept = () => {
      throw new TypeError('cannot read properties of undefined');
    };
    const response = await post('/v1/traces', JSON_TYPE);
    const requestId = response.headers.get('x-request-id')!;
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      code: 13,
      message: `something went wrong on our side; the log has the cause under request id ${requestId}`,
      details: [],
    });
    expect(edge.logged).toEqual([{ err: expect.any(TypeError) as TypeError, requestId }]);
    expect(edge.admittedBytes()).toBe(0);
  });
});

describe('a sender', () => {
  test('that drips is told so after the time limit', async () => {
    await listener.close(0);
    await open({ bodyTimeoutMs: 100 });
    const answer = await raw(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    );
    expect(answer).toContain('HTTP/1.1 504');
    expect(answer).toContain(
      'the body did not arrive within 0.1 s; send smaller batches, or raise SPANHOUSE_BODY_TIMEOUT',
    );
    expect(edge.admittedBytes()).toBe(0);
  });

  test('that leaves in the middle gives its room back', async () => {
    const request = httpRequest(`${origin}/v1/traces`, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-length': 10 },
    });
    request.on('error', () => undefined).write('{');
    await expect.poll(() => edge.admittedBytes()).toBe(10);
    request.destroy();
    await expect.poll(() => edge.finished.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    expect(edge.admittedBytes()).toBe(0);
  });

  test('of a body that turns out too large is read to the end, so that it gets to see the answer', async () => {
    const request = httpRequest(`${origin}/v1/traces`, { method: 'POST', headers: JSON_TYPE });
    const status = new Promise((resolve) => {
      request.on('response', (response) => {
        resolve(response.resume().statusCode);
      });
    });
    for (let count = 0; count < 20; count++) request.write(Buffer.alloc(1024 * 1024));
    await new Promise<void>((resolve) => {
      request.end(resolve);
    });
    expect(await status).toBe(413);
    expect(edge.admittedBytes()).toBe(0);
  });

  test('of an announced body that is too large gets the answer while it is still writing', async () => {
    const response = await post('/v1/traces', JSON_TYPE, 'x'.repeat(20 * 1024 * 1024));
    expect(response.status).toBe(413);
    expect((await post('/v1/traces', JSON_TYPE)).status).toBe(200);
  });
});

describe('the exporters of the JavaScript SDK', () => {
  const exporters: [string, Decode, (url: string) => SpanExporter][] = [
    ['http', decodeJson, (url) => new JsonExporter({ url, headers: { tenant: 'shop' } })],
    ['proto', decodeProtobuf, (url) => new ProtoExporter({ url, headers: { tenant: 'shop' } })],
    [
      'proto with gzip',
      decodeProtobuf,
      (url) => new ProtoExporter({ url, headers: { tenant: 'shop' }, compression: 'gzip' as never }),
    ],
  ];
  test.each(exporters)('%s', async (_, decode, createExporter) => {
    const exporter = createExporter(`${origin}/v1/traces`);
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.getTracer('test').startSpan('checkout').end();
    await provider.forceFlush();
    await provider.shutdown();
    expect(edge.accepted).toHaveLength(1);
    expect(edge.accepted[0]).toMatchObject({ space: 'shop/public/traces', decode });
    expect(edge.accepted[0]?.body.toString('latin1')).toContain('checkout');
  });
});
