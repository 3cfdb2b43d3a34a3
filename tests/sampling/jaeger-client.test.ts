import express from 'express';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenHttp } from '../../server/platform/http-listener.ts';
import type { Listener } from '../../server/platform/listener.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { createSamplingRoutes } from '../../server/sampling/routes.ts';
import { parseStrategies } from '../../server/sampling/strategies.ts';

/* What Jaeger's own client for Node makes of our answers. */

interface Sampler {
  toString(): string;
  isSampled(operation: string, tags: object): boolean;
}

interface Asking {
  close(done: () => void): void;
}

interface SamplerOptions {
  readonly host: string;
  readonly port: number;
  readonly samplingPath: string;
  readonly refreshInterval: number;
  readonly logger: { readonly error: (message: string) => void };
  readonly onSamplerUpdate: (sampler: Sampler) => void;
}

/** It has no types. */
const { RemoteSampler } = createRequire(import.meta.url)('jaeger-client') as {
  readonly RemoteSampler: new (service: string, options: SamplerOptions) => Asking;
};

const STRATEGIES = parseStrategies(
  'strategies.json',
  JSON.stringify({
    default_strategy: { type: 'probabilistic', param: 0.25 },
    service_strategies: [
      { service: 'limited & slow', type: 'ratelimiting', param: 5 },
      {
        service: 'detailed',
        type: 'probabilistic',
        param: 0,
        operation_strategies: [{ operation: 'POST /cart', type: 'probabilistic', param: 1 }],
      },
    ],
  }),
);
const HOST = '127.0.0.1';

let listener: Listener;

beforeAll(async () => {
  const strategies = () => Promise.resolve(STRATEGIES);
  const routes = createSamplingRoutes({ strategies, as: 'agent', logger: createLogger('silent') });
  listener = await listenHttp(express().use(routes), { host: HOST, port: 0, bodyTimeoutMs: 1_000 });
});
afterAll(async () => {
  await listener.close(1_000);
});

/** The sampler that the client has after it has asked once. */
function samplerOf(service: string, samplingPath: string): Promise<Sampler> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void): void => {
      sampler.close(settle);
    };
    const sampler = new RemoteSampler(service, {
      host: HOST,
      port: listener.port,
      samplingPath,
      refreshInterval: 5,
      logger: {
        error: (message) => {
          over(() => {
            reject(new Error(message));
          });
        },
      },
      onSamplerUpdate: (updated) => {
        over(() => {
          resolve(updated);
        });
      },
    });
  });
}

test.each([
  ['shop', 'ProbabilisticSampler(samplingRate=0.25)'],
  ['limited & slow', 'RateLimitingSampler(maxTracesPerSecond=5)'],
  ['detailed', 'PerOperationSampler(maxOperations=2000)'],
])('the sampler of %s', async (service, want) => {
  for (const path of ['/sampling', '/api/sampling']) {
    expect((await samplerOf(service, path)).toString()).toBe(want);
  }
});

test('an operation has its own rate, and the others that of the service', async () => {
  const sampler = await samplerOf('detailed', '/sampling');
  for (let time = 0; time < 100; time++) {
    expect(sampler.isSampled('POST /cart', {})).toBe(true);
    expect(sampler.isSampled('GET /', {})).toBe(false);
  }
});

test('a path that is for something else is an error', async () => {
  await expect(samplerOf('shop', '/baggageRestrictions')).rejects.toThrow('Malformed response: []');
});
