import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createSamplingRoutes, type SamplingRoutesOptions } from './routes.ts';
import { parseStrategies } from './strategies.ts';

const STRATEGIES = parseStrategies(
  'strategies.json',
  JSON.stringify({
    default_strategy: { type: 'probabilistic', param: 0.5 },
    service_strategies: [{ service: 'a b&c', type: 'ratelimiting', param: 42 }],
  }),
);
const HALF = '"probabilisticSampling":{"samplingRate":0.5}';
const LIMITED = '"rateLimitingSampling":{"maxTracesPerSecond":42}';
const ONCE = "'service' parameter must be provided once\n";

const servers: Server[] = [];
let agent = '';
let collector = '';
let broken = '';

async function listen(
  as: 'agent' | 'collector',
  change: Partial<SamplingRoutesOptions> = {},
): Promise<string> {
  const strategies = () => Promise.resolve(STRATEGIES);
  const routes = createSamplingRoutes({ strategies, as, logger: createLogger('silent'), ...change });
  const server = express().use(routes).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  agent = await listen('agent');
  collector = await listen('collector');
  broken = await listen('agent', { strategies: () => Promise.reject(new Error('the disk is gone')) });
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function ask(url: string, method = 'GET'): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(url, { method });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('an agent', () => {
  test.each([
    ['/sampling?service=shop', `{"strategyType":"PROBABILISTIC",${HALF}}`],
    ['/sampling?service=a%20b%26c', `{"strategyType":"RATE_LIMITING",${LIMITED}}`],
    ['/sampling?service=a+b%26c', `{"strategyType":"RATE_LIMITING",${LIMITED}}`],
    ['/sampling?service=', `{"strategyType":"PROBABILISTIC",${HALF}}`],
    ['/sampling?version=1&service=shop', `{"strategyType":"PROBABILISTIC",${HALF}}`],
    ['/api/sampling?service=shop', `{"strategyType":"PROBABILISTIC",${HALF}}`],
    ['/?service=shop', `{"strategyType":0,${HALF}}`],
    ['/?service=a%20b%26c', `{"strategyType":1,${LIMITED}}`],
    ['/baggageRestrictions?service=shop', '[]'],
  ])('%s', async (path, want) => {
    const { status, headers, text } = await ask(agent + path);
    expect([status, headers.get('content-type'), text]).toEqual([200, 'application/json', want]);
  });

  test.each(['/sampling', '/api/sampling', '/', '/baggageRestrictions'])(
    '%s wants one service',
    async (path) => {
      for (const query of ['', '?service=a&service=a', '?Service=a', '?service[]=a']) {
        const { status, headers, text } = await ask(agent + path + query);
        expect([status, text]).toEqual([400, ONCE]);
        expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
      const refused = await ask(`${agent}${path}?service=a`, 'POST');
      expect([refused.status, refused.text]).toEqual([405, `POST is not for ${path}: it takes GET\n`]);
      expect(refused.headers.get('allow')).toBe('GET, HEAD');
    },
  );

  test('what goes wrong with us is not shown', async () => {
    const { status, text } = await ask(`${broken}/sampling?service=a`);
    expect(status).toBe(500);
    expect(text).toContain('something went wrong on our side');
    expect(text).not.toContain('disk');
  });
});

test.each([
  ['/api/sampling?service=shop', 200],
  ['/sampling?service=shop', 404],
  ['/baggageRestrictions?service=shop', 404],
  ['/?service=shop', 404],
])('a collector at %s: %d', async (path, want) => {
  expect((await ask(collector + path)).status).toBe(want);
});
