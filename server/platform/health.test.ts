import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { once } from 'node:events';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { type Checks, createHealthRouter } from './health.ts';
import { createMetrics, type Metrics } from './metrics.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

async function get(
  path: string,
  checks: Checks = {},
  metrics: Metrics = createMetrics(),
): Promise<{ status: number; body: string }> {
  const app = express().use(createHealthRouter(checks, metrics));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return { status: response.status, body: await response.text() };
}

test('/healthz answers while the process lives, ready or not', async () => {
  const { status, body } = await get('/healthz', { log: () => ({ ready: false }) });
  expect([status, JSON.parse(body)]).toEqual([200, { status: 'alive' }]);
});

test.each<[string, Checks, number, unknown]>([
  [
    'all ready; what was set aside is shown',
    {
      engine: () => ({ ready: true }),
      log: () => ({ ready: true, reason: 'set aside', detail: { setAside: 2 } }),
    },
    200,
    {
      ready: true,
      checks: { engine: { ready: true }, log: { ready: true, reason: 'set aside', detail: { setAside: 2 } } },
    },
  ],
  [
    'one is not',
    {
      engine: () => ({ ready: true }),
      log: () => Promise.resolve({ ready: false, reason: 'the log is full' }),
    },
    503,
    { ready: false, checks: { engine: { ready: true }, log: { ready: false, reason: 'the log is full' } } },
  ],
  [
    'one fails',
    { engine: () => Promise.reject(new Fault('unavailable', 'the engine is away')) },
    503,
    { ready: false, checks: { engine: { ready: false, reason: 'the engine is away' } } },
  ],
  [
    'one does not answer',
    { engine: () => new Promise(() => undefined) },
    503,
    { ready: false, checks: { engine: { ready: false, reason: 'no answer within 2000 ms' } } },
  ],
])('/readyz: %s', async (_name, checks, status, want) => {
  const got = await get('/readyz', checks);
  expect([got.status, JSON.parse(got.body)]).toEqual([status, want]);
});

test('/metrics shows counters by their labels, and gauges as they are at the scrape', async () => {
  const metrics = createMetrics();
  metrics.intake.accepted.inc(7);
  metrics.intake.refused.inc({ reason: 'trace-id' }, 2);
  metrics.beforeScrape.push(() => {
    metrics.log.bytes.set(42);
    return Promise.resolve();
  });

  const { status, body } = await get('/metrics', {}, metrics);
  expect(status).toBe(200);
  expect(body).toContain('\nspanhouse_spans_accepted_total 7\n');
  expect(body).toContain('\nspanhouse_spans_refused_total{reason="trace-id"} 2\n');
  expect(body).toContain('\nspanhouse_log_bytes 42\n');
  expect(body).toContain('\nprocess_resident_memory_bytes ');
});
