import { describe, expect, test } from 'vitest';
import type { FilterCall } from './filter.ts';
import type { KeptQuery } from './query.ts';
import type { SpanSelection } from './span-selection.ts';
import { selectSpans } from './select-spans.ts';

const NOTHING: SpanSelection = {
  service: [],
  operation: [],
  filter: undefined,
  minDurationNanos: undefined,
  maxDurationNanos: undefined,
  minTraceDurationNanos: undefined,
  maxTraceDurationNanos: undefined,
};

const attr = (key: string, level?: string): object => ({
  attr: level === undefined ? { key } : { key, level },
});
const field = (level: string, name: string): object => ({ field: { name, level } });
const scalar = (value: string): object => ({ scalar: { value } });
const list = (...values: string[]): object => ({ list: { values } });
const op = (name: string, ...args: object[]): FilterCall => ({ op: name, args }) as unknown as FilterCall;
const call = (name: string, ...args: object[]): object => ({ call: op(name, ...args) });

const KIND = field('span', 'kind');
const STATUS = field('span', 'status');

describe('the builder asks', () => {
  test.each<[KeptQuery, Partial<SpanSelection>]>([
    [{}, {}],
    [{ service: '', operation: '', tags: ' ', filters: [] }, {}],
    [{ service: 'cart' }, { service: ['cart'] }],
    [{ service: '{cart,stock}' }, { service: ['cart', 'stock'] }],
    [{ service: '$__all', operation: 'All' }, {}],
    [{ service: 'cart', operation: 'GET /' }, { service: ['cart'], operation: ['GET /'] }],
    [{ kind: 'Server' }, { filter: op('eq', KIND, scalar('server')) }],
    [{ kind: '{server,consumer}' }, { filter: op('in', KIND, list('server', 'consumer')) }],
    [{ status: 'error' }, { filter: op('eq', STATUS, scalar('error')) }],
    [{ minDuration: '1.2s', maxDuration: '2s' }, { minDurationNanos: 1_200_000_000n, maxDurationNanos: 2_000_000_000n }],
    [{ minTraceDuration: '1m', maxTraceDuration: '1h' }, { minTraceDurationNanos: 60_000_000_000n, maxTraceDurationNanos: 3_600_000_000_000n }],
    [{ tags: 'http.status_code=200' }, { filter: op('eq', attr('http.status_code'), scalar('200')) }],
    [{ tags: 'error=true span.kind=Client' }, { filter: op('and', call('eq', STATUS, scalar('error')), call('eq', KIND, scalar('client'))) }],
    [{ tags: 'error=false' }, { filter: op('ne', STATUS, scalar('error')) }],
    [{ tags: 'error=maybe' }, { filter: op('eq', attr('error'), scalar('maybe')) }],
    [{ tags: 'otel.status_code=ERROR' }, { filter: op('eq', STATUS, scalar('error')) }],
    [{ tags: 'otel.scope.name=lib' }, { filter: op('eq', field('scope', 'name'), scalar('lib')) }],
    [{ filters: [{ key: 'a', operator: '=', values: ['1'] }] }, { filter: op('eq', attr('a'), scalar('1')) }],
    [{ filters: [{ key: 'a', level: 'event', operator: '!=', values: ['1'] }] }, { filter: op('ne', attr('a', 'event'), scalar('1')) }],
    [{ filters: [{ key: 'a', operator: '=', values: ['1', '2'] }] }, { filter: op('in', attr('a'), list('1', '2')) }],
    [{ filters: [{ key: 'a', operator: '!=', values: ['1', '2'] }] }, { filter: op('not_in', attr('a'), list('1', '2')) }],
    [{ filters: [{ key: 'a', operator: 'not in', values: ['1'] }] }, { filter: op('ne', attr('a'), scalar('1')) }],
    [{ filters: [{ key: 'a', operator: '>=', values: ['5'] }] }, { filter: op('gte', attr('a'), scalar('5')) }],
    [{ filters: [{ key: 'a', operator: '=~', values: ['x.*'] }] }, { filter: op('matches', attr('a'), scalar('x.*')) }],
    [{ filters: [{ key: 'a', operator: '=~', values: ['x', 'y'] }] }, { filter: op('or', call('matches', attr('a'), scalar('x')), call('matches', attr('a'), scalar('y'))) }],
    [{ filters: [{ key: 'a', operator: '!~', values: ['x'] }] }, { filter: op('and', call('exists', attr('a')), call('not', call('matches', attr('a'), scalar('x')))) }],
    [{ filters: [{ key: 'a', operator: 'exists', values: [] }] }, { filter: op('exists', attr('a')) }],
    [{ filters: [{ key: 'a', operator: 'not exists', values: ['x'] }] }, { filter: op('not', call('exists', attr('a'))) }],
    [{ text: 'a = 1', service: 'cart' }, { service: ['cart'] }],
  ])('%j', (kept, want) => {
    expect(selectSpans(kept)).toEqual({ ...NOTHING, ...want });
  }); // prettier-ignore
});

describe('the text asks', () => {
  test.each<[string, Partial<SpanSelection>]>([
    ['', {}],
    ['service in (a, b) and name = x', { service: ['a', 'b'], operation: ['x'] }],
    ['service = a and service = b', { service: ['a'], filter: op('eq', field('resource', 'service'), scalar('b')) }],
    ['service = a or service = b', { filter: op('or', call('eq', field('resource', 'service'), scalar('a')), call('eq', field('resource', 'service'), scalar('b'))) }],
    ['service != a', { filter: op('ne', field('resource', 'service'), scalar('a')) }],
    ['service !~ "a.*"', { filter: op('not', call('matches', field('resource', 'service'), scalar('a.*'))) }],
    ['statusMessage !~ a', { filter: op('and', call('exists', field('span', 'statusMessage')), call('not', call('matches', field('span', 'statusMessage'), scalar('a')))) }],
    ['duration > 1us', { minDurationNanos: 1_001n }],
    ['duration >= 1us and duration > 900ns and duration < 2us', { minDurationNanos: 1_000n, maxDurationNanos: 1_999n }],
    ['traceDuration >= 1s and traceDuration < 1m and traceDuration <= 2m', { minTraceDurationNanos: 1_000_000_000n, maxTraceDurationNanos: 59_999_999_999n }],
    ['duration = 1d', { filter: op('eq', field('span', 'duration'), scalar('24h')) }],
    ['duration > 1s or a = 1', { filter: op('or', call('gt', field('span', 'duration'), scalar('1s')), call('eq', attr('a'), scalar('1'))) }],
    ['not kind = SERVER', { filter: op('not', call('eq', KIND, scalar('server'))) }],
    ['event:name = exception', { filter: op('eq', field('event', 'name'), scalar('exception')) }],
    ['service = a and (b = 1 or c = 2) and status = error', { service: ['a'], filter: op('and', call('or', call('eq', attr('b'), scalar('1')), call('eq', attr('c'), scalar('2'))), call('eq', STATUS, scalar('error'))) }],
  ])('%s', (text, want) => {
    expect(selectSpans({ editor: 'text', text, service: 'ignored', limit: 'x' })).toEqual({ ...NOTHING, ...want });
  }); // prettier-ignore
});

describe('is refused by its field', () => {
  test.each<[KeptQuery, object]>([
    [{ minDuration: '5' }, { field: 'minDuration', message: '"minDuration": "5" is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m' }],
    [{ tags: 'a="x' }, { field: 'tags', position: 2, message: '"tags" at character 3: a quote is never closed' }],
    [{ editor: 'text', text: 'a = ' }, { field: 'text', position: 4, message: '"text" at character 5: a value is expected, not the end' }],
    [{ editor: 'text', text: 'duration > $x' }, { field: 'text', message: '"text": "$x" is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m' }],
    [{ editor: 'text', text: 'duration < 0' }, { field: 'text', message: '"text": nothing has a duration of less than 0' }],
    [{ kind: 'sever' }, { message: 'kind is one of unspecified, internal, server, client, producer, consumer, not "sever"' }],
    [{ filters: [{ key: '', operator: '=', values: ['1'] }] }, { field: 'filters', message: '"filters": row 1 names no attribute' }],
    [{ filters: [{ key: 'a', operator: '=', values: [] }] }, { field: 'filters', message: '"filters": row 1, a =, has no value' }],
    [{ filters: [{ key: 'a', operator: '<', values: ['1', '2'] }] }, { field: 'filters', message: '"filters": a < takes one value, not 2' }],
  ])('%j', (kept, error) => {
    expect(() => selectSpans(kept)).toThrow(expect.objectContaining(error));
  }); // prettier-ignore
});
