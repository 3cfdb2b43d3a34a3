import { describe, expect, test } from 'vitest';
import { GoQuery } from '../go-query.ts';
import { parseOperationsParams, parseSearchParams, parseTraceParams } from './params.ts';

const query = (params: Record<string, string>): GoQuery =>
  new GoQuery(`/?${new URLSearchParams(params).toString()}`);

const FROM = '2026-01-01T00:00:00Z';
const TO = '2026-01-01T01:00:00.000000001Z';
const FROM_NANOS = 1_767_225_600_000_000_000n;
const TIMES = { 'query.startTimeMin': FROM, 'query.startTimeMax': TO };
const search = (params: Record<string, string>): ReturnType<typeof parseSearchParams> =>
  parseSearchParams(query({ ...TIMES, ...params }));
const FILTER = '{"op":"exists","args":[{"attr":{"key":"a","level":"span"}}]}';

const DEFAULTS = {
  service: undefined,
  operation: undefined,
  tags: {},
  filter: undefined,
  window: { fromNanos: FROM_NANOS, toNanos: FROM_NANOS + 3_600_000_000_002n },
  limit: 100,
  minDurationNanos: undefined,
  maxDurationNanos: undefined,
  raw: false,
};

describe('a search', () => {
  test.each([
    [{}, {}],
    [{ 'query.serviceName': 'shop' }, { service: 'shop' }],
    [{ 'query.serviceName': '' }, {}],
    [{ 'query.service_name': 'shop' }, { service: 'shop' }],
    [{ 'query.serviceName': '', 'query.service_name': 'shop' }, { service: 'shop' }],
    [{ 'query.serviceName': 'a', 'query.service_name': 'b' }, { service: 'a' }],
    [{ 'query.operationName': 'GET' }, { operation: 'GET' }],
    [{ 'query.operation_name': 'GET' }, { operation: 'GET' }],
    [{ 'query.attributes': '{"a":"1","b":"x y"}' }, { tags: { a: '1', b: 'x y' } }],
    [{ 'query.searchDepth': '20' }, { limit: 20 }],
    [{ 'query.search_depth': '20' }, { limit: 20 }],
    [{ 'query.num_traces': '20' }, { limit: 20 }],
    [{ 'query.searchDepth': '1', 'query.num_traces': '20' }, { limit: 1 }],
    [{ 'query.searchDepth': '0' }, {}],
    [{ 'query.searchDepth': '-5' }, {}],
    [{ 'query.searchDepth': '10000' }, { limit: 10_000 }],
    [{ 'query.durationMin': '1.5ms' }, { minDurationNanos: 1_500_000n }],
    [{ 'query.duration_min': '1s' }, { minDurationNanos: 1_000_000_000n }],
    [{ 'query.durationMax': '1us', 'query.durationMin': '1s' }, { maxDurationNanos: 1_000n, minDurationNanos: 1_000_000_000n }], // prettier-ignore
    [{ 'query.duration_max': '2m' }, { maxDurationNanos: 120_000_000_000n }],
    [{ 'query.durationMin': '0s' }, {}],
    [{ 'query.rawTraces': 'true' }, { raw: true }],
    [{ 'query.raw_traces': 'T' }, { raw: true }],
    [{ 'query.filter': FILTER }, { filter: { kind: 'attribute', key: 'a', level: 'span', comparator: 'exists' } }], // prettier-ignore
    [{ 'query.filter': FILTER, 'query.attributes': '{}', 'query.durationMin': '0' }, { filter: { kind: 'attribute', key: 'a', level: 'span', comparator: 'exists' } }], // prettier-ignore
    [{ lookback: '1h', 'query.nonsense': 'x' }, {}],
  ])('%j', (params, want) => {
    expect(search(params)).toEqual({ ...DEFAULTS, ...want });
  });

  test('times under their old names, and with a space for a plus', () => {
    const times = { 'query.start_time_min': '2026-01-01T02:00:00 02:00', 'query.start_time_max': TO };
    expect(parseSearchParams(query(times)).window).toEqual(DEFAULTS.window);
  });

  test.each([
    [{ 'query.attributes': '{"a":1}' }, 'malformed parameter query.attributes: json: cannot unmarshal number into Go value of type string'],
    [{ 'query.attributes': 'not-valid-json' }, "malformed parameter query.attributes: invalid character 'o' in literal null (expecting 'u')"],
    [{ 'query.filter': '{"op":"matches"}' }, 'malformed parameter query.filter: op is "matches", and must be an operator: one of and, or, not, eq, ne, gt, lt, gte, lte, regex, exists, in, not_in, some'],
    [{ 'query.filter': '{"op":"and","args":[]}' }, 'malformed parameter query.filter: the filter calls and, which takes at least two arguments, with 0'],
    [{ 'query.startTimeMin': '' }, 'query.startTimeMin and query.startTimeMax are required'],
    [{ 'query.startTimeMax': '' }, 'query.startTimeMin and query.startTimeMax are required'],
    [{ 'query.startTimeMin': 'NaN' }, 'malformed parameter query.startTimeMin: parsing time "NaN" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "NaN" as "2006"'],
    [{ 'query.startTimeMax': '2026-01-01' }, 'malformed parameter query.startTimeMax: parsing time "2026-01-01" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "" as "T"'],
    [{ 'query.startTimeMin': '', 'query.start_time_min': 'x' }, 'malformed parameter query.start_time_min: parsing time "x" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "x" as "2006"'],
    [{ 'query.startTimeMax': FROM }, 'query.startTimeMin must be before query.startTimeMax'],
    [{ 'query.startTimeMin': TO, 'query.startTimeMax': FROM }, 'query.startTimeMin must be before query.startTimeMax'],
    [{ 'query.searchDepth': 'NaN' }, 'malformed parameter query.searchDepth: strconv.Atoi: parsing "NaN": invalid syntax'],
    [{ 'query.search_depth': '1.5' }, 'malformed parameter query.search_depth: strconv.Atoi: parsing "1.5": invalid syntax'],
    [{ 'query.num_traces': '99999999999999999999' }, 'malformed parameter query.num_traces: strconv.Atoi: parsing "99999999999999999999": value out of range'],
    [{ 'query.searchDepth': '10001' }, 'malformed parameter query.searchDepth: 10001 is more than 10000, the most traces that are searched for'],
    [{ 'query.durationMin': '20' }, 'malformed parameter query.durationMin: time: missing unit in duration "20"'],
    [{ 'query.duration_max': '1d' }, 'malformed parameter query.duration_max: time: unknown unit "d" in duration "1d"'],
    [{ 'query.rawTraces': 'foobar' }, 'malformed parameter query.rawTraces: strconv.ParseBool: parsing "foobar": invalid syntax'],
    [{ 'query.filter': FILTER, 'query.serviceName': 'shop' }, 'query.filter cannot be combined with query.serviceName: say it in the filter'],
    [{ 'query.filter': FILTER, 'query.operation_name': 'GET' }, 'query.filter cannot be combined with query.operation_name: say it in the filter'],
    [{ 'query.filter': FILTER, 'query.attributes': '{"a":"b"}' }, 'query.filter cannot be combined with query.attributes: say it in the filter'],
    [{ 'query.filter': FILTER, 'query.durationMax': '1s' }, 'query.filter cannot be combined with query.durationMax: say it in the filter'],
    // Of several mistakes the first in Jaeger's order is told.
    [{ 'query.attributes': '[', 'query.filter': 'x', 'query.startTimeMin': '' }, 'malformed parameter query.attributes: unexpected end of JSON input'],
    [{ 'query.searchDepth': 'x', 'query.startTimeMin': 'y' }, 'malformed parameter query.startTimeMin: parsing time "y" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "y" as "2006"'],
    [{ 'query.durationMin': 'x', 'query.searchDepth': 'y' }, 'malformed parameter query.searchDepth: strconv.Atoi: parsing "y": invalid syntax'],
  ])('%j is refused', (params, message) => {
    expect(() => search(params)).toThrow(expect.objectContaining({ code: 'invalid', message }));
  }); // prettier-ignore
});

describe('a trace', () => {
  const ID = '00000000000000010000000000000002';

  test.each([
    [ID, {}, { traceId: ID, raw: false }],
    ['AAAAAAAAAAEAAAAAAAAAAg==', {}, { traceId: ID, raw: false }],
    ['2', { rawTraces: '1' }, { traceId: '00000000000000000000000000000002', raw: true }],
    ['2', { raw_traces: 'true', startTime: FROM, end_time: TO }, { traceId: '00000000000000000000000000000002', raw: true }], // prettier-ignore
  ])('%s %j', (id, params, want) => {
    expect(parseTraceParams(id, query(params))).toEqual(want);
  });

  test.each([
    [
      'not-a-valid-id!',
      {},
      'malformed parameter trace_id: strconv.ParseUint: parsing "not-a-valid-id!": invalid syntax',
    ],
    [
      '1',
      { startTime: 'x' },
      'malformed parameter startTime: parsing time "x" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "x" as "2006"',
    ],
    [
      '1',
      { end_time: '1' },
      'malformed parameter end_time: parsing time "1" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "1" as "2006"',
    ],
    [
      '1',
      { raw_traces: 'x' },
      'malformed parameter raw_traces: strconv.ParseBool: parsing "x": invalid syntax',
    ],
  ])('%s %j is refused', (id, params, message) => {
    expect(() => parseTraceParams(id, query(params))).toThrow(expect.objectContaining({ code: 'invalid', message })); // prettier-ignore
  });
});

test.each([
  [{}, { service: '', kinds: [undefined] }],
  [
    { service: 'shop', spanKind: 'server' },
    { service: 'shop', kinds: ['server'] },
  ],
  [
    { service: 'shop', span_kind: 'client' },
    { service: 'shop', kinds: ['client'] },
  ],
  [
    { service: 'shop', spanKind: 'internal' },
    { service: 'shop', kinds: ['unspecified', 'internal'] },
  ],
  [
    { service: 'shop', spanKind: 'robot' },
    { service: 'shop', kinds: [] },
  ],
])('operations %j', (params, want) => {
  expect(parseOperationsParams(query(params))).toEqual(want);
});
