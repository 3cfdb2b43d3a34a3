import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import type { TraceId } from '../span/span.ts';
import type { AggregateQuery, SearchQuery, TraceStore } from '../store/trace-store.ts';
import { type EngineFixture, SEED_BUCKET, openEngineFixture, seedSql, soon } from './engine.fixture.ts';
import type { Engine } from './engine/engine.ts';
import { migrate } from './migrations.ts';
import { createTraceStore } from './trace-store.ts';

let fixture: EngineFixture;
let store: TraceStore;
let statements: string[] = [];
const space = createSpace('t', 'd', 'traces');
const apart = createSpace('t', 'd', 'apart');

beforeAll(async () => {
  fixture = await openEngineFixture();
  const { engine } = fixture;
  await migrate(engine, {}, soon());
  await engine.command(seedSql(200_000), 'load', soon());
  await engine.command(
    `INSERT INTO catalog (tenant, db, table, fact, id, expires) SELECT 't', 'd', 'traces', arrayJoin(['resource', 'scope']), 0, today() + 7`,
    'load',
    soon(),
  );
  await engine.command(
    `INSERT INTO catalog (tenant, db, table, fact, id, name, level, expires) VALUES ('t', 'd', 'traces', 'key', 1, 'k', 'span', today() + 7)`,
    'load',
    soon(),
  );
  // The same spans as if they had come apart from their events and links, in a space of their own.
  for (const [rows, replaced] of [
    ['spans', `'apart' AS table, toUInt32(2147483648) AS flags`],
    ['catalog', `'apart' AS table`],
  ] as const) {
    const sql = `INSERT INTO ${rows} SELECT * REPLACE (${replaced}) FROM ${rows}`;
    await engine.command(sql, 'load', soon());
  }
  const counting: Engine = {
    ...engine,
    kind: engine.kind,
    read: (sql, call) => {
      statements.push(sql);
      return engine.read(sql, call);
    },
    stream: (sql, call) => {
      statements.push(sql);
      return engine.stream(sql, call);
    },
  };
  const refuse = (): never => {
    throw new Error('nothing is written here');
  };
  store = createTraceStore({ engine: counting, log: { write: refuse, settled: refuse } });
});
afterAll(() => fixture.close());

async function count(work: () => Promise<unknown>): Promise<number> {
  await work(); // resources and scopes are remembered from the first time
  statements = [];
  await work();
  return statements.length;
}

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) expect(chunk).toBeDefined();
}

const query = (more: Partial<SearchQuery>): SearchQuery => {
  const nanos = (bucket: number): bigint => BigInt(SEED_BUCKET + bucket) * 10_000_000_000n;
  const window = { fromNanos: nanos(-1_000_000), toNanos: nanos(20) };
  return { window, order: 'newest', limit: 20, ...more };
};
const search = async (more: Partial<SearchQuery>): Promise<readonly TraceId[]> =>
  (await store.search(space, query(more), soon())).traces.map(({ traceId }) => traceId);
const ranked = async (more: Partial<SearchQuery>): Promise<unknown> => {
  const asked = query(more);
  const { traces } = await store.search(space, asked, soon());
  return store.rankedSpans(space, asked, traces, soon());
};
const aggregated = (more: Partial<AggregateQuery>): Promise<unknown> => {
  const { window } = query({});
  const asked = { window, stepNanos: 10_000_000_000n, by: [], quantiles: [0.5], maxSeries: 10, ...more };
  return store.aggregate(space, asked, soon());
};

const byValue = (value: string): Partial<SearchQuery> => ({
  condition: { kind: 'attribute', level: 'span', key: 'k', comparator: '=', value },
});

test.each<[string, number, () => Promise<unknown>]>([
  ['a search of a service', 1, () => search({ service: 's1' })],
  ['a search that finds what is rare', 3, () => search({ ...byValue('7'), limit: 150 })],
  ['a search that finds nothing in eleven days', 3, () => search(byValue('nowhere'))],
  ['whole traces of what was found', 3, async () => drain(store.traces(space, await search({}), {}, soon()))],
  ['summaries of what was found', 2, async () => store.summaries(space, await search({}), {}, soon())],
  ['spans of a service', 2, () => store.spans(space, query({ service: 's1' }), soon())],
  ['spans that are rare', 4, () => store.spans(space, query({ ...byValue('7'), limit: 150 }), soon())],
  ['a search with the spans by which its traces were ranked', 2, () => ranked({})],
  ['the same of 150 traces by a value', 5, () => ranked({ ...byValue('7'), limit: 150 })],
  ['an aggregate', 1, () => aggregated({})],
  ['an aggregate by an attribute', 2, () => aggregated({ by: [{ kind: 'attribute', key: 'k' }] })],
  ['a trace', 1, () => drain(store.trace(space, 'abc'.padStart(32, '0') as TraceId, {}, soon()))],
  ['the same apart', 2, () => drain(store.trace(apart, 'abc'.padStart(32, '0') as TraceId, {}, soon()))],
  ['whole traces apart', 4, async () => drain(store.traces(apart, await search({}), {}, soon()))],
  ['spans of a service apart', 3, () => store.spans(apart, query({ service: 's1' }), soon())],
])('%s takes %i statements', async (_, want, work) => {
  expect(await count(work)).toBe(want);
});
