// NOTICE: describes the interface of Jaeger (jaeger-idl), Copyright The Jaeger Authors and Uber Technologies, Apache-2.0.
import {
  choice,
  many,
  message,
  one,
  type PackageFacts,
  service,
  unary,
} from '../platform/grpc-interface/describe.ts';

/** The part of `jaeger.api_v2` that is about sampling. */
export const JAEGER_SAMPLING: PackageFacts = {
  name: 'jaeger.api_v2',
  imports: [],
  types: {
    SamplingStrategyType: choice({ PROBABILISTIC: 0, RATE_LIMITING: 1 }),
    ProbabilisticSamplingStrategy: message({ samplingRate: one('double', 1) }),
    RateLimitingSamplingStrategy: message({ maxTracesPerSecond: one('int32', 1) }),
    OperationSamplingStrategy: message({
      operation: one('string', 1),
      probabilisticSampling: one('ProbabilisticSamplingStrategy', 2),
    }),
    PerOperationSamplingStrategies: message({
      defaultSamplingProbability: one('double', 1),
      defaultLowerBoundTracesPerSecond: one('double', 2),
      perOperationStrategies: many('OperationSamplingStrategy', 3),
      defaultUpperBoundTracesPerSecond: one('double', 4),
    }),
    SamplingStrategyResponse: message({
      strategyType: one('SamplingStrategyType', 1),
      probabilisticSampling: one('ProbabilisticSamplingStrategy', 2),
      rateLimitingSampling: one('RateLimitingSamplingStrategy', 3),
      operationSampling: one('PerOperationSamplingStrategies', 4),
    }),
    SamplingStrategyParameters: message({ serviceName: one('string', 1) }),
    SamplingManager: service({
      GetSamplingStrategy: unary('SamplingStrategyParameters', 'SamplingStrategyResponse'),
    }),
  },
};
