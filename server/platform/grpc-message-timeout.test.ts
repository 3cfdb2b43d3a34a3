import { connect } from 'node:http2';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ServerWritableStream, credentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limitWaiting } from './grpc-message-timeout.ts';
import { createGrpcServer } from './grpc-server.ts';
import { bytesMethod } from './grpc-service.ts';
import type { Listener } from './listener.ts';

const TIMEOUT_MS = 80;
/** Nobody else asks for this one. */
const LONG_TIMEOUT_MS = 54_321;
const MAX_BYTES = 1_000;
const TICKS = 6;

const ECHO = '/test.Slow/Echo';
const TICK = '/test.Slow/Tick';
const WATCH = '/grpc.health.v1.Health/Watch';
const same = (bytes: Buffer): Buffer => bytes;

type Ticking = ServerWritableStream<Buffer, Buffer>;

let listener: Listener;
let client: Client;

async function open(timeoutMs: number): Promise<void> {
  const tick = async (call: Ticking): Promise<void> => {
    for (let at = 0; at < TICKS; at++) {
      call.write(Buffer.from([at]));
      await wait(TIMEOUT_MS / 2);
    }
    call.end();
  };
  listener = await createGrpcServer({
    services: [
      {
        name: 'test.Slow',
        methods: {
          Echo: {
            ...bytesMethod(ECHO),
            handle: (call: { request: Buffer }, respond: (error: null, answer: Buffer) => void) => {
              setTimeout(respond, 2 * TIMEOUT_MS, null, call.request);
            },
          },
          Tick: { ...bytesMethod(TICK), responseStream: true, handle: (call: Ticking) => void tick(call) },
        },
      },
    ],
    interceptors: [limitWaiting(timeoutMs)],
    maxMessageBytes: MAX_BYTES,
  }).listen({ host: '127.0.0.1', port: 0 });
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
}

afterEach(async () => {
  client.close();
  await listener.close(100);
});

/** The answer, or the code of the refusal. */
function echo(body: Buffer, path = ECHO, deadlineMs = 10_000): Promise<Buffer | status> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      same,
      same,
      body,
      { deadline: Date.now() + deadlineMs },
      (error, answer) => {
        resolve(error === null ? answer! : error.code);
      },
    );
  });
}

/** What came of a stream before it ended, or was ended by us. */
function listen(path: string, forMs = 10_000): Promise<{ messages: number; code: status }> {
  return new Promise((resolve) => {
    const stream = client.makeServerStreamRequest(path, same, same, Buffer.alloc(0));
    const timer = setTimeout(() => {
      stream.cancel();
    }, forMs);
    let messages = 0;
    stream.on('data', () => messages++);
    stream.on('error', () => undefined);
    stream.on('status', ({ code }) => {
      clearTimeout(timer);
      resolve({ messages, code });
    });
  });
}

/** Begins a call and never ends its request; gives the status that it is answered with. */
async function neverEnd(path: string, sent: Buffer): Promise<string> {
  const session = connect(`http://127.0.0.1:${listener.port}`);
  try {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' }); // prettier-ignore
    stream.on('error', () => undefined);
    stream.write(sent);
    return await new Promise((resolve) => {
      stream.on('response', (headers) => {
        resolve(String(headers['grpc-status']));
      });
    });
  } finally {
    session.destroy();
  }
}

const message = (length: number): Buffer => {
  const bytes = Buffer.alloc(5 + length);
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

describe('a call whose request has come', () => {
  beforeEach(() => open(TIMEOUT_MS));

  test('may be answered long after', async () => {
    expect(await echo(Buffer.from('x'))).toEqual(Buffer.from('x'));
  });

  test('may be answered for long', async () => {
    expect(await listen(TICK)).toEqual({ messages: TICKS, code: status.OK });
  });

  test('may watch for as long as it likes', async () => {
    expect(await listen(WATCH, 4 * TIMEOUT_MS)).toEqual({ messages: 1, code: status.CANCELLED });
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a part of it', message(10).subarray(0, 8)],
  ['its message and no end', message(10)],
])('a call of whose request %s has come is ended, of either kind', async (_, sent) => {
  await open(TIMEOUT_MS);
  const tooSlow = String(status.DEADLINE_EXCEEDED);
  expect(await Promise.all([ECHO, TICK, WATCH].map((path) => neverEnd(path, sent)))).toEqual([
    tooSlow,
    tooSlow,
    tooSlow,
  ]);
});

describe('however a call ends', () => {
  const running = new Set<unknown>();
  let begun = 0;

  beforeEach(async () => {
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    running.clear();
    begun = 0;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number, ...args: []) => {
      const timer = set(run, ms, ...args);
      if (ms === LONG_TIMEOUT_MS) {
        running.add(timer);
        begun++;
      }
      return timer;
    }) as typeof setTimeout);
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      running.delete(timer);
      clear(timer);
    });
    await open(LONG_TIMEOUT_MS);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each<[string, () => Promise<unknown>]>([
    ['with its answer', () => echo(Buffer.from('x'))],
    ['with a stream', () => listen(TICK)],
    ['by its client', () => listen(WATCH, 20)],
    ['past its deadline', () => echo(Buffer.from('x'), ECHO, 20)],
    ['with a message that is too large', () => echo(Buffer.alloc(MAX_BYTES + 1))],
    ['with the refusal of a message whose end never comes', () => neverEnd(ECHO, message(MAX_BYTES + 1))],
  ])('%s, it leaves no timer', async (_, ask) => {
    await ask();
    await vi.waitFor(() => {
      expect(begun).toBe(1);
      expect(running.size).toBe(0);
    });
  });
});
