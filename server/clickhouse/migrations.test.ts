import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import type { SearchQuery } from '../store/trace-store.ts';
import { type EngineFixture, SEED_BUCKET, openEngineFixture, seedSql, soon } from './engine.fixture.ts';
import { migrate } from './migrations.ts';
import { STEPS, type Step } from './schema-steps.ts';
import { createTraceStore } from './trace-store.ts';

const VERSION_1 = new URL('testdata/schema-1.sql', import.meta.url);
const BUCKET = 10_000_000_000n;

let fixture: EngineFixture;
beforeEach(async () => {
  fixture = await openEngineFixture();
});
afterEach(() => fixture.close());

const steps: readonly Step[] = [
  () => ['CREATE TABLE IF NOT EXISTS things (a UInt8) ORDER BY a', 'INSERT INTO things VALUES (1)'],
  () => ['ALTER TABLE things ADD COLUMN IF NOT EXISTS b UInt8 DEFAULT a + 1'],
];

test('a new store is brought to the newest version, once', async () => {
  await migrate(fixture.engine, { steps }, soon());
  await migrate(fixture.engine, { steps }, soon());
  const block = await fixture.row('SELECT count() AS n, max(b) AS b FROM things');
  expect([block.column('n').number(0), block.column('b').number(0)]).toEqual([1, 2]);
});

test('an older store keeps its rows and gets the steps it lacks', async () => {
  await migrate(fixture.engine, { steps: steps.slice(0, 1) }, soon());
  await migrate(fixture.engine, { steps }, soon());
  const block = await fixture.row('SELECT count() AS n, max(b) AS b FROM things');
  expect([block.column('n').number(0), block.column('b').number(0)]).toEqual([1, 2]);
});

test('a step that fails is taken up again', async () => {
  const broken: Step = () => ['ALTER TABLE nothing ADD COLUMN c UInt8'];
  await expect(migrate(fixture.engine, { steps: [steps[0]!, broken] }, soon())).rejects.toMatchObject({
    code: 'internal',
  });
  await migrate(fixture.engine, { steps }, soon());
  expect((await fixture.row('SELECT max(version) AS v FROM schema_version')).column('v').number(0)).toBe(2);
});

test('a newer store is refused with a sentence', async () => {
  await migrate(fixture.engine, { steps }, soon());
  await expect(migrate(fixture.engine, { steps: steps.slice(0, 1) }, soon())).rejects.toMatchObject({
    code: 'failed-precondition',
    message: expect.stringContaining('schema version 2 and this program knows versions up to 1') as string,
  });
});

test('the schema of this version can be made twice', async () => {
  await migrate(fixture.engine, {}, soon());
  await migrate(fixture.engine, {}, soon());
});

const first: Step = () => readFileSync(VERSION_1, 'utf8').split(';\n\n');

test('a store of version 2 keeps its facts, and takes events and links among them', async () => {
  const { engine } = fixture;
  await migrate(engine, { steps: [first, STEPS[1]!] }, soon());
  const insert = (fact: string): Promise<void> =>
    engine.command(
      `INSERT INTO catalog (fact, id, expires) VALUES ('${fact}', 1, today() + 7)`,
      'load',
      soon(),
    );
  await insert('service');
  await expect(insert('event')).rejects.toMatchObject({ code: 'internal' });
  await migrate(engine, {}, soon());
  await migrate(engine, {}, soon());
  for (const fact of ['event', 'link']) await insert(fact);
  const block = await fixture.row(
    'SELECT groupArray(toString(fact)) AS facts FROM (SELECT fact FROM catalog ORDER BY fact)',
  );
  const { elements } = block.column('facts');
  expect([0, 1, 2].map((at) => elements.text(at))).toEqual(['service', 'event', 'link']);
});

test('a store of version 1 is brought forward with its spans, and finds them', async () => {
  const { engine } = fixture;
  await migrate(engine, { steps: [first] }, soon());
  await engine.command(seedSql(20_000), 'load', soon());
  await engine.command(
    `INSERT INTO catalog (tenant, db, table, fact, id, name, level, expires)
SELECT 't', 'd', 'traces', 'key', number, ['k', 'u'][number + 1], 'span', today() + 7 FROM numbers(2)`,
    'load',
    soon(),
  );
  await migrate(engine, {}, soon());
  await migrate(engine, {}, soon());

  const refuse = (): never => {
    throw new Error('nothing is written here');
  };
  const store = createTraceStore({ engine, log: { write: refuse, settled: refuse } });
  const space = createSpace('t', 'd', 'traces');
  const window = { fromNanos: BigInt(SEED_BUCKET) * BUCKET, toNanos: BigInt(SEED_BUCKET + 2) * BUCKET };
  const find = async (query: Partial<SearchQuery>): Promise<number> =>
    (await store.search(space, { window, order: 'newest', limit: 100, ...query }, soon())).traces.length;
  const is = (key: string, value: string): Partial<SearchQuery> => ({
    condition: { kind: 'attribute', key, comparator: '=', value },
  });
  expect(await find(is('k', '7'))).toBe(20);
  expect(await find(is('u', '12345'))).toBe(1);
  expect(await find({ service: 's1', operation: 'op1' })).toBe(50);
  const byMinute = { window, stepNanos: 60_000_000_000n, by: [], quantiles: [] };
  const [series] = await store.rates(space, byMinute, soon());
  expect(series!.points.reduce((sum, { calls }) => sum + calls, 0)).toBe(20_000);
});
