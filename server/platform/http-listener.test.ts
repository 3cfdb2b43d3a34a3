import type { RequestListener } from 'node:http';
import { Agent, get } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { clientGone, requestIdOf } from './http-request.ts';
import { listenHttp } from './http-listener.ts';
import type { Listener } from './listener.ts';

const open: Listener[] = [];

async function listen(handler: RequestListener): Promise<Listener> {
  const listener = await listenHttp(handler, { host: '127.0.0.1', port: 0, bodyTimeoutMs: 1000 });
  open.push(listener);
  return listener;
}

afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close(0);
});

describe('listenHttp', () => {
  test('picks a port and says which', async () => {
    const listener = await listen((_, response) => response.end('here'));
    expect(listener.port).toBeGreaterThan(0);
    expect(await (await fetch(`http://127.0.0.1:${listener.port}`)).text()).toBe('here');
  });

  test('says who is in the way', async () => {
    const { port } = await listen((_, response) => response.end());
    await expect(
      listenHttp(() => undefined, { host: '127.0.0.1', port, bodyTimeoutMs: 1000 }),
    ).rejects.toMatchObject({
      code: 'failed-precondition',
      message: `cannot listen on 127.0.0.1:${port}: another process listens there`,
    });
  });
});

describe('close', () => {
  test('lets what is in flight finish, and takes nothing new', async () => {
    let finish = (): void => undefined;
    const listener = await listen((_, response) => {
      finish = () => response.end('finished');
    });
    const url = `http://127.0.0.1:${listener.port}`;
    const inFlight = fetch(url);
    await expect.poll(() => finish.toString()).toContain('finished');

    const closed = listener.close(5000);
    await expect(fetch(url)).rejects.toThrow();
    finish();
    const finishedMs = performance.now();
    expect(await (await inFlight).text()).toBe('finished');
    await closed;
    expect(performance.now() - finishedMs).toBeLessThan(2000);
  });

  test('does not wait for idle connections', async () => {
    const listener = await listen((_, response) => response.end('kept alive'));
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      get({ port: listener.port, host: '127.0.0.1', agent }, (response) => {
        response.resume().on('end', resolve);
      });
    });
    const startedMs = performance.now();
    await listener.close(10_000);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    agent.destroy();
  });

  test('cuts off what is still going after the deadline', async () => {
    const listener = await listen(() => undefined);
    const never = fetch(`http://127.0.0.1:${listener.port}`);
    const outcome = expect(never).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await listener.close(100);
    await outcome;
  });
});

describe('a request', () => {
  test('has one id, which its response carries', async () => {
    const ids: string[] = [];
    const listener = await listen((_, response) => {
      ids.push(requestIdOf(response), requestIdOf(response));
      response.end();
    });
    const response = await fetch(`http://127.0.0.1:${listener.port}`);
    expect(ids).toEqual([response.headers.get('x-request-id'), response.headers.get('x-request-id')]);
  });

  test('is known to be abandoned when its client leaves, and only then', async () => {
    const signals: AbortSignal[] = [];
    const listener = await listen((request, response) => {
      signals.push(clientGone(response));
      if (request.url === '/answered') response.end();
    });
    const url = `http://127.0.0.1:${listener.port}`;
    await (await fetch(`${url}/answered`)).text();
    const leaving = new AbortController();
    const left = fetch(`${url}/left`, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => signals.length).toBe(2);
    leaving.abort();
    await left;
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});
