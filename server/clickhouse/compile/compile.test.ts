import { describe, expect, test } from 'vitest';
import { createSpace } from '../../space/space.ts';
import type { SpanId, TraceId } from '../../span/span.ts';
import type { AggregateQuery, Condition, SearchQuery } from '../../store/trace-store.ts';
import type { Deployment } from '../deployment.ts';
import { type Aggregating, compileAggregate, compileSeries } from './aggregate.ts';
import { compileOriginCounts, compileOriginValues, compileSpanValues } from './attribute-values.ts';
import {
  compileDeleteMinutes,
  compileDeleteOperations,
  compileDeleteServices,
  compileDeleteSpace,
  compileDeleteTrace,
  compileLivingOperations,
  compileLivingServices,
  compileTraceOperations,
} from './deletes.ts';
import {
  compileDependencies,
  compileDependencyMinutes,
  compileSpanCount,
  minutesFrom,
} from './dependencies.ts';
import { compileDeleteFragments, compileFragmentCount, compileFragments } from './fragments.ts';
import { expectGolden } from './golden.fixture.ts';
import {
  SPACES,
  compileAttributeKeys,
  compileCut,
  compileFacts,
  compileOperations,
  compileServices,
} from './lists.ts';
import { compileCatalogLoad, compileSegmentCounts, compileSpanLoad } from './load.ts';
import { compileLeafFacts, compileOriginCondition, compileOriginSubquery } from './origin.ts';
import { compileRateSketches, compileRates } from './rates.ts';
import {
  type Matching,
  compileCount,
  compileEarlier,
  compileNewestBuckets,
  compileMatches,
  compileTraceDurations,
} from './search.ts';
import {
  compileFoundSpans,
  compileNewestSpanBuckets,
  compileRankedSpans,
  compileSpanMatches,
} from './span-search.ts';
import {
  compileSummaries,
  compileTraceBuckets,
  compileTraceSpans,
  compileTraceStart,
  compileTracesSpans,
} from './trace.ts';

const SPACE = createSpace('acme', 'prod', 'traces');
const EQUALITIES = `tenant = 'acme' AND db = 'prod' AND table = 'traces'`;
const ID = '0123456789abcdef0123456789abcdef' as TraceId;
const OTHER = 'ffffffffffffffffffffffffffffffff' as TraceId;
const SINGLE: Deployment = { kind: 'single' };
const CLUSTER: Deployment = { kind: 'cluster', cluster: 'main' };
const WINDOW = { fromNanos: 1_700_000_000_000_000_000n, toNanos: 1_700_003_600_000_000_000n };
const POSITION = { rank: 1_700_000_123_000_000_001n, traceId: OTHER };
const OPERATIONS = [{ service: 'shop', name: "GET '/'", kind: 'server' }];

const CONDITION: Condition = {
  kind: 'and',
  of: [
    { kind: 'attribute', key: 'http.method', comparator: '=', value: 'GET' },
    { kind: 'attribute', key: 'http.status_code', level: 'span', comparator: '>=', value: '500' },
    { kind: 'not', of: { kind: 'field', field: 'status', comparator: '=', value: 'ok' } },
  ],
};
const SOME: Condition = {
  kind: 'some',
  level: 'event',
  of: {
    kind: 'and',
    of: [
      { kind: 'field', field: 'event-name', comparator: '=', value: 'exception' },
      { kind: 'attribute', key: 'exception.type', level: 'event', comparator: '=', value: 'IOError' },
      { kind: 'attribute', key: 'retries', level: 'event', type: 'int', comparator: '>', value: '3' },
      {
        kind: 'not',
        of: { kind: 'field', field: 'event-time-since-start', comparator: '<', value: '50000' },
      },
      { kind: 'field', field: 'name', comparator: '!=', value: 'GET /' },
    ],
  },
};
const COMPARED: Condition = {
  kind: 'and',
  of: [
    {
      kind: 'compared',
      left: { kind: 'attribute', key: 'size', level: 'span' },
      comparator: '>',
      right: { kind: 'attribute', key: 'limit' },
    },
    {
      kind: 'compared',
      left: { kind: 'field', field: 'scope-name' },
      comparator: '!=',
      right: { kind: 'field', field: 'name' },
    },
    {
      kind: 'some',
      level: 'event',
      of: {
        kind: 'compared',
        left: { kind: 'field', field: 'event-time-since-start' },
        comparator: '>=',
        right: { kind: 'attribute', key: 'after', level: 'event' },
      },
    },
  ],
};
const TYPED: Condition = {
  kind: 'and',
  of: [
    { kind: 'attribute', key: 'http.status_code', type: 'int', comparator: '=', value: '500' },
    { kind: 'attribute', key: 'zone', level: 'span', type: 'string', comparator: '<', value: 'm' },
    { kind: 'field', field: 'start', comparator: '>=', value: '1700000000000000000' },
    { kind: 'field', field: 'end', comparator: '<', value: '1700000001000000000' },
    { kind: 'field', field: 'trace-id', comparator: '=', value: ID },
    { kind: 'field', field: 'link-trace-id', comparator: '=', value: OTHER },
    { kind: 'field', field: 'scope-schema-url', comparator: '=', value: 'https://s' },
  ],
};
const ORIGIN = { kind: 'attribute', key: 'region', comparator: 'regex', value: 'eu-.*' } as const;
const query = (more: Partial<SearchQuery> = {}): SearchQuery => ({
  window: WINDOW,
  order: 'newest',
  limit: 20,
  ...more,
});
const matching = (more: Partial<SearchQuery> = {}): Matching => ({
  space: SPACE,
  query: query(more),
  known: () => ({ origin: 'resource_id IN (1, 2)' }),
  deployment: SINGLE,
});
const BUCKETS = { first: 170_000_000, last: 170_000_011 };
const RATES = { window: WINDOW, stepNanos: 300_000_000_000n, by: ['service', 'operation', 'kind'], quantiles: [0.5, 0.99] } as const; // prettier-ignore
const FOUND = { traceId: ID, spanId: '0123456789abcdef' as SpanId, startNanos: 1_700_000_123_000_000_001n, durationNanos: 5n, rest: 7n }; // prettier-ignore
const BY: AggregateQuery['by'] = [
  { kind: 'field', field: 'service' },
  { kind: 'attribute', key: 'version' },
  { kind: 'attribute', key: 'region', level: 'resource' },
  { kind: 'attribute', key: 'lib', level: 'scope' },
  { kind: 'attribute', key: 'cause', level: 'event' },
  { kind: 'attribute', key: 'why', level: 'link' },
];
const aggregating = (more: Partial<AggregateQuery> = {}): Aggregating => ({
  space: SPACE,
  query: { window: WINDOW, stepNanos: 30_000_000_000n, by: [], quantiles: [0.5], maxSeries: 10, ...more },
  known: () => ({}),
});
const SLIDING = { overNanos: 600_000_000_000n, services: ['a'] } as const;
const MINUTES = minutesFrom(28_333_392, WINDOW)!;
const VALUES = { key: 'http.method', window: WINDOW, limit: 10, service: 'shop', prefix: 'G' };

/** Every statement about one space, each as one golden. */
const SCOPED: Readonly<Record<string, string>> = {
  services: compileServices(SPACE),
  operations: compileOperations(SPACE, { service: 'shop', kind: 'client' }),
  'attribute-keys': compileAttributeKeys(SPACE, { level: 'span', prefix: 'http.', limit: 50 }),
  cut: compileCut(SPACE, 'services'),
  facts: compileFacts(SPACE, 'resource', [1n, 18_446_744_073_709_551_615n]),
  'trace-buckets': compileTraceBuckets(SPACE, [ID, OTHER], SINGLE),
  'trace-buckets-cluster': compileTraceBuckets(SPACE, [ID, OTHER], CLUSTER),
  'trace-start': compileTraceStart(SPACE, ID, 10_001, SINGLE),
  'trace-spans': compileTraceSpans(SPACE, ID, [170_000_000, 170_000_001]),
  'trace-spans-from': compileTraceSpans(SPACE, ID, [170_000_000], { fromNanos: 1_700_000_000_000_000_001n }),
  'trace-spans-page': compileTraceSpans(SPACE, ID, [170_000_000], { fromNanos: 1_700_000_000_000_000_001n, limit: 4001 }), // prettier-ignore
  'traces-spans': compileTracesSpans(SPACE, [{ traceId: ID, bucket: 170_000_000, spans: 3 }]),
  fragments: compileFragments(SPACE, [{ traceId: ID, spanId: FOUND.spanId }, { traceId: OTHER, spanId: FOUND.spanId }], 4097), // prettier-ignore
  'fragment-count': compileFragmentCount(SPACE, ID),
  'delete-fragments': compileDeleteFragments(SPACE, ID, CLUSTER),
  summaries: compileSummaries(SPACE, [ID, OTHER], SINGLE),
  'search-newest': compileMatches(matching({ service: 'shop', operation: 'GET /' }), BUCKETS, undefined, 320),
  'search-longest-after': compileMatches(
    matching({ order: 'longest', minDurationNanos: 1n, maxDurationNanos: 9n }),
    BUCKETS,
    { rank: 5n, traceId: ID },
    320,
  ),
  'search-condition': compileMatches(matching({ condition: CONDITION }), BUCKETS, POSITION, 320),
  'count-condition': compileCount(matching({ service: 'shop', condition: CONDITION })),
  'count-lasting': compileCount(matching({ minTraceDurationNanos: 1n, maxTraceDurationNanos: 9n })),
  'search-some': compileMatches(matching({ condition: SOME }), BUCKETS, undefined, 320),
  'search-compared': compileMatches(matching({ condition: COMPARED }), BUCKETS, undefined, 320),
  'search-typed': compileMatches(matching({ condition: TYPED }), BUCKETS, undefined, 320),
  'search-known': compileMatches(
    {
      ...matching({ condition: CONDITION }),
      known: (leaf) => (leaf.kind === 'attribute' ? { places: new Set(['span', 'event']) } : {}),
    },
    { first: 170_000_001, last: 170_000_010 },
    undefined,
    320,
  ),
  'search-nowhere': compileMatches(
    { ...matching({ condition: CONDITION }), known: () => ({ places: new Set() }) },
    BUCKETS,
    undefined,
    320,
  ),
  'search-buckets': compileNewestBuckets(matching({ condition: CONDITION }), BUCKETS, 320),
  'search-earlier': compileEarlier(matching({ condition: CONDITION }), [ID], POSITION),
  'search-trace-durations': compileTraceDurations(
    matching({ minTraceDurationNanos: 1n, maxTraceDurationNanos: 2n }),
    [ID],
  ),
  'leaf-facts': compileLeafFacts(SPACE, ORIGIN),
  'leaf-facts-resource': compileLeafFacts(SPACE, { ...ORIGIN, level: 'resource' }),
  'leaf-facts-span': compileLeafFacts(SPACE, { ...ORIGIN, level: 'span' }),
  'leaf-facts-typed': compileLeafFacts(SPACE, { ...ORIGIN, level: 'resource', type: 'string' }),
  'leaf-facts-schema-url': compileLeafFacts(SPACE, { kind: 'field', field: 'resource-schema-url', comparator: '=', value: 'https://r' }), // prettier-ignore
  'origin-subquery': compileOriginSubquery(SPACE, ORIGIN),
  rates: compileRates(SPACE, { ...RATES, services: ['a', 'b'], operation: 'op', kinds: ['server'] }, SINGLE),
  'rates-total': compileRates(SPACE, { ...RATES, by: [], quantiles: [] }, SINGLE),
  'rates-sliding': compileRates(SPACE, { ...RATES, ...SLIDING }, SINGLE),
  'rates-sliding-cluster': compileRates(SPACE, { ...RATES, ...SLIDING }, CLUSTER),
  'rates-sliding-total': compileRates(SPACE, { ...RATES, ...SLIDING, by: [], quantiles: [] }, SINGLE),
  'rate-sketches': compileRateSketches(SPACE, { ...RATES, services: ['a'], boundsNanos: [1e9] }),
  'spans-newest': compileSpanMatches(matching({ condition: CONDITION }), BUCKETS, { ...POSITION, spanId: FOUND.spanId, rest: 7n }, 108), // prettier-ignore
  'spans-longest': compileSpanMatches(matching({ order: 'longest' }), BUCKETS, undefined, 108),
  'spans-buckets': compileNewestSpanBuckets(matching({ condition: CONDITION }), BUCKETS, 108),
  'spans-found': compileFoundSpans(SPACE, [FOUND]),
  'spans-ranked': compileRankedSpans(matching({ condition: CONDITION, service: 'shop' }), [FOUND]),
  aggregate: compileAggregate(aggregating({ stepNanos: 1_000_000_000n }), undefined),
  'aggregate-by': compileAggregate(aggregating({ by: BY, condition: CONDITION, service: 'shop' }), [7n, 8n]),
  'aggregate-series': compileSeries(aggregating({ by: BY.slice(1, 3) })),
  dependencies: compileDependencies(SPACE, WINDOW, 28_333_394),
  'dependencies-sketches': compileDependencies(SPACE, { ...WINDOW, boundsNanos: [1e9] }, 28_333_394),
  'dependencies-open': compileDependencies(SPACE, WINDOW, 28_333_390, { ...MINUTES, oneIn: 1 }),
  'dependencies-sampled': compileDependencies(SPACE, WINDOW, 28_333_390, { ...MINUTES, oneIn: 7 }),
  'dependencies-count': compileSpanCount(SPACE, MINUTES),
  'attribute-values': compileSpanValues(SPACE, VALUES)!,
  'attribute-values-origin': compileOriginValues(SPACE, 'resource', VALUES, 100),
  'attribute-values-counts': compileOriginCounts(SPACE, 'scope', [1n], VALUES),
  'delete-space': compileDeleteSpace(SPACE, SINGLE).join(';\n'),
  'delete-space-cluster': compileDeleteSpace(SPACE, CLUSTER).join(';\n'),
  'delete-trace': compileDeleteTrace(SPACE, ID, [1, 2], SINGLE),
  'delete-trace-operations': compileTraceOperations(SPACE, ID, [1, 2]),
  'delete-living-operations': compileLivingOperations(SPACE, OPERATIONS),
  'delete-operations': compileDeleteOperations(SPACE, OPERATIONS, SINGLE),
  'delete-living-services': compileLivingServices(SPACE, ['shop']),
  'delete-services': compileDeleteServices(SPACE, ['shop'], SINGLE),
  'delete-minutes': compileDeleteMinutes(SPACE, [28_333_333], SINGLE),
};

/** Statements about all spaces at once: the store's own, never a caller's. */
const UNSCOPED: Readonly<Record<string, string>> = {
  spaces: SPACES,
  'load-spans': compileSpanLoad('SOURCE', { token: 'segment-1', segment: 7n }),
  'load-spans-again': compileSpanLoad('SOURCE', {
    token: 'segment-1-again',
    segment: 7n,
    expiryDays: [19_700],
  }),
  'load-catalog': compileCatalogLoad('SOURCE', 'segment-1'),
  'load-catalog-again': compileCatalogLoad('SOURCE', undefined),
  'load-counts': compileSegmentCounts(7n, [19_700, 19_701]),
  'dependency-minutes': compileDependencyMinutes(28_333_333, 28_333_335, 1_700_000_000_000n),
};

describe('goldens', () => {
  test.each(Object.keys({ ...SCOPED, ...UNSCOPED }))('%s', (name) => {
    expectGolden(`${name}.sql`, { ...SCOPED, ...UNSCOPED }[name]!);
  });
});

describe('no statement about a space leaves without the space', () => {
  const TABLES =
    /\b(?:FROM|INTO|JOIN|UPDATE) +(?:spans|catalog|dependencies|mergeTreeProjection)(?:_local)?\b/g;

  test.each(Object.keys(SCOPED))('%s', (name) => {
    const sql = SCOPED[name]!;
    const reads = sql.match(TABLES)?.length ?? 0;
    expect(reads).toBeGreaterThan(0);
    expect(sql.split(EQUALITIES).length - 1).toBe(reads);
  });

  test('every reading of a table begins its conditions with it', () => {
    for (const [name, sql] of Object.entries(SCOPED)) {
      for (const part of sql.split(TABLES).slice(1)) {
        const where = part.indexOf('WHERE ');
        expect(part.slice(where + 6).startsWith(EQUALITIES), name).toBe(true);
      }
    }
  });
});

test('of many ids the catalog is asked, of none there is no condition', () => {
  expect(compileOriginCondition({ resource: [], scope: [] })).toBeUndefined();
  expect(compileOriginCondition({ resource: [1n], scope: [2n, 3n] })).toBe(
    '(resource_id IN (1) OR scope_id IN (2, 3))',
  );
});

test('of many values that must all be there, each in one of two places, there is one statement', () => {
  const of = Array.from({ length: 40 }, (): Condition => ({
    kind: 'attribute',
    key: 'k',
    comparator: '=',
    value: 'v',
  }));
  const sql = compileMatches(matching({ condition: { kind: 'and', of } }), BUCKETS, undefined, 20);
  expect(sql).not.toContain('UNION');
  expect(sql.split("has(tokens, 'k=v')")).toHaveLength(41);
});
