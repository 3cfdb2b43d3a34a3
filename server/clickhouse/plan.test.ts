import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import type { SpanId, TraceId } from '../span/span.ts';
import type { Condition, SearchQuery } from '../store/trace-store.ts';
import { type Matching, compileMatches, compileNewestBuckets } from './compile/search.ts';
import { compileFoundSpans, compileRankedSpans, compileSpanMatches } from './compile/span-search.ts';
import { compileAggregate } from './compile/aggregate.ts';
import { compileSummaries, compileTraceBuckets, compileTraceSpans } from './compile/trace.ts';
import { SPACES } from './compile/lists.ts';
import { compileRates } from './compile/rates.ts';
import { compileLivingOperations } from './compile/deletes.ts';
import { compileFragments } from './compile/fragments.ts';
import { compileSpanCount, minutesFrom } from './compile/dependencies.ts';
import { type EngineFixture, SEED_BUCKET, openEngineFixture, seedSql, soon } from './engine.fixture.ts';
import { SINGLE } from './deployment.ts';
import { migrate } from './migrations.ts';

/** What statements cost, as the engine's own plan tells it: 200,000 spans in twenty buckets. */
let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngineFixture();
  await migrate(fixture.engine, {}, soon());
  await fixture.engine.command(seedSql(200_000), 'load', soon());
});
afterAll(() => fixture.close());

const space = createSpace('t', 'd', 'traces');
const ID = 'abc'.padStart(32, '0') as TraceId;
const ALL_GRANULES = 25;
const window = {
  fromNanos: BigInt(SEED_BUCKET) * 10_000_000_000n,
  toNanos: BigInt(SEED_BUCKET + 20) * 10_000_000_000n,
};
const buckets = { first: SEED_BUCKET, last: SEED_BUCKET + 19 };

/** Granules that are left in the end, of all those of each index line. */
function granules(plan: string): number {
  return Number([...plan.matchAll(/Granules: (\d+)\//g)].at(-1)![1]);
}

describe('a trace by its id', () => {
  test('its buckets come from the projection, by binary search', async () => {
    const plan = await fixture.explain(compileTraceBuckets(space, [ID], SINGLE));
    expect(plan).toMatch(/Keys:\s+.*tenant\s+.*db\s+.*table\s+.*trace_id/);
    expect(granules(plan)).toBeLessThanOrEqual(2);
  });

  test('its spans come from a granule or two', async () => {
    const plan = await fixture.explain(compileTraceSpans(space, ID, [SEED_BUCKET + 2]));
    expect(plan).toContain('Read type: InOrder');
    expect(granules(plan)).toBeLessThanOrEqual(2);
  });

  test('its summary reads no more', async () => {
    const sql = compileSummaries(space, [ID], SINGLE);
    // The set of places is filled when the statement runs, not when it is explained: so it is run, under a limit.
    const limited = `${sql} SETTINGS max_rows_to_read = 20000`;
    expect((await fixture.row(limited)).column('spans').number(0)).toBe(10);
  });
});

describe('events and links apart', () => {
  const owner = { traceId: ID, spanId: '0000000000000001' as SpanId };

  test('of a few traces come from the places of these in the key, however many there are', async () => {
    await fixture.engine.command(
      `INSERT INTO catalog (tenant, db, table, fact, id, version, expires)
SELECT 't', 'd', 'traces', if(number % 5 = 0, 'link', 'event'), cityHash64(number), hex(number), today() + 7 FROM numbers(1000000)`,
      'load',
      soon(),
    );
    const sql = compileFragments(
      space,
      [owner, { ...owner, traceId: 'def'.padStart(32, '0') as TraceId }],
      4097,
    );
    const plan = await fixture.explain(sql);
    expect(plan).toMatch(/Keys:\s+.*tenant\s+.*db\s+.*table\s+.*fact\s+.*id/);
    expect(granules(plan)).toBeLessThanOrEqual(8);
  });
});

describe('spans', () => {
  const query = { window, order: 'newest', limit: 20 } as const;
  const matching = { space, query, known: () => ({}), deployment: SINGLE } as const;
  const byValue: Condition = { kind: 'attribute', key: 'k', comparator: '=', value: '7' };
  const found = {
    traceId: ID,
    spanId: '0000000000000001' as SpanId,
    startNanos: BigInt(SEED_BUCKET + 2) * 10_000_000_000n,
    durationNanos: 7n,
    rest: 0n,
  };

  test('that were found come from a granule or two', async () => {
    expect(granules(await fixture.explain(compileFoundSpans(space, [found])))).toBeLessThanOrEqual(2);
    const ranked = compileRankedSpans({ ...matching, query: { ...query, condition: byValue } }, [found]);
    expect(granules(await fixture.explain(ranked))).toBeLessThanOrEqual(2);
  });

  test('are looked for, and counted, by the text index', async () => {
    const asked = { ...query, condition: byValue };
    const aggregate = { ...asked, stepNanos: 1n, by: [], quantiles: [], maxSeries: 1 };
    for (const sql of [
      compileSpanMatches({ ...matching, query: asked }, buckets, undefined, 28),
      compileAggregate({ space, query: aggregate, known: () => ({ places: new Set(['span'] as const) }) }, undefined), // prettier-ignore
    ]) {
      expect(await fixture.explain(sql)).toContain('tokens_text');
    }
  });
});

describe('a search by one attribute value', () => {
  const matching = (value: string, key = 'k'): Matching => ({
    space,
    query: {
      window,
      order: 'newest',
      limit: 20,
      condition: { kind: 'attribute', key, comparator: '=', value } satisfies Condition,
    },
    known: () => ({}),
    deployment: SINGLE,
  });

  test.each([
    ['the text index', 'tokens_text', 'k', '7'],
    ['the bloom filter', 'tokens_bloom', 'u', '123456'],
  ])('%s is asked', async (_, index, key, value) => {
    for (const sql of [
      compileMatches(matching(value, key), buckets, undefined, 320),
      compileNewestBuckets(matching(value, key), buckets, 320),
    ]) {
      const plan = await fixture.explain(sql);
      const branch = plan.slice(plan.indexOf(`Name: ${index}`));
      expect(branch).toContain(index);
      expect(plan).toContain('Name: tokens_text');
      expect(plan).toContain('Name: tokens_bloom');
    }
  });

  test('a value that is nowhere costs next to nothing', async () => {
    const plan = await fixture.explain(compileMatches(matching('nowhere'), buckets, undefined, 320));
    const left = [...plan.matchAll(/Parts: \d+ \| Granules: (\d+)/g)].map((match) => Number(match[1]));
    expect(left.length).toBe(2);
    expect(Math.max(...left)).toBeLessThanOrEqual(2);
  });

  test('where it is, is found without reading all that match', async () => {
    const plan = await fixture.explain(compileNewestBuckets(matching('x', 'common'), buckets, 320));
    expect(plan).toContain('Read type: InReverseOrder');
  });

  test('a key that nobody has costs next to nothing either', async () => {
    const query: SearchQuery = {
      ...matching('').query,
      condition: { kind: 'attribute', key: 'nobody', level: 'span', comparator: 'exists' },
    };
    const plan = await fixture.explain(compileMatches({ ...matching(''), query }, buckets, undefined, 320));
    expect(granules(plan)).toBeLessThan(ALL_GRANULES / 4);
  });
});

describe('what is derived comes from projections, and the engine refuses to scan instead', () => {
  const rates = { window, stepNanos: 300_000_000_000n, by: ['service', 'operation', 'kind'], quantiles: [0.5, 0.99] } as const; // prettier-ignore
  test.each([
    ['spaces', SPACES],
    [
      'rates',
      compileRates(space, { ...rates, services: ['s1', 's2'], operation: 'op1', kinds: ['server'] }, SINGLE),
    ],
    ['rates', compileRates(space, { ...rates, by: [], quantiles: [] }, SINGLE)],
    ['rates', compileRates(space, { ...rates, overNanos: 600_000_000_000n, quantiles: [] }, { kind: 'cluster', cluster: 'c' })], // prettier-ignore
    ['rates', compileSpanCount(space, minutesFrom(0, window)!)],
    ['rates', compileLivingOperations(space, [{ service: 's1', name: 'op1', kind: 'server' }])],
  ])('%s', async (projection, sql) => {
    const forced = `${sql}${sql.includes('SETTINGS') ? ',' : ' SETTINGS'} force_optimize_projection = 1, force_optimize_projection_name = '${projection}'`;
    expect((await fixture.row(forced)).rows).toBeGreaterThan(0);
  });
});
