import { status as grpcStatus } from '@grpc/grpc-js';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { watchMemory } from './memory-watch.ts';
import {
  addressOf,
  datagramOf,
  type Door,
  DOORS,
  exchange,
  type Knock,
  knock,
  LINES_DOOR,
  portOf,
} from './receivers/doors.ts';
import { datagramsCounted, expectAllWell, expectNoRoom } from './receivers/every-way-in.ts';
import { callGrpc, type CallOptions, POST_SPANS, postSpansOf } from './receivers/grpc-call.ts';

/*
 * What senders and readers may try at the receivers of Jaeger, Zipkin and line protocol, at ports that are for one space,
 * at sampling and at what eKuiper's console reads. One server for all of it: whatever one test does to it, the next one
 * must find it well.
 */

const MAX_BODY_BYTES = 1 << 20;
const MAX_INFLIGHT_BYTES = 2 << 20;
const BOMB_BYTES = 64 << 20;
const GZIP_BOMB = gzipSync(Buffer.alloc(BOMB_BYTES));
/** In whatever a sender may name: found where it must not be, it tells who let it through. */
const MARK = 'mallory';
const PORT_SPACE = 'acme/iot/traces';
const STRATEGIES = { default_strategy: { type: 'probabilistic', param: 0.5 } };
const GET_STRATEGY = '/jaeger.api_v2.SamplingManager/GetSamplingStrategy';
/** Node keeps what its heap has grown to; beyond this it would be a leak. */
const MOST_GROWTH_MIB = 128;

let server: ServerProcess;
let samplingFile: string;
let lastId = 1_000_000;

beforeAll(async () => {
  samplingFile = join(makeDataDir(), 'strategies.json');
  writeFileSync(samplingFile, JSON.stringify(STRATEGIES));
  server = await startServer({
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    MAX_SPAN_BYTES: String(MAX_BODY_BYTES),
    MAX_INFLIGHT_BYTES: String(MAX_INFLIGHT_BYTES),
    BODY_TIMEOUT: '2s',
    SEGMENT_REST: '0ms',
    JAEGER_COMPACT_PORT: '0',
    JAEGER_BINARY_PORT: '0',
    SAMPLING_PORT: '0',
    SAMPLING_GRPC_PORT: '0',
    INFLUX_PORT: '0',
    CNOSDB_PORT: '0',
    SPACE_PORTS: ['http', 'grpc', 'udp'].map((kind) => `${kind}:0=${PORT_SPACE}`).join(','),
    SAMPLING_FILE: samplingFile,
  });
});

afterAll(async () => {
  expect((await server.readiness()).ready).toBe(true);
  await until('what was in work to be done', async () => (await inflightBytes()) === 0);
  const metrics = await (await fetch(`${server.addresses.http}/metrics`)).text();
  expect(metrics).not.toContain(MARK);
  await server.stop();
  // Every line of the log is one, whatever a sender named.
  expect(server.noise).toEqual([]);
  expect(server.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  tidyUp();
});

function inflightBytes(): Promise<number> {
  return server.metric('spanhouse_intake_inflight_bytes');
}

function accepted(): Promise<number> {
  return server.metric('spanhouse_spans_accepted_total');
}

async function expectWell(door: Door): Promise<void> {
  expect((await knock(server, door, door.body(++lastId))).status).toBe(door.taken);
}

describe.each(DOORS.map((door) => [door.name, door] as const))('%s', (_name, door) => {
  test.each<[string, Buffer | (() => ReadableStream), Readonly<Record<string, string>>]>([
    ['announced', Buffer.alloc(MAX_BODY_BYTES + 1), {}],
    ['never ending', () => endless(), {}],
    ['in gzip', GZIP_BOMB, { 'content-encoding': 'gzip' }],
    ['in zstd', zstdBomb(BOMB_BYTES), { 'content-encoding': 'zstd' }],
    ['twice in gzip', gzipSync(GZIP_BOMB), { 'content-encoding': 'gzip, gzip' }],
  ])('a body over the limit, %s, is refused with 413', async (_how, body, headers) => {
    const answer = await knock(server, door, typeof body === 'function' ? body() : body, { headers });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('SPANHOUSE_MAX_BODY_BYTES');
  });

  test.each([
    ['packed three times', 'gzip, gzip, gzip', 415],
    ['packed as nobody does', MARK, 415],
    ['not packed as it says', 'zstd', 400],
  ])('a body that is %s', async (_how, coding, status) => {
    const headers = { 'content-encoding': coding };
    expect((await knock(server, door, door.body(1), { headers })).status).toBe(status);
  });

  test('bodies of nothing, of zeros and of noise', async () => {
    for (const body of [Buffer.alloc(0), Buffer.alloc(100), Buffer.alloc(10_000, 0xff), Buffer.from(MARK)]) {
      const { status } = await knock(server, door, body);
      expect([door.taken, 400]).toContain(status);
    }
  });

  test('lengths that nobody sends', async () => {
    const head = `POST ${door.path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${door.type}\r\nconnection: close\r\n`;
    const address = addressOf(server, door.listener);
    for (const lengths of [
      'content-length: 99999999999999999999\r\n',
      'content-length: -1\r\n',
      'content-length: 5\r\ncontent-length: 6\r\n',
      'content-length: 5\r\ntransfer-encoding: chunked\r\n',
    ]) {
      expect(await exchange(address, `${head}${lengths}\r\nhello`)).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(await exchange(address, `${head}content-length: 9007199254740993\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 /,
    );
  });

  test('names that contradict each other, repeat themselves or are none', async () => {
    const before = await accepted();
    const path = '/t/acme/shop/spans';
    const refused: [string, Knock][] = [
      ['path part {tenant} says "acme", but header "tenant"', { before: path, headers: { tenant: 'other' } }],
      ['header "tenant" says "a", but header "x-tenant"', { headers: { tenant: 'a', 'x-tenant': 'b' } }],
      ['header "tenant" names 2 values', { headers: { tenant: 'a, b' } }],
      ['header "table" is "../b"', { headers: { table: '../b' } }],
      ['path part {tenant} is "a/b"', { before: '/t/a%2Fb/b/c' }],
      [`path part {db} is "a\\n${MARK}"`, { before: `/t/a/a%0A${MARK}/c` }],
      ['is not validly percent-encoded', { before: '/t/%ff/b/c' }],
    ];
    for (const [message, sent] of refused) {
      const { status, text } = await knock(server, door, door.body(2), sent);
      expect([status, unescaped(text)]).toEqual([400, expect.stringContaining(message)]);
    }
    // What fetch would tidy up or join before it is sent.
    const raw: [string, Buffer][] = [
      ['path part {tenant} is ".."', requestOf(door, '/t/%2e%2e/b/c')],
      ['header "tenant" names 2 values', requestOf(door, '', 'tenant: a\r\nTenant: a\r\n')],
    ];
    for (const [message, bytes] of raw) {
      const answer = await exchange(addressOf(server, door.listener), bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(unescaped(answer)).toContain(message);
    }
    expect(await accepted()).toBe(before);
  });

  test('is well', () => expectWell(door));
});

/** A request as it stands on the wire. */
function requestOf({ path, type, body }: Door, before: string, headers = ''): Buffer {
  const bytes = body(3);
  const head =
    `POST ${before}${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n` +
    `${headers}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** One protocol tells a refusal as text, another one in JSON. */
function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}

function endless(): ReadableStream {
  const chunk = new Uint8Array(1 << 16);
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk);
    },
  });
}

/** A frame of blocks that each say one byte a hundred thousand times. */
function zstdBomb(bytes: number): Buffer {
  const BLOCK_BYTES = 1 << 17;
  const head = Buffer.from('28b52ffda000000000', 'hex');
  head.writeUInt32LE(bytes, 5);
  const blocks = bytes / BLOCK_BYTES;
  const body = Buffer.alloc(4 * blocks);
  for (let at = 0; at < blocks; at++)
    body.writeUIntLE(BLOCK_BYTES * 8 + 2 + (at === blocks - 1 ? 1 : 0), 4 * at, 3);
  return Buffer.concat([head, body]);
}

test('bodies that drip, at every port at once, are told that they are too slow', async () => {
  const answers = DOORS.map(async ({ listener, path, type }) => {
    const socket = connect({ host: '127.0.0.1', port: portOf(addressOf(server, listener)) });
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n[`,
    );
    const dripping = setInterval(() => socket.write(' '), 100);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    clearInterval(dripping);
    socket.destroy();
    return answer.toString();
  });
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*retry-after: .*SPANHOUSE_BODY_TIMEOUT/is);
  }
});

test('methods and types that a port does not take', async () => {
  const { jaegerHttp, zipkin, influx } = server.addresses;
  const status = async (url: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    return [response.status, response.headers.get('allow')];
  };
  for (const url of [`${jaegerHttp}/api/traces`, `${zipkin}/api/v2/spans`, `${influx}/write`]) {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])
      expect(await status(url, { method })).toEqual([405, 'POST']);
  }
  const post = (url: string, type: string): Promise<unknown> =>
    status(url, { method: 'POST', headers: { 'content-type': type }, body: '[]' });
  expect(await post(`${jaegerHttp}/api/traces`, `text/${MARK}`)).toEqual([415, null]);
  expect(await post(`${zipkin}/api/v1/spans`, 'application/x-protobuf')).toEqual([415, null]);
  expect(await post(`${zipkin}/api/v2/spans`, 'application/json; charset=utf-16')).toEqual([415, null]);
});

describe('parameters of line protocol', () => {
  test.each([
    ['?db=a&db=b', 'parameter "db" may be given once'],
    ['?precision=ns&precision=ns', 'parameter "precision" may be given once'],
    ['?db=%2e%2e', 'parameter "db" is ".."'],
    [`?db=a%0A${MARK}`, `parameter "db" is "a\\n${MARK}"`],
    ['?db=a%00', 'parameter "db" is "a\\u0000"'],
    ['?db=%zz', 'parameter "db" is "%zz"'],
    ['?bucket=a/b/c', 'parameter "bucket" is "b/c"'],
    ['?db=__proto__&db=constructor', 'may be given once'],
  ])('%s', async (query, message) => {
    const { status, text } = await knock(server, LINES_DOOR, LINES_DOOR.body(4), { query });
    expect([status, unescaped(text)]).toEqual([400, expect.stringContaining(message)]);
  });

  test('one that stands behind a thousand others counts', async () => {
    const query = `?${'x&'.repeat(1_500)}db=..`;
    const { status, text } = await knock(server, LINES_DOOR, LINES_DOOR.body(4), { query });
    expect([status, unescaped(text)]).toEqual([400, expect.stringContaining('parameter "db" is ".."')]);
  });

  test('brackets are part of a name that means nothing here', async () => {
    for (const query of [`?db[]=${MARK}`, `?db[x]=${MARK}`, `?db%5B%5D=${MARK}`]) {
      const answer = await knock(server, LINES_DOOR, LINES_DOOR.body(++lastId), { query });
      expect(answer.status).toBe(204);
    }
    await server.settled();
    expect((await server.spaces()).filter(({ db }) => db !== 'public' && db !== 'iot')).toEqual([]);
  });
});

describe('gRPC', () => {
  test.each([
    ['of the limit, of nothing that can be read', MAX_BODY_BYTES, grpcStatus.INVALID_ARGUMENT],
    ['above it', MAX_BODY_BYTES + 1, grpcStatus.INVALID_ARGUMENT],
    ['far above it', 4 * MAX_BODY_BYTES, grpcStatus.INVALID_ARGUMENT],
  ])('PostSpans %s', async (_how, bytes, code) => {
    const outcome = await call('jaegerGrpc', POST_SPANS, Buffer.alloc(bytes, 0xff));
    expect(outcome.code).toBe(code);
    if (bytes > MAX_BODY_BYTES) expect(outcome.details).toContain('SPANHOUSE_MAX_BODY_BYTES');
  });

  test('senders that leave, leave nothing behind', async () => {
    const body = Buffer.alloc(MAX_BODY_BYTES / 2, 0xff);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, at) => call('jaegerGrpc', POST_SPANS, body, { leaveAfterMs: at })),
    );
    expect(outcomes.map(({ code }) => code)).toContain(grpcStatus.CANCELLED);
    await until('their bytes to be given back', async () => (await inflightBytes()) === 0);
    const { code } = await call('jaegerGrpc', POST_SPANS, postSpansOf(++lastId));
    expect(code).toBe(grpcStatus.OK);
  });

  test.each(['jaegerGrpc', `grpc of ${PORT_SPACE}`] as const)('names at %s', async (listener) => {
    const refused = await call(listener, POST_SPANS, postSpansOf(1), { names: { db: `a|${MARK}` } });
    expect(refused.code).toBe(grpcStatus.INVALID_ARGUMENT);
  });

  test('messages that never end are given up, whatever they ask', { timeout: 20_000 }, async () => {
    const calls = [
      ['jaegerGrpc', POST_SPANS],
      ['jaegerGrpc', GET_STRATEGY],
      ['samplingGrpc', GET_STRATEGY],
    ] as const;
    const statuses = calls.map(async ([listener, path]) => {
      const session = connectHttp2(`http://${server.addresses[listener]}`);
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      // The head of a message of 1,000 bytes, and one of them.
      stream.write(Buffer.from([0, 0, 0, 3, 232, 10]));
      const status = await new Promise((resolve) => {
        const take = (headers: IncomingHttpHeaders): void => {
          if (headers['grpc-status'] !== undefined) resolve(Number(headers['grpc-status']));
        };
        stream.on('response', take).on('trailers', take).resume();
      });
      session.destroy();
      return status;
    });
    expect(await Promise.all(statuses)).toEqual(calls.map(() => grpcStatus.DEADLINE_EXCEEDED));
  });

  test('a question about a service of a megabyte', async () => {
    const name = Buffer.alloc(MAX_BODY_BYTES - 100, 'x');
    const length = Buffer.from([0x0a, ...varint(name.length)]);
    const question = Buffer.concat([length, name]);
    expect((await call('samplingGrpc', GET_STRATEGY, question)).code).toBe(grpcStatus.RESOURCE_EXHAUSTED);
    expect([grpcStatus.OK, grpcStatus.RESOURCE_EXHAUSTED]).toContain(
      (await call('jaegerGrpc', GET_STRATEGY, question)).code,
    );
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function call(listener: keyof ServerProcess['addresses'], ...rest: CallRest): ReturnType<typeof callGrpc> {
  return callGrpc(addressOf(server, listener), ...rest);
}

type CallRest = [path: string, body: Buffer, options?: CallOptions];

describe('datagrams', () => {
  const FLOOD = 100_000;
  /** So many that the other side, on a busy machine, has a look in between. */
  const BURST = 200;

  test(
    `${FLOOD} that are none, and good ones before, among and after them`,
    { timeout: 60_000 },
    async () => {
      const socket = await openSocket(server.addresses.jaegerCompact);
      const before = await accepted();
      const memoryMib = server.memory().residentMib;
      const stopWatching = watchMemory(server);
      const lines = server.lines.length;
      for (let sent = 0; sent < 10; sent++) await send(socket, datagramOf(++lastId, 'compact'));
      await until('the first good ones', async () => (await accepted()) === before + 10);

      const refusedBefore = await datagramsCounted(server);
      const garbage = [Buffer.alloc(0), Buffer.from([0x82]), Buffer.from(MARK), Buffer.alloc(65_507, 0x82)];
      let good = 0;
      for (let sent = 0; sent < FLOOD; sent += BURST) {
        for (let at = 0; at < BURST; at++) {
          // Large ones are rare: they would fill what the system holds for us, and nothing else would come through.
          socket.send(at === 0 ? garbage[3]! : garbage[at % 3]!);
        }
        await send(socket, datagramOf(++lastId, 'compact'));
        good++;
      }
      await until('the flood to be over', async () => {
        const now = await datagramsCounted(server);
        await sleep(100);
        return now > refusedBefore && now === (await datagramsCounted(server));
      });
      const growthMib = stopWatching() - memoryMib;
      const refused = (await datagramsCounted(server)) - refusedBefore;
      const among = (await accepted()) - before - 10;
      console.log(
        `${refused} of ${FLOOD} refused, ${among} of ${good} good ones among them, ${growthMib.toFixed(1)} MiB more`,
      );
      expect(refused).toBeGreaterThan(FLOOD / 100);
      expect(growthMib).toBeLessThan(MOST_GROWTH_MIB);
      expect(server.lines.length - lines).toBeLessThan(20);

      const then = await accepted();
      for (let sent = 0; sent < 10; sent++) await send(socket, datagramOf(++lastId, 'compact'));
      await until('the last good ones', async () => (await accepted()) === then + 10);
      socket.close();
    },
  );

  test("the largest there can be, and one of another port's coding", async () => {
    const socket = await openSocket(server.addresses.jaegerBinary);
    const before = await accepted();
    const largest = datagramOf(
      ++lastId,
      'binary',
      'x'.repeat(65_507 - datagramOf(lastId, 'binary', '').length),
    );
    expect(largest.length).toBe(65_507);
    await send(socket, largest);
    await send(socket, datagramOf(++lastId, 'compact'));
    await until('both', async () => (await accepted()) === before + 2);
    socket.close();
  });
});

async function openSocket(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.connect(portOf(address), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function send(socket: Socket, datagram: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.send(datagram, () => {
      resolve();
    });
  });
}

test('with no room left, every protocol says so in its own way, and all take spans again when there is', async () => {
  const holding = [0, 1].map(() => {
    const socket = connect({ host: '127.0.0.1', port: portOf(server.addresses.otlpHttp) });
    const head = 'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n';
    socket.write(`${head}content-length: ${MAX_INFLIGHT_BYTES / 2}\r\n\r\n`);
    return socket.on('error', () => undefined);
  });
  await until('all room to be taken', async () => (await inflightBytes()) >= MAX_INFLIGHT_BYTES, {
    everyMs: 5,
  });
  await expectNoRoom(server, 'SPANHOUSE_MAX_INFLIGHT_BYTES');
  for (const socket of holding) socket.destroy();
  await until('it to be given back', async () => (await inflightBytes()) === 0);
  await expectAllWell(server);
});

describe('sampling', () => {
  const strategy = async (query: string): Promise<unknown> => {
    const response = await fetch(`${server.addresses.sampling}/sampling${query}`);
    return [response.status, await response.text()];
  };
  const rateIs = (samplingRate: number): unknown => [
    200,
    JSON.stringify({ strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate } }),
  ];

  test('names of every kind', async () => {
    for (const name of ['', MARK, '__proto__', '%00', '%0A', '%zz', 'x'.repeat(10_000)])
      expect(await strategy(`?service=${name}`)).toEqual(rateIs(0.5));
    expect(await strategy('')).toEqual([400, expect.any(String)]);
    expect(await strategy('?service=a&service=b')).toEqual([400, expect.any(String)]);
    expect(await strategy('?service[]=a')).toEqual([400, expect.any(String)]);
    // More than a head may have: Node says so.
    expect(await strategy(`?service=${'x'.repeat(1 << 20)}`).catch(() => [431])).toContain(431);
  });

  test('a file that breaks, goes away, and comes back', async () => {
    const replace = (text: string): void => {
      writeFileSync(`${samplingFile}.new`, text);
      renameSync(`${samplingFile}.new`, samplingFile);
    };
    const refusals = (): number => server.lines.filter(({ msg }) => msg.includes('cannot be used')).length;
    for (const broken of ['{', '[]', '{"default_strategy":{"type":"probabilistic","param":7}}', '']) {
      const before = refusals();
      replace(broken);
      expect(await strategy('?service=a')).toEqual(rateIs(0.5));
      expect(await strategy('?service=a')).toEqual(rateIs(0.5));
      await until('the log to tell once', () => refusals() === before + 1);
    }
    rmSync(samplingFile);
    expect(await strategy('?service=a')).toEqual(rateIs(0.5));
    replace(JSON.stringify({ default_strategy: { type: 'probabilistic', param: 0.25 } }));
    expect(await strategy('?service=a')).toEqual(rateIs(0.25));
    replace(JSON.stringify(STRATEGIES));
  });
});

describe("what eKuiper's console reads", () => {
  const RULE_TRACE = '00000000000000000000000000ab1e55';
  const OTHER_TRACE = '00000000000000000000000000ab1e56';
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown[]> => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const address = server.addresses[`http of ${PORT_SPACE}`]!;
    const head = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`;
    const answer = await exchange(address, `${head}${lines.join('')}\r\n`);
    return [Number(answer.split(' ')[1]), answer.slice(answer.indexOf('\r\n\r\n') + 4)];
  };

  beforeAll(async () => {
    const write = async (space: string, traceId: string): Promise<void> => {
      const fields = `span.name="op",duration_nano=5i,attributes="{\\"rule\\":\\"..\\"}"`;
      const body = `spans,span_id=${traceId.slice(16)},trace_id=${traceId} ${fields} ${Date.now()}000000\n`;
      const response = await fetch(`${server.addresses.influx}/t/${space}/write`, { method: 'POST', body });
      expect(response.status).toBe(204);
    };
    await write(PORT_SPACE, RULE_TRACE);
    await write('acme/other/traces', OTHER_TRACE);
    await server.settled();
  });

  test("ids of every bad kind are of no trace, and so is the id of another space's", async () => {
    const ids = [
      '%00',
      '..%2F',
      '%2e%2e',
      'x',
      '-1',
      `${RULE_TRACE}0`,
      "'%20OR%201=1",
      MARK,
      '%F0%9F%92%A9',
      OTHER_TRACE,
    ];
    for (const id of ids) {
      const [status, body] = await get(`/trace/${id}`);
      expect([id, status, JSON.parse(unchunked(body as string))]).toMatchObject([id, 404, { error: 1002 }]);
    }
    expect((await get('/trace/%ff'))[0]).toBe(400);
    expect((await get(`/trace/${RULE_TRACE}`))[0]).toBe(200);
  });

  test('rules of every name, and limits of every size', async () => {
    for (const rule of ['..', '%2e%2e'])
      expect(unchunked((await get(`/trace/rule/${rule}?limit=1000000000`))[1] as string)).toBe(
        `["${RULE_TRACE}"]`,
      );
    for (const rule of ['%2F', "'", '%00', '%25', MARK, 'x'.repeat(5_000)])
      expect([rule, ...(await get(`/trace/rule/${rule}`))]).toMatchObject([
        rule,
        200,
        expect.stringContaining('[]'),
      ]);
    for (const limit of ['-1', '0', '1e9', 'NaN', '99999999999999999999', '%00', ''])
      expect((await get(`/trace/rule/..?limit=${limit}`))[0]).toBe(200);
  });

  test('no name of another space, by any carrier, is read or written there', async () => {
    const strange: [string, Readonly<Record<string, string>>][] = [
      ['', { tenant: 'other' }],
      ['', { 'x-scope-orgid': 'other' }],
      ['', { 'x-tenant': 'other' }],
      ['', { db: 'other' }],
      ['', { table: 'other' }],
      ['/t/acme/other/traces', {}],
      ['/t/acme/iot/traces@archive', {}],
    ];
    for (const [before, headers] of strange) {
      expect([before, headers, (await get(`${before}/trace/${OTHER_TRACE}`, headers))[0]]).toEqual([
        before,
        headers,
        400,
      ]);
      for (const door of DOORS) {
        const there = { ...door, listener: `http of ${PORT_SPACE}` as const };
        const answer = await knock(server, there, door.body(5), { before, headers });
        expect([door.name, before, answer.status]).toEqual([door.name, before, 400]);
      }
    }
    for (const query of ['?db=other', '?tenant=other', '?table=other']) {
      const there = { ...LINES_DOOR, listener: `http of ${PORT_SPACE}` as const };
      expect((await knock(server, there, LINES_DOOR.body(5), { query })).status).toBe(400);
    }
    const refused = await call(`grpc of ${PORT_SPACE}`, POST_SPANS, postSpansOf(5), {
      names: { tenant: 'other' },
    });
    expect(refused.code).toBe(grpcStatus.INVALID_ARGUMENT);
  });
});

/** The body of an answer that may come in one chunk. */
function unchunked(body: string): string {
  return /^[0-9a-f]+\r\n([^]*)\r\n0\r\n\r\n$/.exec(body)?.[1] ?? body;
}

test('a reader whose path cannot be decoded is answered as readers are', async () => {
  const response = await fetch(`${server.addresses.http}/t/%ff/b/c/api/traces?service=a`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ code: 400 }] });
});
