import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchMaker, presentRequest } from '../support/otlp-request.ts';
import { exportByGrpc } from '../support/sender-grpc.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { post } from './post.ts';

const MAX_BODY_BYTES = 1 << 20;
const SETTINGS = {
  MAX_BODY_BYTES: '1MiB',
  MAX_SPAN_BYTES: '1MiB',
  MAX_INFLIGHT_BYTES: '8MiB',
  BODY_TIMEOUT: '1s',
};
/** Node keeps what its heap has grown to; beyond this it would be a leak. */
const MOST_GROWTH_MIB = 64;
const RESETS = 500;
const WRONG_TYPES = 10_000;
const CONNECTIONS = 50;
/** Were they kept, half of them would be more than the growth allowed. */
const WRONG_TYPE_BYTES = 20_000;

let server: ServerProcess;

/** One server for all of it: whatever one test does to it, the next one must find it well. */
beforeAll(async () => {
  server = await startServer(SETTINGS);
});

afterAll(async () => {
  expect((await server.readiness()).ready).toBe(true);
  expect(await server.metric('spanhouse_intake_inflight_bytes')).toBe(0);
  await server.stop();
  tidyUp();
});

test.each<[string, () => Promise<number>]>([
  [
    'announced',
    () => postRaw(Buffer.alloc(MAX_BODY_BYTES + 1), { 'content-length': String(MAX_BODY_BYTES + 1) }),
  ],
  ['not announced', () => postRaw(Buffer.alloc(MAX_BODY_BYTES + 1), { 'transfer-encoding': 'chunked' })],
  ['unpacked', () => postRaw(gzipSync(Buffer.alloc(200 * MAX_BODY_BYTES)), { 'content-encoding': 'gzip' })],
])('a body over the limit, %s, is refused with 413', async (_name, send) => {
  expect(await send()).toBe(413);
});

test('a message over the limit is refused by gRPC', async () => {
  const { code } = await exportByGrpc(server.addresses.otlpGrpc, Buffer.alloc(2 * MAX_BODY_BYTES));
  expect([3, 8]).toContain(code);
});

test('a sender that drips is told that it is too slow', async () => {
  const socket = connectTo(server.addresses.otlpHttp);
  socket.write(
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
  );
  const answered = once(socket, 'data');
  const dripping = setInterval(() => socket.write(' '), 100);
  const [answer] = (await answered) as [Buffer];
  clearInterval(dripping);
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 504 .*SPANHOUSE_BODY_TIMEOUT/s);
  socket.destroy();
});

test('a sender that never ends its headers is cut off', { timeout: 60_000 }, async () => {
  const socket = connectTo(server.addresses.otlpHttp);
  const ended = text(socket);
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\n');
  const dripping = setInterval(() => socket.write('x-drip: 1\r\n'), 500);
  socket.on('close', () => {
    clearInterval(dripping);
  });
  // Whoever still drips when the answer comes may see a reset instead of it.
  const answer = await ended.catch((error: unknown) => (error as NodeJS.ErrnoException).code);
  expect(answer).toMatch(/^(HTTP\/1\.1 408 |$|ECONNRESET$|EPIPE$)/);
});

test(`${RESETS} bodies that break off halfway leave nothing behind`, async () => {
  const body = new BatchMaker(1, 100).make(1);
  const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${body.length}\r\n\r\n`;
  const accepted = await server.metric('spanhouse_spans_accepted_total');
  for (let sent = 0; sent < RESETS; sent += CONNECTIONS) {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, () => breakOff(head, body.subarray(0, body.length / 2))),
    );
  }
  await until(
    'their bytes to be given back',
    async () => (await server.metric('spanhouse_intake_inflight_bytes')) === 0,
  );
  expect(await server.metric('spanhouse_spans_accepted_total')).toBe(accepted);
});

test.each(['http', 'otlpHttp', 'otlpGrpc'] as const)('garbage on the port of %s', async (port) => {
  for (const garbage of [
    Buffer.alloc(100_000, 0xff),
    Buffer.from('\x16\x03\x01\x02\x00\x01\x00'),
    Buffer.from('GET\r\n\r\n'.repeat(1000)),
  ]) {
    const socket = connectTo(server.addresses[port]);
    socket.on('error', () => undefined);
    socket.end(garbage);
    // A reset is as good an end as any, so errors are not waited for.
    await new Promise((resolve) => socket.resume().once('close', resolve));
  }
  expect((await post(server.addresses.otlpHttp, presentRequest('svc', [{}]))).status).toBe(200);
});

test.each([
  ['protobuf', Buffer.alloc(1000, 0xff), 400],
  ['JSON', '{"resourceSpans":[{', 400],
  ['nothing in protobuf', Buffer.alloc(0), 200],
  ['nothing in JSON', '', 400],
])('a body that is no %s is answered, and with where it broke', async (_name, body, status) => {
  const answer = await post(server.addresses.otlpHttp, body);
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.body.toString()).toMatch(/byte|offset/);
});

test(
  `${WRONG_TYPES} requests of a wrong type are refused, and memory stays as it is`,
  { timeout: 120_000 },
  async () => {
    await postWrongTypes(WRONG_TYPES / 2);
    const before = server.memory().residentMib;
    await postWrongTypes(WRONG_TYPES / 2);
    const growthMib = server.memory().residentMib - before;
    console.log(`${WRONG_TYPES} wrong types: ${growthMib.toFixed(1)} MiB more in the second half`);
    expect(growthMib).toBeLessThan(MOST_GROWTH_MIB);
  },
);

async function postWrongTypes(count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const body = Buffer.alloc(WRONG_TYPE_BYTES, 'x');
  const statuses = new Set<number>();
  let left = count;
  const sendOn = async (): Promise<void> => {
    while (left-- > 0) statuses.add(await postRaw(body, { 'content-type': 'text/plain' }, agent));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendOn));
  agent.destroy();
  expect([...statuses]).toEqual([415]);
}

/** Status of the answer to a body that is posted as it is. */
function postRaw(body: Buffer, headers: Readonly<Record<string, string>>, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server.addresses.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', ...headers },
      ...(agent === undefined ? {} : { agent }),
    });
    outgoing.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode!);
      });
    });
    outgoing.end(body);
  });
}

function connectTo(address: string): ReturnType<typeof connect> {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return connect({ host: '127.0.0.1', port });
}

async function breakOff(head: string, half: Buffer): Promise<void> {
  const socket = connectTo(server.addresses.otlpHttp);
  await once(socket, 'connect');
  socket.write(head);
  await new Promise((resolve) => socket.write(half, resolve));
  const closed = once(socket, 'close');
  socket.resetAndDestroy();
  await closed;
}
