import { describe, expect, test } from 'vitest';
import type { KeptQuery } from '../../../src/contract/query.ts';
import type { ServerKind } from '../instance/upstream.ts';
import { ask, cannedUpstream, valuesOf } from './canned-upstream.fixture.ts';

/** The server, its answers, the query; the requests that are made, the columns that come of them. */
type Case = readonly [ServerKind, Readonly<Record<string, unknown>>, KeptQuery, readonly string[], object];

const RANGE = 'from=1706678400000000000&to=1706679300000000000';

describe('are told', () => {
  test.each<Case>([
    ['spanhouse', { 'GET /api/v1/services': { services: ['a', 'b'], cut: false } }, { queryType: 'services' }, ['GET /api/v1/services'], { service: ['a', 'b'] }],
    ['jaeger-second', { 'GET /api/v3/services': { services: ['a'] } }, { queryType: 'services' }, ['GET /api/v3/services'], { service: ['a'] }],
    ['jaeger-first', { 'GET /api/services': { data: ['b', 'a'] } }, { queryType: 'services' }, ['GET /api/services'], { service: ['a', 'b'] }],
    ['jaeger-first', { 'GET /api/services': { data: null } }, { queryType: 'services' }, ['GET /api/services'], { service: [] }],
    ['spanhouse', { 'GET /api/v1/operations': { operations: [{ service: 'a', name: 'x', kind: 'server' }], cut: false } }, { queryType: 'operations' }, ['GET /api/v1/operations'], { operation: ['x'], service: ['a'], kind: ['server'] }],
    ['spanhouse', { 'GET /api/v1/operations': { operations: [], cut: false } }, { queryType: 'operations', service: '{a,b}', kind: 'server' }, ['GET /api/v1/operations?service=a&kind=server', 'GET /api/v1/operations?service=b&kind=server'], { operation: [], service: [], kind: [] }],
    ['jaeger-second', { 'GET /api/v3/operations': { operations: [{ name: 'x', spanKind: 'client' }] } }, { queryType: 'operations', service: 'a', kind: 'client' }, ['GET /api/v3/operations?service=a&spanKind=client'], { operation: ['x'], service: ['a'], kind: ['client'] }],
    ['jaeger-first', { 'GET /api/services/a%2Fb/operations': { data: ['x'] } }, { queryType: 'operations', service: 'a/b' }, ['GET /api/services/a%2Fb/operations'], { operation: ['x'], service: ['a/b'], kind: [''] }],
    ['jaeger-first', { 'GET /api/services/a/operations': { data: null } }, { queryType: 'operations', service: 'a' }, ['GET /api/services/a/operations'], { operation: [], service: [], kind: [] }],
    ['spanhouse', { 'GET /api/v1/attributes/keys': { keys: [{ key: 'k8s.pod', level: 'resource' }], cut: false } }, { queryType: 'attributeKeys', prefix: 'resource.k8s', limit: 5 }, ['GET /api/v1/attributes/keys?level=resource&prefix=k8s&limit=5'], { key: ['k8s.pod'], level: ['resource'] }],
    ['spanhouse', { 'GET /api/v1/attributes/values': { values: [{ value: 'x', count: 2 }, { value: 'y', count: 1 }] } }, { queryType: 'attributeValues', attribute: 'resource.zone', prefix: 'e', limit: 9 }, [`GET /api/v1/attributes/values?key=zone&level=resource&${RANGE}&prefix=e&limit=9`], { value: ['x', 'y'], count: [2, 1] }],
    ['spanhouse', { 'GET /api/v1/attributes/values': { values: [{ value: 'x', count: 2 }] } }, { queryType: 'attributeValues', attribute: 'zone', service: '{a,b}' }, [`GET /api/v1/attributes/values?key=zone&${RANGE}&service=a`, `GET /api/v1/attributes/values?key=zone&${RANGE}&service=b`], { value: ['x'], count: [4] }],
  ])('%s %j %j', async (kind, answers, kept, lines, columns) => {
    const upstream = cannedUpstream(kind, answers);
    const [frame] = await ask(kept, upstream);
    expect(upstream.made.map(({ line }) => line)).toEqual(lines);
    expect(valuesOf(frame!)).toEqual(columns);
    expect(frame!.meta).toEqual({ preferredVisualisationType: 'table', executedQueryString: lines.join('\n') });
  }); // prettier-ignore
});

test('a list that was cut says so', async () => {
  const upstream = cannedUpstream('spanhouse', { 'GET /api/v1/services': { services: ['a'], cut: true } });
  const [frame] = await ask({ queryType: 'services' }, upstream);
  expect(frame!.meta?.notices).toEqual([
    { severity: 'warning', text: 'Only the first 1 services are shown; there are more.' },
  ]);
});

describe('cannot be told', () => {
  const first = "this server (Jaeger's first generation API) cannot";
  const second = "this server (Jaeger's second generation API) cannot";
  test.each<[ServerKind, KeptQuery, string]>([
    ['jaeger-first', { queryType: 'operations' }, `${first} list operations without a service: choose one`],
    ['jaeger-first', { queryType: 'operations', service: 'a', kind: 'server' }, `${first} tell the kind of an operation`],
    ['jaeger-second', { queryType: 'attributeKeys' }, `${second} list the keys of attributes`],
    ['jaeger-first', { queryType: 'attributeValues', attribute: 'a' }, `${first} list the values of attributes`],
    ['jaeger-second', { queryType: 'logs' }, `${second} list the events of spans`],
  ])('%s %j', async (kind, kept, message) => {
    await expect(ask(kept, cannedUpstream(kind, {}))).rejects.toMatchObject({ code: 'unimplemented', message });
  }); // prettier-ignore
});

test('a query that cannot be read is refused by its field', async () => {
  await expect(ask({ limit: 'x' }, cannedUpstream('spanhouse', {}))).rejects.toMatchObject({
    name: 'Fault',
    code: 'invalid',
    field: 'limit',
    message: '"limit" is "x", and must be a whole number of at least 1',
  });
});
