import { describe, expect, test } from 'vitest';
import { Fault } from '../../../errors/fault.ts';
import { GoQuery } from '../go-query.ts';
import { parseDependencyParams, parseLatencyParams, parseMetricsParams } from './params.ts';

const NOW_MS = 1_767_225_600_000;
const metrics = (query: string): unknown => parseMetricsParams(new GoQuery(`/x?${query}`), NOW_MS);
const latency = (query: string): unknown => parseLatencyParams(new GoQuery(`/x?${query}`), NOW_MS);
const dependencies = (query: string): unknown => parseDependencyParams(new GoQuery(`/x?${query}`), NOW_MS);

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'invalid') return thrown.message;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

const DEFAULTS = {
  services: ['a'],
  byOperation: false,
  kinds: ['server'],
  endMs: BigInt(NOW_MS),
  lookbackMs: 3_600_000n,
  stepMs: 5_000n,
  ratePerMs: 600_000n,
};

describe('metrics', () => {
  test.each<[string, object]>([
    ['service=a', {}],
    ['service=a&service=b&service=a', { services: ['a', 'b'] }],
    ['service=', { services: [''] }],
    ['service=a&groupByOperation=T', { byOperation: true }],
    ['service=a&groupByOperation=', {}],
    ['service=a&spanKind=CLIENT&spanKind=unspecified', { kinds: ['client', 'unspecified'] }],
    ['service=a&endTs=12&lookback=-3&step=4&ratePer=5', { endMs: 12n, lookbackMs: -3n, stepMs: 4n, ratePerMs: 5n }], // prettier-ignore
    ['service=a&endTs=1&endTs=2&lookback=&unknown=x', { endMs: 1n }],
  ])('%s', (query, want) => {
    expect(metrics(query)).toEqual({ ...DEFAULTS, ...want });
  });

  test.each([
    ['', "unable to parse param 'service': please provide at least one service name"],
    ['service=a&groupByOperation=maybe', `unable to parse param 'groupByOperation': strconv.ParseBool: parsing "maybe": invalid syntax`], // prettier-ignore
    ['service=a&spanKind=foo', "unable to parse param 'spanKind': unsupported span kind: 'foo'"],
    ['service=a&spanKind=server&spanKind=', "unable to parse param 'spanKind': unsupported span kind: ''"],
    ['service=a&endTs=soon', `unable to parse param 'endTs': strconv.ParseInt: parsing "soon": invalid syntax`], // prettier-ignore
    ['service=a&lookback=1h', `unable to parse param 'lookback': strconv.ParseInt: parsing "1h": invalid syntax`], // prettier-ignore
    ['service=a&step=1.5', `unable to parse param 'step': strconv.ParseInt: parsing "1.5": invalid syntax`],
    ['service=a&ratePer=9223372036854775808', `unable to parse param 'ratePer': strconv.ParseInt: parsing "9223372036854775808": value out of range`], // prettier-ignore
    ['groupByOperation=x&spanKind=y&endTs=z', "unable to parse param 'service': please provide at least one service name"], // prettier-ignore
    ['service=a&ratePer=x&step=x&lookback=x&endTs=x&spanKind=x', "unable to parse param 'spanKind': unsupported span kind: 'x'"], // prettier-ignore
  ])('%s is refused', (query, want) => {
    expect(refusal(() => metrics(query))).toBe(want);
  });
});

describe('latencies', () => {
  test('take a quantile', () => {
    expect(latency('service=a&quantile=0.95')).toEqual({ ...DEFAULTS, quantile: 0.95 });
    expect(latency('service=a&quantile=1')).toMatchObject({ quantile: 1 });
  });

  test.each([
    ['', `unable to parse param 'quantile': strconv.ParseFloat: parsing "": invalid syntax`],
    ['quantile=half&service=a', `unable to parse param 'quantile': strconv.ParseFloat: parsing "half": invalid syntax`], // prettier-ignore
    ['quantile=1.5&service=a', "unable to parse param 'quantile': 1.5 is not between 0 and 1"],
    ['quantile=NaN&service=a', "unable to parse param 'quantile': NaN is not between 0 and 1"],
    ['quantile=0.5', "unable to parse param 'service': please provide at least one service name"],
  ])('%s is refused', (query, want) => {
    expect(refusal(() => latency(query))).toBe(want);
  });
});

describe('dependencies', () => {
  test.each<[string, object]>([
    ['', {}],
    ['endTs=7&lookback=8&service=a', { endMs: 7n, lookbackMs: 8n, service: 'a' }],
    ['service=', {}],
  ])('%s', (query, want) => {
    const defaults = { service: undefined, endMs: BigInt(NOW_MS), lookbackMs: 86_400_000n };
    expect(dependencies(query)).toEqual({ ...defaults, ...want });
  });

  test.each([
    ['endTs=shazbot', `unable to parse param 'endTs': strconv.ParseInt: parsing "shazbot": invalid syntax`],
    ['lookback=shazbot', `unable to parse param 'lookback': strconv.ParseInt: parsing "shazbot": invalid syntax`], // prettier-ignore
  ])('%s is refused', (query, want) => {
    expect(refusal(() => dependencies(query))).toBe(want);
  });
});
