import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeNative } from '../columns/native-reader.ts';
import { compileCopiedRows } from './compile/copy.ts';
import { type CopyStep, planCopy } from './copy-store.ts';
import { type EngineFixture, openEngineFixture, seedSql, soon } from './engine.fixture.ts';
import { migrate } from './migrations.ts';

/** Five hundred thousand events and links of one day, three other facts of another, and 200,000 spans. */
let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngineFixture();
  const { engine } = fixture;
  await migrate(engine, {}, soon());
  await engine.command(seedSql(200_000), 'load', soon());
  for (const [fact, count, day] of [
    [`if(number % 2 = 0, 'event', 'link')`, 500_000, 7],
    [`'service'`, 3, 8],
  ] as const) {
    const facts = `SELECT 't', ${fact}, cityHash64(number), today() + ${day} FROM numbers(${count})`;
    await engine.command(`INSERT INTO catalog (tenant, fact, id, expires) ${facts}`, 'load', soon());
  }
});
afterAll(() => fixture.close());

async function countRows(step: CopyStep): Promise<number> {
  const bytes = await fixture.engine.read(compileCopiedRows(step, ['tenant']), soon());
  return decodeNative(bytes).reduce((sum, { rows }) => sum + rows, 0);
}

test('a day of many rows is copied in several ranges, which hold every row once', async () => {
  const steps = await planCopy(fixture.engine, soon());
  const catalog = steps.filter(({ table }) => table === 'catalog');
  expect(catalog.map(({ rows }) => rows <= 200_000)).toEqual([true, true, true, true]);
  for (const step of steps) expect(await countRows(step)).toBe(step.rows);
  const sum = (table: string): number =>
    steps.filter((step) => step.table === table).reduce((total, { rows }) => total + rows, 0);
  expect([sum('catalog'), sum('spans')]).toEqual([500_003, 200_000]);
  expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
});
