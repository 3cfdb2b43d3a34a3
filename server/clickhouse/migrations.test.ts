import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EngineFixture, openEngineFixture, soon } from './engine.fixture.ts';
import { type Step, migrate } from './migrations.ts';

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
