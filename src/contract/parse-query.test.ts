import { describe, expect, test } from 'vitest';
import { type PluginQuery, parseQuery } from './parse-query.ts';

const SELECTION = {
  service: [],
  operation: [],
  filter: undefined,
  minDurationNanos: undefined,
  maxDurationNanos: undefined,
  minTraceDurationNanos: undefined,
  maxTraceDurationNanos: undefined,
};
const SEARCH = {
  type: 'search',
  selection: SELECTION,
  limit: undefined,
  sort: 'start',
  rows: 'traces',
  columns: [],
};
const METRICS = {
  type: 'metrics',
  selection: SELECTION,
  metric: 'rate',
  quantiles: [0.5, 0.95, 0.99],
  by: [],
  stepNanos: undefined,
  limit: undefined,
};

describe('which type it is', () => {
  test.each<[object, object]>([
    [{}, SEARCH],
    [{ refId: 'A', datasource: { uid: 'x' }, hide: false, unknown: 1 }, SEARCH],
    [{ query: 'ABC123' }, { type: 'trace', traceId: 'abc123' }],
    [{ query: ' abc123 ', queryType: '' }, { type: 'trace', traceId: 'abc123' }],
    [{ query: 'abc123', queryType: 'traceql', service: 'cart' }, { type: 'trace', traceId: 'abc123' }],
    [{ query: 'abc123', queryType: 'trace' }, { type: 'trace', traceId: 'abc123' }],
    [{ query: 'abc123', queryType: 'search' }, { type: 'trace', traceId: 'abc123' }],
    [{ query: 'abc123', queryType: 'search', service: 'cart' }, { ...SEARCH, selection: { ...SELECTION, service: ['cart'] } }],
    [{ query: 'not an id', queryType: 'search' }, SEARCH],
    [{ query: 'abc123', queryType: 'services' }, { type: 'services' }],
    [{ queryType: null, query: null, service: null }, SEARCH],
  ])('%j', (kept, want) => {
    expect(parseQuery(kept)).toEqual(want);
  }); // prettier-ignore
});

describe('is read with its defaults', () => {
  test.each<[object, Partial<PluginQuery>]>([
    [{ queryType: 'search', limit: '50', sort: 'duration', rows: 'spans', columns: ['http.route', '', 'resource.host'] }, { ...SEARCH, limit: 50, sort: 'duration', rows: 'spans', columns: [{ key: 'http.route' }, { key: 'host', level: 'resource' }] } as PluginQuery],
    [{ queryType: 'search', limit: '', sort: '' }, SEARCH as PluginQuery],
    [{ queryType: 'metrics' }, METRICS as PluginQuery],
    [{ queryType: 'metrics', metric: 'duration', quantiles: [0.9, '0.9', 1], by: ['service', 'http.route', 'resource.zone'], step: '1m', limit: 5 }, { ...METRICS, metric: 'duration', quantiles: [0.9, 1], by: ['service', { key: 'http.route' }, { key: 'zone', level: 'resource' }], stepNanos: 60_000_000_000n, limit: 5 } as PluginQuery],
    [{ queryType: 'dependencyGraph', service: 'a' }, { type: 'dependencyGraph', service: ['a'] }],
    [{ queryType: 'operations', service: '["a","b"]', kind: 'Server' }, { type: 'operations', service: ['a', 'b'], kind: 'server' }],
    [{ queryType: 'attributeKeys' }, { type: 'attributeKeys', level: undefined, prefix: '', limit: undefined }],
    [{ queryType: 'attributeKeys', prefix: 'resource.k8s' }, { type: 'attributeKeys', level: 'resource', prefix: 'k8s', limit: undefined }],
    [{ queryType: 'attributeValues', attribute: 'resource.zone', prefix: 'eu', service: 'a', limit: 7 }, { type: 'attributeValues', attribute: { key: 'zone', level: 'resource' }, service: ['a'], prefix: 'eu', limit: 7 }],
    [
      { queryType: 'logs', limit: 3 },
      { type: 'logs', traceId: undefined, volume: false, selection: SELECTION, limit: 3 },
    ],
    [
      { queryType: 'logs', query: ' AB ', volume: true },
      { type: 'logs', traceId: 'ab', volume: true, selection: SELECTION, limit: undefined },
    ],
    [{ queryType: 'sql', sql: 'SELECT 1' }, { type: 'sql', sql: 'SELECT 1' }],
  ])('%j', (kept, want) => {
    expect(parseQuery(kept)).toEqual(want);
  }); // prettier-ignore
});

describe('is refused by its field', () => {
  const types =
    'search, trace, metrics, dependencyGraph, services, operations, attributeKeys, attributeValues, logs, sql';
  test.each<[unknown, string | undefined, string]>([
    [null, undefined, 'the query is no JSON object'],
    [[], undefined, 'the query is no JSON object'],
    ['x', undefined, 'the query is no JSON object'],
    [{ queryType: 'upload' }, 'queryType', `"queryType" is "upload"; it must be one of ${types}`],
    [{ queryType: 5 }, 'queryType', '"queryType" is 5, and must be text'],
    [{ queryType: 'trace' }, 'query', '"query" is empty: it must hold the id of the trace'],
    [{ query: 'nothing hex' }, 'query', '"query" is "nothing hex", which is no trace id: it must be 1 to 32 hexadecimal digits'],
    [{ queryType: 'trace', query: '0'.repeat(33) }, 'query', `"query" is "${'0'.repeat(33)}", which is no trace id: it must be 1 to 32 hexadecimal digits`],
    [{ limit: 0 }, 'limit', '"limit" is 0, and must be a whole number of at least 1'],
    [{ limit: '1.5' }, 'limit', '"limit" is "1.5", and must be a whole number of at least 1'],
    [{ limit: [] }, 'limit', '"limit" is [], and must be a number'],
    [{ sort: 'size' }, 'sort', '"sort" is "size"; it must be one of start, duration, spans, errors'],
    [{ rows: 'events' }, 'rows', '"rows" is "events", and must be one of traces, spans'],
    [{ editor: 'code' }, 'editor', '"editor" is "code", and must be one of builder, text'],
    [{ volume: 'yes' }, 'volume', '"volume" is "yes", and must be true or false'],
    [{ columns: 'a' }, 'columns', '"columns" is "a", and must be a list'],
    [{ columns: [1] }, 'columns', '"columns[0]" is 1, and must be text'],
    [{ filters: [null] }, 'filters', '"filters[0]" is null, and must be an object'],
    [{ filters: [{ key: 'a', operator: 'like', values: [] }] }, 'operator', '"operator" is "like", and must be one of =, !=, <, <=, >, >=, =~, !~, in, not in, exists, not exists'],
    [{ queryType: 'metrics', metric: 'p95' }, 'metric', '"metric" is "p95"; it must be one of rate, count, errors, errorRate, duration'],
    [{ queryType: 'metrics', quantiles: [95] }, 'quantiles', '"quantiles" holds 95, which is not between 0 and 1'],
    [{ queryType: 'metrics', quantiles: ['x'] }, 'quantiles', '"quantiles[0]" is "x", and must be a number'],
    [{ queryType: 'metrics', step: '0' }, 'step', '"step" is "0", and must be longer than nothing'],
    [{ queryType: 'metrics', step: '5' }, 'step', '"step": "5" is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m'],
    [{ queryType: 'attributeValues' }, 'attribute', '"attribute" is empty: it must hold the attribute whose values are asked for'],
    [{ queryType: 'sql' }, 'sql', '"sql" is empty: it must hold the statement'],
  ])('%j', (kept, field, message) => {
    expect(() => parseQuery(kept)).toThrow(expect.objectContaining({ name: 'QueryError', field, message }));
  }); // prettier-ignore
});
