import type { Strategy } from './strategies.ts';

/** Of `SamplingStrategyType`: JSON has the name, the oldest clients and protobuf the number. */
export const STRATEGY_TYPES = {
  probabilistic: { name: 'PROBABILISTIC', number: 0 },
  'rate-limiting': { name: 'RATE_LIMITING', number: 1 },
} as const;

/** A `SamplingStrategyResponse`, but for its type. JSON and protobuf have the same members. */
export interface StrategyMembers {
  readonly probabilisticSampling?: { readonly samplingRate: number };
  readonly rateLimitingSampling?: { readonly maxTracesPerSecond: number };
  readonly operationSampling?: {
    readonly defaultSamplingProbability: number;
    readonly defaultLowerBoundTracesPerSecond: number;
    readonly perOperationStrategies: readonly {
      readonly operation: string;
      readonly probabilisticSampling: { readonly samplingRate: number };
    }[];
  };
}

/** As Jaeger's agents and collectors answer. */
export function presentStrategy(strategy: Strategy): string {
  return JSON.stringify({ strategyType: STRATEGY_TYPES[strategy.kind].name, ...membersOf(strategy) });
}

/** As the agent answers at `/`: for clients from the time when enums were numbers. */
export function presentLegacyStrategy(strategy: Strategy): string {
  return JSON.stringify({ strategyType: STRATEGY_TYPES[strategy.kind].number, ...membersOf(strategy) });
}

export function membersOf(strategy: Strategy): StrategyMembers {
  return {
    ...(strategy.kind === 'probabilistic'
      ? { probabilisticSampling: { samplingRate: strategy.samplingRate } }
      : { rateLimitingSampling: { maxTracesPerSecond: strategy.maxTracesPerSecond } }),
    ...operationMembers(strategy),
  };
}

/** No file of strategies can name a lower bound. Zero is none. */
const LOWER_BOUND = 0;

function operationMembers({ operations }: Strategy): Pick<StrategyMembers, 'operationSampling'> {
  if (operations === undefined) return {};
  const { defaultSamplingRate, named } = operations;
  return {
    operationSampling: {
      defaultSamplingProbability: defaultSamplingRate,
      defaultLowerBoundTracesPerSecond: LOWER_BOUND,
      perOperationStrategies: named.map(({ operation, samplingRate }) => ({
        operation,
        probabilisticSampling: { samplingRate },
      })),
    },
  };
}
