import { describe, expect, test } from 'vitest';
import { parseRatesQuestion, parseSearchQuestion, parseSpansQuestion } from './questions.ts';

const TIMES = { fromNanos: '1000000000000', toNanos: '61000000000000' };
const WINDOW = { fromNanos: 1_000_000_000_000n, toNanos: 61_000_000_000_000n };
const MINUTE = '60000000000';

const search = (more: object): unknown => parseSearchQuestion({ ...TIMES, ...more });
const spans = (more: object): unknown => parseSpansQuestion({ ...TIMES, ...more });
const rates = (more: object): unknown => parseRatesQuestion({ ...TIMES, stepNanos: MINUTE, ...more });

const field = (name: string, value: string): object => ({
  kind: 'field',
  field: name,
  comparator: '=',
  value,
});
const EQ = { op: 'eq', args: [{ attr: { key: 'k', level: 'span' } }, { scalar: { value: 'v' } }] };
const K_IS_V = { kind: 'attribute', key: 'k', level: 'span', comparator: '=', value: 'v' };

describe('a search', () => {
  test('has its defaults', () => {
    expect(search({})).toEqual({
      selected: { window: WINDOW },
      sort: 'start',
      limit: 20,
      cursor: undefined,
      columns: [],
    });
  });

  test('takes every field', () => {
    const body = {
      services: ['shop'],
      operations: ['GET /'],
      filter: EQ,
      minDurationNanos: '1',
      maxDurationNanos: '2',
      minTraceDurationNanos: '3',
      maxTraceDurationNanos: '4',
      sort: 'errors',
      limit: 10_000,
      cursor: 'abc',
      columns: [{ key: 'k' }, { key: 'k', level: 'resource' }],
    };
    expect(search(body)).toEqual({
      selected: {
        window: WINDOW,
        service: 'shop',
        operation: 'GET /',
        condition: K_IS_V,
        minDurationNanos: 1n,
        maxDurationNanos: 2n,
        minTraceDurationNanos: 3n,
        maxTraceDurationNanos: 4n,
      },
      sort: 'errors',
      limit: 10_000,
      cursor: 'abc',
      columns: [
        { key: 'k', level: undefined },
        { key: 'k', level: 'resource' },
      ],
    });
  });

  test.each<[object, object]>([
    [{ services: [], operations: [] }, { window: WINDOW }],
    [{ services: ['a', 'b'] }, { window: WINDOW, condition: { kind: 'or', of: [field('service', 'a'), field('service', 'b')] } }],
    [
      { services: ['a', 'b'], operations: ['', 'y'], filter: EQ },
      {
        window: WINDOW,
        condition: {
          kind: 'and',
          of: [
            { kind: 'or', of: [field('service', 'a'), field('service', 'b')] },
            { kind: 'or', of: [field('name', ''), field('name', 'y')] },
            K_IS_V,
          ],
        },
      },
    ],
  ])('%j means any of them', (body, selected) => {
    expect(search(body)).toMatchObject({ selected });
  }); // prettier-ignore
});

test('spans come with their events where that is asked for', () => {
  expect(spans({})).toMatchObject({ sort: 'start', withEvents: false });
  expect(spans({ with: ['events'], sort: 'duration' })).toMatchObject({ sort: 'duration', withEvents: true });
});

describe('rates', () => {
  test('take every field', () => {
    const body = {
      services: ['shop'],
      filter: EQ,
      minDurationNanos: '1',
      maxDurationNanos: '2',
      by: ['status', { key: 'k' }, { key: 'k', level: 'event' }],
      quantiles: [0, 0.5, 1],
      maxSeries: 7,
    };
    expect(rates(body)).toEqual({
      query: {
        window: WINDOW,
        service: 'shop',
        condition: K_IS_V,
        minDurationNanos: 1n,
        maxDurationNanos: 2n,
        stepNanos: 60_000_000_000n,
        by: [
          { kind: 'field', field: 'status' },
          { kind: 'attribute', key: 'k' },
          { kind: 'attribute', key: 'k', level: 'event' },
        ],
        quantiles: [0, 0.5, 1],
        maxSeries: 7,
      },
      byMinutes: undefined,
      labels: ['status', 'k', 'event.k'],
    });
  });

  test('are read by minutes where these answer them', () => {
    const body = { services: ['a', 'b'], operations: ['x'], by: ['service', 'operation', 'kind'] };
    expect(rates(body)).toMatchObject({
      byMinutes: {
        window: WINDOW,
        stepNanos: 60_000_000_000n,
        services: ['a', 'b'],
        operation: 'x',
        by: ['service', 'operation', 'kind'],
        quantiles: [],
      },
    });
  });

  test.each<[object]>([
    [{ filter: EQ }],
    [{ operations: ['x', 'y'] }],
    [{ minDurationNanos: '1' }],
    [{ maxDurationNanos: '1' }],
    [{ stepNanos: '90000000000' }],
    [{ by: ['status'] }],
    [{ by: [{ key: 'service' }] }],
  ])('with %j are read from spans', (body) => {
    expect(rates(body)).toMatchObject({ byMinutes: undefined });
  });

  test.each<[object, number]>([
    [{}, 100],
    [{ maxSeries: 500 }, 500],
    // 60,000 seconds in steps of six.
    [{ stepNanos: '6000000000' }, 99],
    [{ stepNanos: '6000000000', maxSeries: 99 }, 99],
  ])('%j have as many series as may have their points', (body, maxSeries) => {
    expect(rates(body)).toMatchObject({ query: { maxSeries } });
  });
});

const NANOS = 'must be a whole number of nanoseconds in text, as in "1500000000"';
const ATTRIBUTE = 'must be an attribute, as in {"key":"http.method","level":"span"}';
const many = (count: number, item: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => item(index));

const OF_ALL: [object, string, string][] = [
  [{ fromNanos: undefined }, `fromNanos ${NANOS}`, 'fromNanos'],
  [{ fromNanos: 5 }, `fromNanos ${NANOS}`, 'fromNanos'],
  [{ fromNanos: '-5' }, `fromNanos ${NANOS}`, 'fromNanos'],
  [{ toNanos: '1e9' }, `toNanos ${NANOS}`, 'toNanos'],
  [{ toNanos: '9223372036854775808' }, 'toNanos must fit into 63 bits', 'toNanos'],
  [{ fromNanos: TIMES.toNanos }, 'fromNanos must be before toNanos', 'fromNanos'],
  [{ services: 'shop' }, 'services must be a list of texts', 'services'],
  [{ services: ['shop', 7] }, 'services[1] must be text', 'services[1]'],
  [{ services: many(101, String) }, 'services may have 100 items at most', 'services'],
  [{ operations: [null] }, 'operations[0] must be text', 'operations[0]'],
  [{ minDurationNanos: '1ms' }, `minDurationNanos ${NANOS}`, 'minDurationNanos'],
  [{ maxDurationNanos: 1 }, `maxDurationNanos ${NANOS}`, 'maxDurationNanos'],
  [{ filter: 'x' }, 'filter: the filter must be an object with op and args', 'filter'],
  [{ filter: { op: 'eq', args: [{ attr: { key: '' } }, { scalar: { value: 'v' } }] } }, 'filter: args[0].attr.key must not be empty', 'filter'],
  [{ service: 'shop' }, 'there is no field "service" here', 'service'],
  [{ services: ['x'.repeat(16_385)] }, 'services may have 16384 characters together at most', 'services'],
  [{ filter: { op: 'eq', args: [{ attr: { key: 'k' } }, { scalar: { value: 'x'.repeat(16_400) } }] } }, 'filter may have 16384 characters at most', 'filter'],
]; // prettier-ignore

const OF_PAGES: [object, string, string][] = [
  ...OF_ALL,
  [{ minTraceDurationNanos: '' }, `minTraceDurationNanos ${NANOS}`, 'minTraceDurationNanos'],
  [{ maxTraceDurationNanos: null }, `maxTraceDurationNanos ${NANOS}`, 'maxTraceDurationNanos'],
  [{ limit: 0 }, 'limit must be a whole number from 1 to 10000', 'limit'],
  [{ limit: 10_001 }, 'limit must be a whole number from 1 to 10000', 'limit'],
  [{ limit: 1.5 }, 'limit must be a whole number from 1 to 10000', 'limit'],
  [{ limit: '5' }, 'limit must be a whole number from 1 to 10000', 'limit'],
  [{ cursor: 5 }, 'cursor must be text', 'cursor'],
  [{ cursor: '' }, 'cursor must not be empty', 'cursor'],
  [{ cursor: 'x'.repeat(4_097) }, 'cursor may have 4096 characters at most', 'cursor'],
  [{ columns: 'k' }, 'columns must be a list of attributes', 'columns'],
  [{ columns: ['k'] }, `columns[0] ${ATTRIBUTE}`, 'columns[0]'],
  [{ columns: [{ level: 'span' }] }, 'columns[0].key must be text', 'columns[0].key'],
  [{ columns: [{ key: 'k', level: 'trace' }] }, 'columns[0].level must be one of resource, scope, span, event, link', 'columns[0].level'],
  [{ columns: [{ key: 'k', typ: 'x' }] }, 'there is no field "columns[0].typ" here', 'columns[0].typ'],
  [{ columns: many(51, (index) => ({ key: `k${index}` })) }, 'columns may have 50 items at most', 'columns'],
]; // prettier-ignore

const OF_SEARCH: [object, string, string][] = [
  ...OF_PAGES,
  [{ sort: 'name' }, 'sort must be one of start, duration, spans, errors', 'sort'],
  [{ with: ['events'] }, 'there is no field "with" here', 'with'],
];

const OF_SPANS: [object, string, string][] = [
  ...OF_PAGES,
  [{ sort: 'spans' }, 'sort must be one of start, duration', 'sort'],
  [{ with: 'events' }, 'with must be a list', 'with'],
  [{ with: ['links'] }, 'with[0] must be one of events', 'with[0]'],
];

const DIMENSION =
  'must be one of service, operation, kind, status, or an attribute, as in {"key":"http.method"}';
const OF_RATES: [object, string, string][] = [
  ...OF_ALL,
  [{ stepNanos: undefined }, `stepNanos ${NANOS}`, 'stepNanos'],
  [{ stepNanos: '0' }, 'stepNanos must be more than 0', 'stepNanos'],
  [{ stepNanos: '1000000000' }, 'stepNanos makes 60000 points of this time, more than the 11000 allowed', 'stepNanos'],
  [{ by: 'service' }, 'by must be a list of dimensions', 'by'],
  [{ by: ['name'] }, `by[0] ${DIMENSION}`, 'by[0]'],
  [{ by: ['service', { key: '' }] }, 'by[1].key must not be empty', 'by[1].key'],
  [{ by: many(6, (index) => ({ key: `k${index}` })) }, 'by may have 5 items at most', 'by'],
  [{ by: ['service', { key: 'service' }] }, 'by[1] is there already: "service"', 'by'],
  [{ quantiles: 0.5 }, 'quantiles must be a list of numbers', 'quantiles'],
  [{ quantiles: [0.5, 50] }, 'quantiles[1] must be a number from 0 to 1', 'quantiles[1]'],
  [{ quantiles: ['0.5'] }, 'quantiles[0] must be a number from 0 to 1', 'quantiles[0]'],
  [{ quantiles: many(11, () => 0.5) }, 'quantiles may have 10 items at most', 'quantiles'],
  [{ maxSeries: 0 }, 'maxSeries must be a whole number from 1 to 1000', 'maxSeries'],
  [{ maxSeries: 1001 }, 'maxSeries must be a whole number from 1 to 1000', 'maxSeries'],
  [{ stepNanos: '6000000000', maxSeries: 100 }, 'maxSeries of 100 with 10001 points each is more than 1000000 points: ask for fewer series or a longer stepNanos', 'maxSeries'],
  [{ limit: 5 }, 'there is no field "limit" here', 'limit'],
  [{ minTraceDurationNanos: '1' }, 'there is no field "minTraceDurationNanos" here', 'minTraceDurationNanos'],
]; // prettier-ignore

const REFUSED: [string, (more: object) => unknown, [object, string, string][]][] = [
  ['search', search, OF_SEARCH],
  ['spans', spans, OF_SPANS],
  ['rates', rates, OF_RATES],
];
describe.each(REFUSED)('%s refuse', (_, parse, rows) => {
  test.each(rows)('%j', (more, message, field) => {
    const refusal: unknown = expect.objectContaining({ code: 'invalid', message, field });
    expect(() => parse(more)).toThrow(refusal);
  });
});

test.each([
  [[], 'the body must be an object'],
  ['text', 'the body must be an object'],
  [null, 'the body must be an object'],
])('the body %j is none', (body, message) => {
  for (const parse of [parseSearchQuestion, parseSpansQuestion, parseRatesQuestion]) {
    const refusal: unknown = expect.objectContaining({ code: 'invalid', message, field: 'the body' });
    expect(() => parse(body)).toThrow(refusal);
  }
});

test.each([
  `${'['.repeat(400_000)}${']'.repeat(400_000)}`,
  `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
])('a filter that is too deep to be measured is refused', (text) => {
  expect(() => parseSearchQuestion({ ...TIMES, filter: JSON.parse(text) as unknown })).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: 'filter may stand 500 lists and objects deep at most',
    }),
  );
});
