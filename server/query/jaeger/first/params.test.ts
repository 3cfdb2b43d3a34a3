import { describe, expect, test } from 'vitest';
import { Fault } from '../../../errors/fault.ts';
import { GoQuery } from '../go-query.ts';
import {
  parseDependencyParams,
  parseOperationsParams,
  parseQualityParams,
  parseSearchParams,
  parseTraceParams,
  wantsPretty,
} from './params.ts';

const NOW_MS = 1_767_225_600_000;
const NOW = BigInt(NOW_MS) * 1_000_000n;
const HOUR = 3_600_000_000_000n;
const ID = '00000000000000000000000000000001';

/** The text of the refusal. */
function refusal(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'invalid') return thrown.message;
    throw thrown;
  }
}

const DEFAULTS = {
  service: 's',
  operation: undefined,
  window: { fromNanos: NOW - 48n * HOUR, toNanos: NOW },
  tags: {},
  limit: 100,
  minDurationNanos: undefined,
  maxDurationNanos: undefined,
  traceIds: [],
  raw: false,
  minTraceDurationNanos: undefined,
  maxTraceDurationNanos: undefined,
  sort: undefined,
  total: undefined,
  cursor: undefined,
};

const search = (query: string): unknown => parseSearchParams(new GoQuery(`/?${query}`), NOW_MS);
const int = (value: string): string => `strconv.ParseInt: parsing "${value}": invalid syntax`;
const json = (message: string): string => `malformed 'tags' parameter, cannot unmarshal JSON: ${message}`;

describe('search', () => {
  test.each<[string, object]>([
    ['', {}],
    ['service=t', {}],
    ['operation=GET%20/', { operation: 'GET /' }],
    ['start=1', { window: { fromNanos: 1_000n, toNanos: NOW } }],
    ['end=1', { window: { fromNanos: NOW - 48n * HOUR, toNanos: 2_000n } }],
    ['start=-1&end=-1', { window: { fromNanos: -1_000n, toNanos: 0n } }],
    ['start=9&end=1', { window: { fromNanos: 9_000n, toNanos: 2_000n } }],
    ['start=&end=', {}],
    ['limit=1', { limit: 1 }],
    ['limit=1500&limit=x', { limit: 1500 }],
    ['limit=10000', { limit: 10_000 }],
    ['limit=', {}],
    ['minDuration=1.5us', { minDurationNanos: 1_500n }],
    ['maxDuration=1h', { maxDurationNanos: HOUR }],
    ['minDuration=0&maxDuration=0s', {}],
    ['minDuration=1s&maxDuration=0', { minDurationNanos: 1_000_000_000n }],
    ['minDuration=1s&maxDuration=1s', { minDurationNanos: 1_000_000_000n, maxDurationNanos: 1_000_000_000n }],
    ['tag=a:b', { tags: { a: 'b' } }],
    ['tag=a:b:c&tag=d:', { tags: { a: 'b:c', d: '' } }],
    ['tags={"a":"b"}', { tags: { a: 'b' } }],
    ['tags={"a":"2"}&tag=a:1&tags={"b":"3"}', { tags: { a: '2', b: '3' } }],
    ['raw=true', { raw: true }],
    ['raw=', {}],
    ['traceID=1&traceID=2&traceID=01', { traceIds: [ID, ID.replace(/1$/, '2')] }],
    ['lookback=nonsense&log=x&unknown=%27', {}],
    ['sort=duration&cursor=abc&total=exact', { sort: 'duration', cursor: 'abc', total: 'exact' }],
    ['minTraceDuration=1ms&maxTraceDuration=2ms', { minTraceDurationNanos: 1_000_000n, maxTraceDurationNanos: 2_000_000n }], // prettier-ignore
  ])('%s', (query, want) => {
    expect(search(`service=s&${query}`)).toEqual({ ...DEFAULTS, ...want });
  });

  test('a trace id needs no service', () => {
    expect(search('traceID=1')).toEqual({ ...DEFAULTS, service: '', traceIds: [ID] });
  });

  test.each([
    ['', "parameter 'service' is required"],
    ['service=', "parameter 'service' is required"],
    ['service=s&start=string', `unable to parse param 'start': ${int('string')}`],
    ['service=s&start=1.5', `unable to parse param 'start': ${int('1.5')}`],
    ['service=s&start=9223372036854775808', `unable to parse param 'start': strconv.ParseInt: parsing "9223372036854775808": value out of range`], // prettier-ignore
    ['service=s&end=string', `unable to parse param 'end': ${int('string')}`],
    ['service=s&tag=k', "malformed 'tag' parameter, expecting key:value, received: k"],
    ['service=s&tag=', "malformed 'tag' parameter, expecting key:value, received: "],
    ['service=s&tags={"x":123}', json('json: cannot unmarshal number into Go value of type string')],
    ['service=s&tags=json', json("invalid character 'j' looking for beginning of value")],
    ['service=s&tags=', json('unexpected end of JSON input')],
    ['service=s&limit=string', int('string')],
    ['service=s&limit=2147483648', 'strconv.ParseInt: parsing "2147483648": value out of range'],
    ['service=s&limit=0', 'invalid parameter: limit must be greater than 0'],
    ['service=s&limit=-5', 'invalid parameter: limit must be greater than 0'],
    ['service=s&limit=10001', 'invalid parameter: limit must not be greater than 10000; ask for the next page with cursor'], // prettier-ignore
    ['service=s&minDuration=20', `unable to parse param 'minDuration': time: missing unit in duration "20"`],
    ['service=s&minDuration=x', `unable to parse param 'minDuration': time: invalid duration "x"`],
    ['service=s&maxDuration=1d', `unable to parse param 'maxDuration': time: unknown unit "d" in duration "1d"`], // prettier-ignore
    ['service=s&minDuration=2s&maxDuration=1s', "'maxDuration' should be greater than 'minDuration'"],
    ['traceID=x', 'cannot parse traceID param: strconv.ParseUint: parsing "x": invalid syntax'],
    ['traceID=', 'cannot parse traceID param: strconv.ParseUint: parsing "": invalid syntax'],
    ['traceID=chumbawumba', 'cannot parse traceID param: strconv.ParseUint: parsing "chumbawumba": invalid syntax'], // prettier-ignore
    ['service=s&raw=foobar', `unable to parse param 'raw': strconv.ParseBool: parsing "foobar": invalid syntax`], // prettier-ignore
    ['service=s&sort=name', `unable to parse param 'sort': "name" is none of start, duration, spans, errors`],
    ['service=s&total=all', `unable to parse param 'total': "all" is none of exact, estimate`],
    ['service=s&minTraceDuration=1', `unable to parse param 'minTraceDuration': time: missing unit in duration "1"`], // prettier-ignore
    ['service=s&maxTraceDuration=1', `unable to parse param 'maxTraceDuration': time: missing unit in duration "1"`], // prettier-ignore
    ['service=s&minTraceDuration=2s&maxTraceDuration=1s', "'maxTraceDuration' should be greater than 'minTraceDuration'"], // prettier-ignore
  ])('%s is refused', (query, message) => {
    expect(refusal(() => search(query))).toBe(message);
  });

  /** All wrong at once, and the wrong ones put right from the left. */
  test('the first mistake in the order of Jaeger is told', () => {
    const mistakes: [string, string, string][] = [
      ['start', 'x', "'start'"],
      ['end', 'x', "'end'"],
      ['tag', 'x', "'tag'"],
      ['tags', 'x', "'tags'"],
      ['limit', 'x', 'ParseInt: parsing "x"'],
      ['minDuration', 'x', "'minDuration'"],
      ['maxDuration', 'x', "'maxDuration'"],
      ['traceID', 'x', 'traceID'],
      ['raw', 'x', "'raw'"],
    ];
    for (let from = 0; from < mistakes.length; from++) {
      const query = mistakes.slice(from).map(([name, value]) => `${name}=${value}`);
      expect(() => search(query.reverse().join('&'))).toThrow(mistakes[from]![2]);
    }
  });
});

describe('one trace', () => {
  const parse = (id: string, query: string): unknown => parseTraceParams(id, new GoQuery(`/?${query}`));

  test.each([
    ['1', '', false],
    ['1', 'raw=1', true],
    ['AAAAAAAAAAE=', 'start=1767225600000&end=1767225600001', false],
  ])('%s?%s', (id, query, raw) => {
    expect(parse(id, query)).toEqual({ traceId: ID, raw });
  });

  test.each([
    ['badtraceid', 'start=x', 'invalid length for TraceID'],
    ['x!', 'start=x', 'strconv.ParseUint: parsing "x!": invalid syntax'],
    ['1', 'raw=x&end=x&start=x', `unable to parse param 'start': ${int('x')}`],
    ['1', 'raw=x&end=x', `unable to parse param 'end': ${int('x')}`],
    ['1', 'raw=x', `unable to parse param 'raw': strconv.ParseBool: parsing "x": invalid syntax`],
  ])('%s?%s is refused', (id, query, message) => {
    expect(refusal(() => parse(id, query))).toBe(message);
  });
});

test('operations', () => {
  const parse = (query: string): unknown => parseOperationsParams(new GoQuery(`/?${query}`));
  expect(parse('service=s')).toEqual({ service: 's', kind: '' });
  expect(parse('service=s&spanKind=server')).toEqual({ service: 's', kind: 'server' });
  expect(refusal(() => parse('spanKind=server'))).toBe("parameter 'service' is required");
});

test.each<[string, bigint, bigint]>([
  ['', NOW - 48n * HOUR, NOW],
  ['start=0&end=0', NOW - 48n * HOUR, NOW],
  ['start=5&end=7', 5_000n, 8_000n],
])('deep dependencies ?%s', (query, fromNanos, toNanos) => {
  const parse = (): unknown => parseDependencyParams(new GoQuery(`/?service=s&operation=o&${query}`), NOW_MS);
  expect(parse()).toEqual({ service: 's', operation: 'o', window: { fromNanos, toNanos } });
});

test.each<[string, bigint]>([
  ['', 48n],
  ['hours=1', 1n],
  ['hours=0', 48n],
  ['hours=-3', 48n],
])('quality ?%s', (query, hours) => {
  const params = parseQualityParams(new GoQuery(`/?service=s&${query}`), NOW_MS);
  expect(params.window).toEqual({ fromNanos: NOW - hours * HOUR, toNanos: NOW });
});

test('what is computed of a service needs one', () => {
  const required = "parameter 'service' is required";
  expect(refusal(() => parseQualityParams(new GoQuery('/'), NOW_MS))).toBe(required);
  expect(refusal(() => parseDependencyParams(new GoQuery('/'), NOW_MS))).toBe(required);
  expect(refusal(() => parseQualityParams(new GoQuery('/?hours=x&service=s'), NOW_MS))).toBe(
    `unable to parse param 'hours': ${int('x')}`,
  );
});

test.each([
  ['', false],
  ['prettyPrint=', false],
  ['prettyPrint=false', false],
  ['prettyPrint=true', true],
  ['prettyPrint=x', true],
  ['prettyPrint=False', true],
])('pretty ?%s', (query, want) => {
  expect(wantsPretty(new GoQuery(`/?${query}`))).toBe(want);
});
