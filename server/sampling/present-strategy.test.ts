import { expect, test } from 'vitest';
import { presentLegacyStrategy, presentStrategy } from './present-strategy.ts';
import type { Strategy } from './strategies.ts';

const OPERATIONS = {
  defaultSamplingRate: 0.8,
  named: [
    { operation: 'op1', samplingRate: 0.2 },
    { operation: '/health', samplingRate: 0 },
  ],
};

test.each<[Strategy, string, string]>([
  [
    { kind: 'probabilistic', samplingRate: 0.5 },
    '"PROBABILISTIC"',
    '"probabilisticSampling":{"samplingRate":0.5}',
  ],
  [
    { kind: 'probabilistic', samplingRate: 1 },
    '"PROBABILISTIC"',
    '"probabilisticSampling":{"samplingRate":1}',
  ],
  [
    { kind: 'rate-limiting', maxTracesPerSecond: 5 },
    '"RATE_LIMITING"',
    '"rateLimitingSampling":{"maxTracesPerSecond":5}',
  ],
  [
    { kind: 'probabilistic', samplingRate: 0.8, operations: OPERATIONS },
    '"PROBABILISTIC"',
    '"probabilisticSampling":{"samplingRate":0.8},"operationSampling":{"defaultSamplingProbability":0.8,"defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[{"operation":"op1","probabilisticSampling":{"samplingRate":0.2}},{"operation":"/health","probabilisticSampling":{"samplingRate":0}}]}',
  ],
  [
    { kind: 'rate-limiting', maxTracesPerSecond: 0, operations: { defaultSamplingRate: 0.001, named: [] } },
    '"RATE_LIMITING"',
    '"rateLimitingSampling":{"maxTracesPerSecond":0},"operationSampling":{"defaultSamplingProbability":0.001,"defaultLowerBoundTracesPerSecond":0,"perOperationStrategies":[]}',
  ],
])('%j', (strategy, type, members) => {
  expect(presentStrategy(strategy)).toBe(`{"strategyType":${type},${members}}`);
  const number = type === '"PROBABILISTIC"' ? 0 : 1;
  expect(presentLegacyStrategy(strategy)).toBe(`{"strategyType":${number},${members}}`);
});
