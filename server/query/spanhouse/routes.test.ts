import { once } from 'node:events';
import { type Server, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSpace, spaceKey } from '../../space/space.ts';
import { makeSpan } from '../../store/conformance.fixture.ts';
import type { Call, TraceStore } from '../../store/trace-store.ts';
import { createSpanhouseRoutes } from './routes.ts';

const TIMES = { fromNanos: '1', toNanos: '2' };
const JSON_TYPE = { 'content-type': 'application/json' };
const GETS = ['/about', '/services', '/operations', '/attributes/keys', '/attributes/values?key=k', '/dependencies', '/traces/1']; // prettier-ignore
const POSTS = ['/search', '/spans', '/rates'];

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(store: Partial<TraceStore>): Promise<string> {
  const routes = createSpanhouseRoutes({
    store: store as TraceStore,
    spaceDefaults: createSpace('default', 'public', 'traces'),
    version: '1.2.3',
    timeoutMs: 1_000,
    bodyTimeoutMs: 200,
    logger: createLogger('silent'),
    nowMs: () => 0,
  });
  server = express().use(routes).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(base: string, path: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(base + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? '' : JSON.parse(text) };
}

const post = (base: string, path: string, body: unknown, headers = JSON_TYPE as Record<string, string>): Promise<Answered> =>
  ask(base, path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }); // prettier-ignore

const error = (code: string, message: string, field?: string): object => ({
  error: { code, message, ...(field === undefined ? {} : { field }) },
});

test('says what it is', async () => {
  const { status, body } = await ask(await serve({}), '/api/v1/about');
  expect(status).toBe(200);
  expect(body).toEqual({
    name: 'spanhouse',
    version: '1.2.3',
    api: 1,
    features: ['search', 'spans', 'rates', 'dependencies', 'attributes', 'spaces'],
  });
});

describe('methods', () => {
  test.each(GETS)('GET %s alone', async (path) => {
    const { status, headers, body } = await post(await serve({}), `/api/v1${path}`, {});
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const message = `POST is not for /api/v1${path.split('?')[0]!}: it takes GET, HEAD`;
    expect(body).toEqual(error('method-not-allowed', message));
  });

  test.each(POSTS)('POST %s alone', async (path) => {
    const { status, headers, body } = await ask(await serve({}), `/t/a/b/c/api/v1${path}`);
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    expect(body).toEqual(error('method-not-allowed', `GET is not for /t/a/b/c/api/v1${path}: it takes POST`));
  });
});

describe('bodies', () => {
  test.each(POSTS)('%s must be JSON', async (path) => {
    const base = await serve({});
    const type = await post(base, `/api/v1${path}`, '{}', { 'content-type': 'text/plain' });
    expect([type.status, type.body]).toEqual([
      415,
      error('unsupported-media', 'content-type must be application/json', 'content-type'),
    ]);
    const coded = await post(base, `/api/v1${path}`, '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect([coded.status, coded.body]).toEqual([
      415,
      error(
        'unsupported-media',
        'content-encoding must be identity: questions are short',
        'content-encoding',
      ),
    ]);
    const broken = await post(base, `/api/v1${path}`, '{');
    expect(broken.status).toBe(400);
    expect(broken.body).toMatchObject({ error: { code: 'invalid', field: 'body' } });
    const typed = await post(
      base,
      `/api/v1${path}`,
      {},
      { 'content-type': 'application/json; charset=utf-8' },
    );
    expect(typed.body).toMatchObject({ error: { field: 'fromNanos' } });
  });

  test.each(POSTS)('%s may have a mebibyte', async (path) => {
    const base = await serve({});
    const text = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;
    const most = await post(base, `/api/v1${path}`, text(1 << 20));
    expect([most.status, most.body]).toEqual([
      400,
      error('invalid', 'the body must be an object', 'the body'),
    ]);
    const message = 'the body has more than the 1048576 bytes that a question may have';
    const long = await post(base, `/api/v1${path}`, text((1 << 20) + 1));
    expect([long.status, long.body]).toEqual([413, error('too-large', message, 'body')]);
  });

  test('of no known length have the same limit', async () => {
    const base = await serve({});
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array((1 << 20) + 1).fill(32));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: JSON_TYPE, body: stream, duplex: 'half' } as RequestInit;
    expect((await ask(base, '/api/v1/search', init)).status).toBe(413);
  });

  test('that do not come are not waited for', async () => {
    const { port } = new URL(await serve({}));
    const request = httpRequest({ port, path: '/api/v1/search', method: 'POST', headers: { ...JSON_TYPE, 'content-length': 10 } }); // prettier-ignore
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [{ statusCode: number }];
    request.destroy();
    expect(response.statusCode).toBe(504);
  });
});

describe('faults', () => {
  test('have their status and name their field and setting', async () => {
    const services = (): Promise<never> =>
      Promise.reject(
        new Fault('too-large', 'too much', { field: 'x', setting: 'SPANHOUSE_X', cause: 'secret' }),
      );
    expect(await ask(await serve({ services }), '/api/v1/services')).toMatchObject({
      status: 413,
      body: { error: { code: 'too-large', message: 'too much', field: 'x', setting: 'SPANHOUSE_X' } },
    });
  });

  test('that are ours do not show their cause', async () => {
    const services = (): Promise<never> => Promise.reject(new Error('a secret'));
    const { status, body } = await ask(await serve({ services }), '/api/v1/services');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('say when to come back', async () => {
    const services = (): Promise<never> =>
      Promise.reject(new Fault('overloaded', 'busy', { retryAfterMs: 1_500 }));
    const { status, headers } = await ask(await serve({ services }), '/api/v1/services');
    expect([status, headers.get('retry-after')]).toEqual([429, '2']);
  });

  const failingAfter = (name: string): Partial<TraceStore> => ({
    trace: async function* () {
      yield [makeSpan({ trace: 1, name })];
      await Promise.reject(new Fault('unavailable', 'away'));
    },
  });

  test('before anything was written have their status', async () => {
    const { status, body } = await ask(await serve(failingAfter('short')), '/api/v1/traces/1');
    expect([status, body]).toEqual([503, error('unavailable', 'away')]);
  });

  test('in the middle of an answer end the connection', async () => {
    const base = await serve(failingAfter('long'.repeat(1 << 14)));
    const response = await fetch(`${base}/api/v1/traces/1`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('the store', () => {
  const rows: [string, object | undefined, keyof TraceStore][] = [
    ['/services', undefined, 'services'],
    ['/operations', undefined, 'operations'],
    ['/attributes/keys', undefined, 'attributeKeys'],
    ['/attributes/values?key=k', undefined, 'attributeValues'],
    ['/dependencies', undefined, 'dependencies'],
    ['/traces/1', undefined, 'trace'],
    ['/search', TIMES, 'search'],
    ['/search', { ...TIMES, sort: 'errors' }, 'search'],
    ['/spans', TIMES, 'spans'],
    ['/rates', { ...TIMES, stepNanos: '60000000000' }, 'rates'],
    ['/rates', { ...TIMES, stepNanos: '1', by: ['status'] }, 'aggregate'],
  ];

  test.each(rows)('%s %j asks of it in the space named, for so long', async (path, body, method) => {
    const calls: unknown[] = [];
    const base = await serve({
      [method]: (...args: unknown[]) => {
        calls.push(args);
        throw new Fault('unavailable', 'away');
      },
    });
    const init = body === undefined ? {} : { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
    expect((await ask(base, `/t/acme/shop/spans/api/v1${path}`, init)).status).toBe(503);
    const [args] = calls as [unknown[]];
    expect(spaceKey(args[0] as never)).toBe('acme/shop/spans');
    const { deadlineMs } = args.at(-1) as Call;
    expect(deadlineMs - performance.now()).toBeGreaterThan(0);
    expect(deadlineMs - performance.now()).toBeLessThanOrEqual(1_000);
    const named = await ask(base, `/api/v1${path}`, { ...init, headers: { ...JSON_TYPE, tenant: 'globex' } });
    expect(named.status).toBe(503);
    expect(spaceKey((calls[1] as unknown[])[0] as never)).toBe('globex/public/traces');
  });

  test.each(rows)('%s %j is told when the client goes away', async (path, body, method) => {
    let asked: (call: Call) => void = () => undefined;
    const call = new Promise<Call>((resolve) => (asked = resolve));
    const base = await serve({
      [method]: (...args: unknown[]) => {
        const given = args.at(-1) as Call;
        asked(given);
        return new Promise((_, reject) => {
          given.signal!.addEventListener('abort', () => { reject(new Fault('cancelled', 'gone')); }); // prettier-ignore
        });
      },
      ...(method === 'trace' ? { trace: waitingTrace((given) => { asked(given); }) } : {}), // prettier-ignore
    });
    const leaving = new AbortController();
    const init = body === undefined ? {} : { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
    const answer = fetch(`${base}/api/v1${path}`, { ...init, signal: leaving.signal }).catch(() => 'left');
    const { signal } = await call;
    expect(signal!.aborted).toBe(false);
    leaving.abort();
    expect(await answer).toBe('left');
    await expect.poll(() => signal!.aborted).toBe(true);
  });
});

function waitingTrace(asked: (call: Call) => void): TraceStore['trace'] {
  return async function* (_space, _id, _hint, call) {
    asked(call);
    await once(call.signal!, 'abort');
    throw new Fault('cancelled', 'gone');
  };
}
