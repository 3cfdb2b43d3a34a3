import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSpace } from '../../space/space.ts';
import type { Call, SpaceSummary } from '../../store/trace-store.ts';
import { createSpacesRoutes } from './routes.ts';

const SPACES: readonly SpaceSummary[] = [
  ['acme', 'shop', 'traces'],
  ['acme', 'test', 'traces'],
  ['globex', 'shop', 'traces'],
].map(([tenant, db, table]) => ({
  space: createSpace(tenant!, db!, table!),
  spanCount: 7,
  firstStartNanos: 1_767_225_600_000_000_001n,
  lastStartNanos: 1_767_225_601_123_456_789n,
}));

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

async function get(
  path: string,
  spaces: (call: Call) => Promise<readonly SpaceSummary[]> = () => Promise.resolve(SPACES),
): Promise<{ status: number; body: unknown }> {
  const logger = createLogger('silent');
  const app = express().use(createSpacesRoutes({ store: { spaces }, timeoutMs: 1_000, logger }));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return { status: response.status, body: await response.json() };
}

function names(body: unknown): string[] {
  return (body as { spaces: { tenant: string; db: string }[] }).spaces.map(
    ({ tenant, db }) => `${tenant}/${db}`,
  );
}

describe('GET /api/v1/spaces', () => {
  test('shows counts, and times to the nanosecond', async () => {
    const { status, body } = await get('/api/v1/spaces?tenant=globex');
    expect(status).toBe(200);
    expect(body).toEqual({
      spaces: [
        {
          tenant: 'globex',
          db: 'shop',
          table: 'traces',
          spanCount: 7,
          firstStart: '2026-01-01T00:00:00.000000001Z',
          lastStart: '2026-01-01T00:00:01.123456789Z',
        },
      ],
    });
  });

  test.each([
    ['', ['acme/shop', 'acme/test', 'globex/shop']],
    ['?tenant=acme', ['acme/shop', 'acme/test']],
    ['?db=shop', ['acme/shop', 'globex/shop']],
    ['?tenant=acme&db=shop', ['acme/shop']],
    ['?tenant=nobody', []],
  ])('filtered by %j', async (query, want) => {
    expect(names((await get(`/api/v1/spaces${query}`)).body)).toEqual(want);
  });

  test('a parameter given twice is refused', async () => {
    expect(await get('/api/v1/spaces?tenant=a&tenant=b')).toEqual({
      status: 400,
      body: { error: { code: 'invalid', message: 'the parameter "tenant" may be given once' } },
    });
  });

  test('a fault of the store has its status, and the cause of ours is not shown', async () => {
    const away = new Fault('unavailable', 'the engine is away');
    expect(await get('/api/v1/spaces', () => Promise.reject(away))).toEqual({
      status: 503,
      body: { error: { code: 'unavailable', message: 'the engine is away' } },
    });
    const broken = await get('/api/v1/spaces', () => Promise.reject(new Error('a secret')));
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken.body)).not.toContain('a secret');
  });

  test('the store is given a deadline', async () => {
    let deadlineMs = 0;
    await get('/api/v1/spaces', (call) => {
      deadlineMs = call.deadlineMs - performance.now();
      return Promise.resolve([]);
    });
    expect(deadlineMs).toBeGreaterThan(500);
    expect(deadlineMs).toBeLessThanOrEqual(1_000);
  });
});
