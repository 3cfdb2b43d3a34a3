import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSpace } from '../../space/space.ts';
import type { SpaceSummary } from '../../store/trace-store.ts';
import { HOME_POLICY } from './present-home.ts';
import { createHomeRoutes, type HomeOptions } from './routes.ts';

const NOW_MS = 1_767_225_600_000;

function summaryOf(tenant: string, secondsAgo: number): SpaceSummary {
  const lastStartNanos = BigInt(NOW_MS - secondsAgo * 1_000) * 1_000_000n;
  return { space: createSpace(tenant, 'shop', 'traces'), spanCount: 7, firstStartNanos: 0n, lastStartNanos };
}

const SPACES = [summaryOf('acme', 20), summaryOf('globex', 10), summaryOf('initech', 86_400)];

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly tenants: readonly string[];
}

async function get(path: string, change: Partial<HomeOptions> = {}): Promise<Page> {
  const options: HomeOptions = {
    store: { spaces: () => Promise.resolve(SPACES), rates: () => Promise.resolve([]) },
    spaceDefaults: createSpace('default', 'public', 'traces'),
    listeners: () => ({ otlpHttp: { host: '127.0.0.1', port: 14_318 } }),
    uiHosted: false,
    version: '1.2.3',
    timeoutMs: 1_000,
    logger: createLogger('silent'),
    nowMs: () => NOW_MS,
    ...change,
  };
  server = express().use(createHomeRoutes(options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  const text = await response.text();
  const tenants = [...text.matchAll(/<h3><b>(\w+)<\/b>/g)].map(([, tenant]) => tenant!);
  return { status: response.status, headers: response.headers, text, tenants };
}

test.each([
  ['/', false, 200],
  ['/spaces', false, 200],
  ['/', true, 404],
  ['/spaces', true, 200],
])('%s, with a UI hosted: %s, answers %d', async (path, uiHosted, want) => {
  expect((await get(path, { uiHosted })).status).toBe(want);
});

test('the page may load nothing, is not kept, and names the ports that listen', async () => {
  const { headers, text } = await get('/');
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).toBe(HOME_POLICY);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).toContain('=http://127.0.0.1:14318<');
  expect(text).not.toContain('PROTOCOL=grpc');
});

describe('the list', () => {
  test('has the latest first', async () => {
    expect((await get('/')).tenants).toEqual(['globex', 'acme', 'initech']);
  });

  test('is filtered by a part of the name', async () => {
    expect((await get('/spaces?q=EX')).tenants).toEqual(['globex']);
    expect((await get('/spaces?q=acme/shop')).tenants).toEqual(['acme']);
    expect((await get('/spaces?q=a&q=b')).status).toBe(400);
  });

  test('ends at a hundred', async () => {
    const many = Array.from({ length: 150 }, (_, index) => summaryOf(`t${index}`, index));
    const store = { spaces: () => Promise.resolve(many), rates: () => Promise.resolve([]) };
    const { tenants, text } = await get('/', { store });
    expect([tenants.length, tenants[0], tenants.at(-1)]).toEqual([100, 't0', 't99']);
    expect(text).toContain('150 spaces; the 100 with the latest spans are shown');
  });
});

test('a store that fails is said to, and what is ours is not shown', async () => {
  const failing = (thrown: Error): Partial<HomeOptions> => ({
    store: { spaces: () => Promise.reject(thrown), rates: () => Promise.resolve([]) },
  });
  const away = await get('/', failing(new Fault('unavailable', 'the engine is away')));
  expect(away.status).toBe(503);
  expect(away.text).toContain('The list cannot be read now: the engine is away.');
  const broken = await get('/', failing(new Error('a detail of ours')));
  expect(broken.status).toBe(500);
  expect(broken.text).not.toContain('a detail of ours');
  expect(broken.text).toContain('Where to send');
});
