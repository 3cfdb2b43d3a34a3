import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { gzipSync } from 'node:zlib';
import {
  Client,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecordingEdge, type RecordingEdge, WHOLE } from '../../../tests/support/recording-edge.ts';
import { Fault } from '../../errors/fault.ts';
import type { Listener } from '../../platform/listener.ts';
import { encodeRpcStatus } from '../../wire/rpc-status.ts';
import { createGrpcReceiver } from '../grpc-receiver.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { OTLP_GRPC } from './grpc.ts';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const HEADERS = { ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc', te: 'trailers' };
const MIB = 1024 * 1024;
const same = (bytes: Buffer): Buffer => bytes;

let edge: RecordingEdge;
let listener: Listener;
let client: Client;

async function open(limits: Partial<RecordingEdge['limits']> = {}): Promise<void> {
  edge = createRecordingEdge(limits);
  listener = await createGrpcReceiver(edge, [OTLP_GRPC]).listen({ host: '127.0.0.1', port: 0 });
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
}

async function shut(): Promise<void> {
  client.close();
  await listener.close(500);
}

beforeEach(() => open());
afterEach(shut);

type Answer = { readonly response: Buffer } | { readonly error: ServiceError };

function call(
  body: Buffer,
  metadata: Record<string, string> = {},
  path = EXPORT,
  timeoutMs = 10_000,
): Promise<Answer> {
  const sent = new Metadata();
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      same,
      same,
      body,
      sent,
      { deadline: Date.now() + timeoutMs },
      (error, response) => {
        resolve(error === null ? { response: response! } : { error });
      },
    );
  });
}

async function refusal(
  body: Buffer,
  metadata: Record<string, string> = {},
  path = EXPORT,
): Promise<ServiceError> {
  const answer = await call(body, metadata, path);
  if ('response' in answer) throw new Error('the call went through');
  return answer.error;
}

/** A call as bare HTTP/2, for what the client library would not send. Resolves with its trailers. */
function rawCall(
  frame: Buffer,
  headers: Record<string, string>,
  end = true,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const session: ClientHttp2Session = connectHttp2(`http://127.0.0.1:${listener.port}`);
    session.on('error', reject);
    const stream = session.request({ ...HEADERS, ...headers });
    stream.on('error', reject);
    stream.on('response', (trailers) => {
      session.destroy();
      resolve(trailers);
    });
    if (end) stream.end(frame);
    else stream.write(frame);
  });
}

function packedFrame(packed: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUInt32BE(packed.length, 1);
  return Buffer.concat([head, packed]);
}

describe('Export', () => {
  test('hands over the bytes of the message, to the space its metadata names', async () => {
    const body = Buffer.from('anything');
    expect(await call(body, { 'X-Scope-OrgID': 'a', db: 'b', table: 'c' })).toEqual({
      response: Buffer.alloc(0),
    });
    expect(edge.accepted).toEqual([{ space: 'a/b/c', body, decode: decodeProtobuf }]);
    expect(edge.admittedBytes()).toBe(0);
    expect(edge.finished).toEqual([
      {
        protocol: 'otlp-grpc',
        format: 'protobuf',
        outcome: 'ok',
        bodyBytes: 8,
        receipt: WHOLE,
        durationMs: expect.any(Number) as number,
      },
    ]);
  });

  test('takes an empty message', async () => {
    expect(await call(Buffer.alloc(0))).toEqual({ response: Buffer.alloc(0) });
  });

  test('takes gzip', async () => {
    const body = 'x'.repeat(100_000);
    const trailers = await rawCall(packedFrame(gzipSync(body)), { 'grpc-encoding': 'gzip' });
    expect(trailers[':status']).toBe(200);
    await expect.poll(() => edge.accepted[0]?.body.toString()).toBe(body);
  });

  test('tells what was refused', async () => {
    edge.onAccept = () => ({ ...WHOLE, rejected: 3, message: 'bad' });
    expect(await call(Buffer.from('x'))).toEqual({ response: Buffer.from('0a0708031203626164', 'hex') });
  });

  test('serves more calls than may be read at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => call(Buffer.from(`call ${i}`))));
    expect(answers.every((answer) => 'response' in answer)).toBe(true);
    expect(new Set(edge.accepted.map(({ body }) => body.toString())).size).toBe(200);
  });
});

describe('a refusal', () => {
  test('of a bad name names the metadata and the rule', async () => {
    expect(await refusal(Buffer.from('x'), { tenant: 'a/b' })).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details:
        'metadata "tenant" is "a/b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    });
    expect(edge.finished.map(({ outcome }) => outcome)).toEqual(['invalid']);
  });

  test('for want of room comes before the message is read, and carries RetryInfo', async () => {
    const fault = new Fault('overloaded', 'the log is full', { retryAfterMs: 2500 });
    edge.onAdmit = () => {
      throw fault;
    };
    const error = await refusal(Buffer.from('x'));
    expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: 'the log is full' });
    expect(error.metadata.get('grpc-status-details-bin')).toEqual([encodeRpcStatus(fault)]);
    const unread = await rawCall(Buffer.alloc(0), {}, false);
    expect(unread).toMatchObject({ 'grpc-status': '8', 'grpc-message': 'the%20log%20is%20full' });
    expect(edge.accepted).toEqual([]);
  });

  test('for want of room for this message', async () => {
    edge.onAdmit = (bytes) => {
      if (bytes > 5) throw new Fault('unavailable', 'no room');
    };
    expect(await refusal(Buffer.from('too many bytes'))).toMatchObject({
      code: status.UNAVAILABLE,
      details: 'no room',
    });
    expect(edge.admittedBytes()).toBe(0);
  });

  const tooLarge =
    'the message is, or unpacks to, more than 1048576 bytes; send smaller batches, or raise SPANHOUSE_MAX_BODY_BYTES, which is 1048576';

  test('of a large message names the setting', async () => {
    expect(await refusal(Buffer.alloc(MIB + 1))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: tooLarge,
    });
    expect(edge.finished.map(({ outcome }) => outcome)).toEqual(['too-large']);
  });

  test('of a bomb comes early', async () => {
    const bomb = packedFrame(gzipSync(Buffer.alloc(512 * MIB)));
    const peakBefore = process.resourceUsage().maxRSS;
    const trailers = await rawCall(bomb, { 'grpc-encoding': 'gzip' });
    expect(trailers).toMatchObject({ 'grpc-status': '3', 'grpc-message': encodeURI(tooLarge) });
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(32 * 1024);
  });

  test('of a broken stream', async () => {
    const trailers = await rawCall(packedFrame(Buffer.from('not gzip')), { 'grpc-encoding': 'gzip' });
    expect(trailers).toMatchObject({
      'grpc-status': '3',
      'grpc-message': encodeURI('the message cannot be read: Failed to decompress message'),
    });
  });

  test('of another coding says which are taken', async () => {
    const trailers = await rawCall(packedFrame(Buffer.from('x')), { 'grpc-encoding': 'zstd' });
    expect(trailers).toMatchObject({
      'grpc-status': '12',
      'grpc-message': encodeURI(
        'Received message compressed with unsupported encoding "zstd"; send gzip, deflate or identity',
      ),
    });
  });

  test('of our own making shows an id and not its cause', async () => {
    edge.onAccept = () => {
      throw new TypeError('cannot read properties of undefined');
    };
    const { code, details } = await refusal(Buffer.from('x'));
    expect(code).toBe(status.INTERNAL);
    expect(details).toMatch(
      /^something went wrong on our side; the log has the cause under request id [0-9a-f-]{36}$/,
    );
    expect(edge.logged).toEqual([{ err: expect.any(TypeError) as TypeError, requestId: details.slice(-36) }]);
  });

  test('whose message holds half a character is still sent', async () => {
    edge.onAccept = () => {
      throw new Fault('invalid', `bad name \ud800 ${'x'.repeat(5000)}`);
    };
    const { code, details } = await refusal(Buffer.from('x'));
    expect([code, details.length]).toEqual([status.INVALID_ARGUMENT, 1000]);
  });

  test('of an unknown method', async () => {
    const { code } = await refusal(
      Buffer.from('x'),
      {},
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    );
    expect(code).toBe(status.UNIMPLEMENTED);
  });
});

describe('a sender', () => {
  test('that sends no message is told so after the time limit', async () => {
    await shut();
    await open({ bodyTimeoutMs: 100 });
    expect(await rawCall(Buffer.from([0, 0, 0]), {}, false)).toMatchObject({
      'grpc-status': '4',
      'grpc-message': encodeURI(
        'the body did not arrive within 0.1 s; send smaller batches, or raise SPANHOUSE_BODY_TIMEOUT',
      ),
    });
    expect(edge.finished.map(({ outcome }) => outcome)).toEqual(['too-slow']);
  });

  test('whose deadline passes gets that answer, and its room is given back', async () => {
    let store = (): void => undefined;
    edge.onAccept = () =>
      new Promise((resolve) => {
        store = () => {
          resolve(WHOLE);
        };
      });
    const answer = await call(Buffer.from('x'), {}, EXPORT, 200);
    expect(answer).toMatchObject({ error: { code: status.DEADLINE_EXCEEDED } });
    store();
    await expect.poll(() => edge.admittedBytes()).toBe(0);
  });

  test('that ends its call without a message is told so', async () => {
    const trailers = await rawCall(Buffer.alloc(0), {});
    expect(trailers).toMatchObject({
      'grpc-status': '1',
      'grpc-message': encodeURI('the call ended before its message was complete'),
    });
  });

  test('that leaves before its message is complete lets the next one read', async () => {
    for (let count = 0; count < 40; count++) {
      const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
      const stream = session.request(HEADERS);
      stream.on('error', () => undefined).write(Buffer.from([0]));
      await new Promise((resolve) => setTimeout(resolve, 10));
      session.destroy();
    }
    await expect.poll(() => edge.finished.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(40);
    expect(await call(Buffer.from('x'))).toEqual({ response: Buffer.alloc(0) });
  });
});

test('calls that leave while they wait for their turn to be read take no place', async () => {
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  const startCall = (): ClientHttp2Stream => {
    const stream = session.request(HEADERS);
    stream.on('error', () => undefined).write(Buffer.from([0]));
    return stream;
  };
  const reading = Array.from({ length: 32 }, startCall);
  const waiting = Array.from({ length: 32 }, startCall);
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const stream of [...waiting, ...reading]) stream.close(8);
  await expect.poll(() => edge.finished).toHaveLength(64);
  expect(await call(Buffer.from('x'))).toEqual({ response: Buffer.alloc(0) });
  session.destroy();
});

describe('health', () => {
  const CHECK = '/grpc.health.v1.Health/Check';
  const named = (name: string): Buffer =>
    Buffer.concat([Buffer.from([0x0a, name.length]), Buffer.from(name)]);

  test.each([
    ['the server', Buffer.alloc(0)],
    ['the trace service', named('opentelemetry.proto.collector.trace.v1.TraceService')],
  ])('Check of %s: serving', async (_, request) => {
    expect(await call(request, {}, CHECK)).toEqual({ response: Buffer.from('0801', 'hex') });
  });

  test('Check of another service: not found', async () => {
    expect((await refusal(named('other'), {}, CHECK)).code).toBe(status.NOT_FOUND);
  });

  test('Watch tells the state, and its end when the server closes', async () => {
    const told: string[] = [];
    const ended = new Promise<void>((resolve) => {
      const watch = client.makeServerStreamRequest(
        '/grpc.health.v1.Health/Watch',
        same,
        same,
        Buffer.alloc(0),
        new Metadata(),
      );
      watch.on('data', (state: Buffer) => told.push(state.toString('hex')));
      watch.on('end', resolve).on('error', () => undefined);
    });
    await expect.poll(() => told).toEqual(['0801']);
    const closed = listener.close(5000);
    await ended;
    await closed;
    expect(told).toEqual(['0801', '0802']);
  });
});

describe('close', () => {
  test('lets what is in flight finish', async () => {
    edge.onAccept = () => new Promise((resolve) => setTimeout(resolve, 200, WHOLE));
    const inFlight = call(Buffer.from('x'));
    await expect.poll(() => edge.accepted.length).toBe(1);
    await listener.close(5000);
    expect(await inFlight).toEqual({ response: Buffer.alloc(0) });
  });
});

describe('the exporter of the JavaScript SDK', () => {
  test.each([undefined, 'gzip'])('compression %s', async (compression) => {
    const metadata = new Metadata();
    metadata.set('tenant', 'shop');
    const exporter = new OTLPTraceExporter({
      url: `http://127.0.0.1:${listener.port}`,
      metadata,
      ...(compression === undefined ? {} : { compression: compression as never }),
    });
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.getTracer('test').startSpan('checkout').end();
    await provider.forceFlush();
    await provider.shutdown();
    expect(edge.accepted).toHaveLength(1);
    expect(edge.accepted[0]?.space).toBe('shop/public/traces');
    expect(edge.accepted[0]?.body.toString('latin1')).toContain('checkout');
  });
});

test('the client library packs with gzip when asked to', async () => {
  client.close();
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
  });
  const body = Buffer.from('x'.repeat(10_000));
  await call(body);
  expect(edge.accepted[0]?.body).toEqual(body);
});
