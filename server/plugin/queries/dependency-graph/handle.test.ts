import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, cannedUpstream, valuesOf } from '../canned-upstream.fixture.ts';
import { expectGoldenFrames } from '../golden.fixture.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const EDGES = {
  edges: [
    { parent: 'gateway', child: 'cart', calls: 900, errors: 9, p50Nanos: 1_500_000, p95Nanos: 20_000_000 },
    { parent: 'mail', child: 'cart', calls: 100, errors: 0, p50Nanos: 2_500_000, p95Nanos: 10_000_000 },
    { parent: 'cart', child: 'cart', calls: 0, errors: 0, p50Nanos: 0, p95Nanos: 0 },
    { parent: 'cart', child: 'stock', calls: 450, errors: 450, p50Nanos: 1, p95Nanos: 2 },
  ],
};

test('of the server itself: rates, errors and latency on nodes and edges', async () => {
  const upstream = cannedUpstream('spanhouse', { 'GET /api/v1/dependencies': EDGES });
  const frames = await ask({ queryType: 'dependencyGraph' }, upstream);
  expectGoldenFrames(join(TESTDATA, 'dependencies.frames.json'), frames);
  expect(upstream.made).toEqual([
    { line: 'GET /api/v1/dependencies?from=1706678400000000000&to=1706679300000000000' },
  ]);
});

test('of a plain Jaeger: calls alone', async () => {
  const data = [
    { parent: 'a', child: 'b', callCount: 5 },
    { parent: 'b', child: 'c', callCount: 1 },
  ];
  const upstream = cannedUpstream('jaeger-second', { 'GET /api/dependencies': { data, errors: null } });
  const frames = await ask({ queryType: 'dependencyGraph' }, upstream);
  expect(upstream.made).toEqual([{ line: 'GET /api/dependencies?endTs=1706679299999&lookback=899999' }]);
  expect(frames.map(({ name }) => name)).toEqual(['A_nodes', 'A_edges']);
  expect(frames.map(valuesOf)).toEqual([
    { id: ['a', 'b', 'c'], title: ['a', 'b', 'c'] },
    { id: ['a--b', 'b--c'], source: ['a', 'b'], target: ['b', 'c'], mainstat: [5, 1] },
  ]);
});

test('of some services: the edges that touch them', async () => {
  const upstream = cannedUpstream('spanhouse', { 'GET /api/v1/dependencies': EDGES });
  const [nodes, edges] = await ask({ queryType: 'dependencyGraph', service: '["stock","mail"]' }, upstream);
  expect(valuesOf(nodes!)['id']).toEqual(['cart', 'mail', 'stock']);
  expect(valuesOf(edges!)['id']).toEqual(['mail--cart', 'cart--stock']);
});

test('nothing is an empty graph', async () => {
  const upstream = cannedUpstream('jaeger-first', { 'GET /api/dependencies': { data: null } });
  const frames = await ask({ queryType: 'dependencyGraph' }, upstream);
  expect(frames.map(({ fields }) => fields[0]!.values)).toEqual([[], []]);
});
