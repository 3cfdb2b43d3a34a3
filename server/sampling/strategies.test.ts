import { describe, expect, test } from 'vitest';
import {
  parseStrategies,
  SAMPLE_EVERYTHING,
  type Strategies,
  type Strategy,
  strategyOf,
} from './strategies.ts';

const PATH = '/etc/strategies.json';

function parse(file: object): Strategies {
  return parseStrategies(PATH, JSON.stringify(file));
}

const rate = (samplingRate: number): Strategy => ({ kind: 'probabilistic', samplingRate });
const half = { type: 'probabilistic', param: 0.5 };

test('without a file everything is sampled', () => {
  expect(strategyOf(SAMPLE_EVERYTHING, 'shop')).toEqual(rate(1));
  expect(SAMPLE_EVERYTHING.ignored).toEqual([]);
});

/** The file of Jaeger's documentation. */
const DOCUMENTED = {
  service_strategies: [
    {
      service: 'foo',
      type: 'probabilistic',
      param: 0.8,
      operation_strategies: [
        { operation: 'op1', type: 'probabilistic', param: 0.2 },
        { operation: 'op2', type: 'probabilistic', param: 0.4 },
      ],
    },
    { service: 'bar', type: 'ratelimiting', param: 5 },
  ],
  default_strategy: {
    ...half,
    operation_strategies: [
      { operation: '/health', type: 'probabilistic', param: 0 },
      { operation: '/metrics', type: 'probabilistic', param: 0 },
    ],
  },
};
const QUIET = [
  { operation: '/health', samplingRate: 0 },
  { operation: '/metrics', samplingRate: 0 },
];

test.each<[string, Strategy]>([
  [
    'foo',
    {
      kind: 'probabilistic',
      samplingRate: 0.8,
      operations: {
        defaultSamplingRate: 0.8,
        named: [{ operation: 'op1', samplingRate: 0.2 }, { operation: 'op2', samplingRate: 0.4 }, ...QUIET],
      },
    },
  ],
  [
    'bar',
    {
      kind: 'rate-limiting',
      maxTracesPerSecond: 5,
      operations: { defaultSamplingRate: 0.5, named: QUIET },
    },
  ],
  [
    'another',
    { kind: 'probabilistic', samplingRate: 0.5, operations: { defaultSamplingRate: 0.5, named: QUIET } },
  ],
])('the file of the documentation, for %s', (service, want) => {
  expect(strategyOf(parse(DOCUMENTED), service)).toEqual(want);
});

describe('as Jaeger reads it', () => {
  test.each<[string, object, string, Strategy]>([
    ['nothing is said', {}, 'a', rate(0.001)],
    ['null is nothing', { default_strategy: null, service_strategies: null }, 'a', rate(0.001)],
    ['no strategy for others', { service_strategies: [{ service: 'a', ...half }] }, 'b', rate(0.001)],
    ['a service without a type', { service_strategies: [{ service: 'a' }] }, 'a', rate(0.001)],
    ['a service that is a name of objects', { default_strategy: half }, 'constructor', rate(0.5)],
    ['a byte order mark', { default_strategy: half }, 'a', rate(0.5)],
    [
      'a limit with a fraction',
      { default_strategy: { type: 'ratelimiting', param: 3.5 } },
      'a',
      { kind: 'rate-limiting', maxTracesPerSecond: 3 },
    ],
    [
      'operations of a limited service',
      {
        service_strategies: [
          {
            service: 'a',
            type: 'ratelimiting',
            param: 5,
            operation_strategies: [{ operation: 'op', ...half }, { operation: 'unsaid' }],
          },
        ],
      },
      'a',
      {
        kind: 'rate-limiting',
        maxTracesPerSecond: 5,
        operations: {
          defaultSamplingRate: 0.001,
          named: [
            { operation: 'op', samplingRate: 0.5 },
            { operation: 'unsaid', samplingRate: 0.001 },
          ],
        },
      },
    ],
    [
      'a rate of its own beside operations of all',
      {
        default_strategy: { ...half, operation_strategies: [{ operation: 'op', ...half }] },
        service_strategies: [{ service: 'a', type: 'probabilistic', param: 0.25 }],
      },
      'a',
      {
        kind: 'probabilistic',
        samplingRate: 0.25,
        operations: { defaultSamplingRate: 0.25, named: [{ operation: 'op', samplingRate: 0.5 }] },
      },
    ],
    [
      'an operation of its own goes before that of all',
      {
        default_strategy: { ...half, operation_strategies: [{ operation: 'op', ...half }] },
        service_strategies: [
          {
            service: 'a',
            type: 'probabilistic',
            param: 1,
            operation_strategies: [{ operation: 'op', type: 'probabilistic', param: 0 }],
          },
        ],
      },
      'a',
      {
        kind: 'probabilistic',
        samplingRate: 1,
        operations: { defaultSamplingRate: 1, named: [{ operation: 'op', samplingRate: 0 }] },
      },
    ],
  ])('%s', (_, file, service, want) => {
    const strategies = parseStrategies(PATH, `\uFEFF${JSON.stringify(file)}`);
    expect(strategyOf(strategies, service)).toEqual(want);
  });

  test('a limit of one operation is left out, and told', () => {
    const operation_strategies = [
      { operation: 'fast', ...half },
      { operation: 'slow', type: 'ratelimiting', param: 10 },
    ];
    const strategies = parse({
      default_strategy: { ...half, operation_strategies },
      service_strategies: [{ service: 'a', ...half, operation_strategies }],
    });
    expect(strategyOf(strategies, 'a').operations?.named).toEqual([{ operation: 'fast', samplingRate: 0.5 }]);
    expect(strategies.ignored).toEqual([
      'default_strategy.operation_strategies[1] limits the rate of "slow", which only a service can have: it is left out',
      'service_strategies[0].operation_strategies[1] limits the rate of "slow", which only a service can have: it is left out',
    ]);
  });

  test('the value cannot be changed', () => {
    const strategies = parse({ default_strategy: half });
    expect(Object.isFrozen(strategies)).toBe(true);
    expect(Object.isFrozen(strategies.others)).toBe(true);
  });
});

const service = { service: 'a', ...half };
const inOperation = (change: object): object => ({
  service_strategies: [service, { ...service, service: 'b', operation_strategies: [change] }],
});

test.each<[string, string]>([
  ['{', 'that file is not JSON: '],
  ['[]', 'what it holds is []: must be an object'],
  ['null', 'what it holds is null: must be an object'],
  ['{"default_strategy":5}', 'default_strategy is 5: must be an object'],
  ['{"service_strategies":{}}', 'service_strategies is {}: must be a list'],
  ['{"services":[]}', 'services is nothing that can be set there'],
  ['{"default_strategy":{"sampler":1}}', 'default_strategy.sampler is nothing that can be set there'],
  ['{"service_strategies":[{}]}', 'service_strategies[0].service must be text'],
  [
    '{"default_strategy":{"type":"adaptive","param":1}}',
    'default_strategy.type is "adaptive": must be one of probabilistic, ratelimiting',
  ],
  [
    '{"default_strategy":{"type":"probabilistic","param":"1"}}',
    'default_strategy.param is "1": must be a number',
  ],
  [
    '{"default_strategy":{"type":"probabilistic","param":1.5}}',
    'default_strategy.param is 1.5: must be a probability from 0 to 1',
  ],
  [
    '{"default_strategy":{"type":"probabilistic","param":-0.1}}',
    'default_strategy.param is -0.1: must be a probability from 0 to 1',
  ],
  [
    '{"default_strategy":{"type":"ratelimiting","param":-1}}',
    'default_strategy.param is -1: must be a number of traces a second, from 0 to 2147483647',
  ],
  [
    '{"default_strategy":{"type":"ratelimiting","param":3e9}}',
    'default_strategy.param is 3000000000: must be a number of traces a second',
  ],
  [
    '{"default_strategy":{"type":"probabilistic"}}',
    'default_strategy.param is missing: a strategy of type "probabilistic" needs it',
  ],
  ['{"default_strategy":{"param":0.5}}', 'default_strategy.param is 0.5: needs a "type" beside it'],
  [
    JSON.stringify({ service_strategies: [service, service] }),
    'service_strategies[1].service is "a": has a strategy already',
  ],
  [
    JSON.stringify(inOperation({ operation: 'op', type: 'probabilistic', param: 2 })),
    'service_strategies[1].operation_strategies[0].param is 2: must be a probability',
  ],
  [
    JSON.stringify(inOperation({ operation: 7, ...half })),
    'service_strategies[1].operation_strategies[0].operation is 7: must be text',
  ],
])('%s is refused', (text, reason) => {
  expect(() => parseStrategies(PATH, text)).toThrow(
    expect.objectContaining({
      code: 'failed-precondition',
      setting: 'SPANHOUSE_SAMPLING_FILE',
      message: expect.stringContaining(`SPANHOUSE_SAMPLING_FILE is "${PATH}", but ${reason}`) as string,
    }),
  );
});
