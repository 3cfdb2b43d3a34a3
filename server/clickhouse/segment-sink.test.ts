import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CATALOG_COLUMNS, type Column, SPAN_COLUMNS } from '../columns/span-columns.ts';
import type { Segment } from '../store/segment-sink.ts';
import { type EngineFixture, openEngineFixture, seedSql, soon } from './engine.fixture.ts';
import type { Engine } from './engine/engine.ts';
import { quoteName, quoteText } from './literal.ts';
import { migrate } from './migrations.ts';
import { createSegmentSink, segmentNumber } from './segment-sink.ts';

let fixture: EngineFixture;
let segment: Segment;
let segments = 0;

const framed = (columns: readonly Column[]): string =>
  `toLowCardinality('') AS frame, ${columns.map(({ name }) => quoteName(name)).join(', ')}`;

/** A segment of 1,000 spans that expire on two days; its bytes are the engine's own. */
beforeAll(async () => {
  fixture = await openEngineFixture();
  const { engine, directory } = fixture;
  await migrate(engine, {}, soon());
  await engine.command(seedSql(1000), 'load', soon());
  const spansPath = join(directory, 'spans');
  const catalogPath = join(directory, 'catalog');
  const days = 'today() + 7 + (duration % 4 = 0)';
  const spans = `SELECT ${framed(SPAN_COLUMNS).replace('`expires`', `${days} AS expires`)} FROM spans`;
  await writeFile(spansPath, await engine.read(spans, soon()));
  await engine.command(
    `INSERT INTO catalog (fact, id, name, expires) VALUES ('key', 1, 'a', today() + 7)`,
    'load',
    soon(),
  );
  await writeFile(catalogPath, await engine.read(`SELECT ${framed(CATALOG_COLUMNS)} FROM catalog`, soon()));
  segment = { token: '', rows: 1000, spansPath, catalogPath };
});
afterAll(() => fixture.close());
beforeEach(async () => {
  for (const table of ['spans', 'catalog'])
    await fixture.engine.command(`TRUNCATE TABLE ${table}`, 'job', soon());
  segment = { ...segment, token: `segment-${segments++}` };
});

async function count(condition = '1'): Promise<number> {
  return (await fixture.row(`SELECT count() AS n FROM spans WHERE ${condition}`)).column('n').number(0);
}

/** Notes the token for one partition without the rows: what a kill between note and commit leaves behind. */
async function noteToken(day: string): Promise<void> {
  const settings = `SETTINGS insert_deduplication_token = '${segment.token}'`;
  const sql = `INSERT INTO spans (tenant, expires) ${settings} SELECT 'noise', ${day}`;
  await fixture.engine.command(sql, 'load', soon());
}

test('a segment becomes rows and facts', async () => {
  await createSegmentSink(fixture.engine).load(segment, { retry: false }, soon());
  expect(await count(`segment = ${segmentNumber(segment.token)}`)).toBe(1000);
  expect((await fixture.row('SELECT count() AS n FROM catalog')).column('n').number(0)).toBe(1);
});

test.each([false, true])('loading a token again changes nothing (retry: %s)', async (retry) => {
  const sink = createSegmentSink(fixture.engine);
  await sink.load(segment, { retry: false }, soon());
  await sink.load(segment, { retry }, soon());
  expect(await count()).toBe(1000);
});

test('what is loaded again when the engine has long forgotten its token changes nothing', async () => {
  const { engine } = fixture;
  const remember = (tokens: number) =>
    engine.command(
      `ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = ${tokens}`,
      'job',
      soon(),
    );
  const sink = createSegmentSink(engine);
  await sink.load(segment, { retry: false }, soon());
  await remember(0);
  await sink.load(segment, { retry: true }, soon());
  await remember(1000);
  expect(await count()).toBe(1000);
});

test.each([
  ['the one', ['today() + 7']],
  ['the other', ['today() + 8']],
  ['both', ['today() + 7', 'today() + 8']],
])('partitions whose token was noted but not their rows are loaded after all: %s', async (_, days) => {
  for (const day of days) await noteToken(day);
  const sink = createSegmentSink(fixture.engine);
  await sink.load(segment, { retry: false }, soon());
  expect(await count(`tenant = 't'`)).toBeLessThan(1000);
  await sink.load(segment, { retry: true }, soon());
  await sink.load(segment, { retry: true }, soon());
  expect(await count(`tenant = 't'`)).toBe(1000);
  expect(await count(`tenant = 't' AND duration % 4 = 0`)).toBe(250);
});

/** A file of these facts; their column may be of the type of an earlier version. */
async function catalogOf(name: string, names: readonly string[], factType?: string): Promise<string> {
  const { engine, directory } = fixture;
  const rows = names.map((fact, id) => `('${fact}', ${id}, today() + 7)`).join(', ');
  await engine.command(`INSERT INTO catalog (fact, id, expires) VALUES ${rows}`, 'load', soon());
  const fact = factType === undefined ? '`fact`' : `CAST(fact, ${quoteText(factType)}) AS \`fact\``;
  const sql = `SELECT ${framed(CATALOG_COLUMNS).replace('`fact`', fact)} FROM catalog`;
  const path = join(directory, name);
  await writeFile(path, await engine.read(sql, soon()));
  await engine.command('TRUNCATE TABLE catalog', 'job', soon());
  return path;
}

async function facts(): Promise<string> {
  const block = await fixture.row(
    `SELECT arrayStringConcat(arraySort(groupArray(toString(fact))), ' ') AS facts FROM catalog FINAL`,
  );
  return block.column('facts').text(0);
}

test.each([false, true])('a catalog without spans is loaded alone (retry: %s)', async (retry) => {
  const spansPath = join(fixture.directory, 'no-spans');
  await writeFile(spansPath, '');
  const catalogPath = await catalogOf('alone', ['event', 'link']);
  const alone = { token: segment.token, rows: 0, spansPath, catalogPath };
  await createSegmentSink(fixture.engine).load(alone, { retry }, soon());
  expect(await facts()).toBe('event link');
  expect(await count()).toBe(0);
});

test('facts whose token was noted but not their rows are loaded after all, and those that were loaded once', async () => {
  const { engine } = fixture;
  const catalogPath = await catalogOf('noted', ['event', 'link']);
  const noted = `SETTINGS insert_deduplication_token = '${segment.token}'`;
  await engine.command(
    `INSERT INTO catalog (fact, id, expires) ${noted} SELECT 'cut', 99, today() + 7`,
    'load',
    soon(),
  );
  const sink = createSegmentSink(engine);
  await sink.load({ ...segment, catalogPath }, { retry: false }, soon());
  expect(await facts()).toBe('cut');
  for (let again = 0; again < 2; again++)
    await sink.load({ ...segment, catalogPath }, { retry: true }, soon());
  expect(await facts()).toBe('cut event link');
});

test('a segment that an earlier version left in the log is loaded', async () => {
  const fact = `Enum8('resource' = 1, 'scope' = 2, 'operation' = 3, 'key' = 4, 'cut' = 5, 'service' = 6)`;
  const catalogPath = await catalogOf('earlier', ['service', 'resource'], fact);
  await createSegmentSink(fixture.engine).load({ ...segment, catalogPath }, { retry: true }, soon());
  expect(await facts()).toBe('resource service');
});

test('each file is one insert, and each of its days one part', async () => {
  const { engine } = fixture;
  const loads: string[] = [];
  const counting: Engine = {
    kind: engine.kind,
    command: (sql, lane, call) => engine.command(sql, lane, call),
    read: (sql, call) => engine.read(sql, call),
    stream: (sql, call) => engine.stream(sql, call),
    load: (sql, file, call) => {
      loads.push(sql('source').split(' ', 3).join(' '));
      return engine.load(sql, file, call);
    },
    close: () => engine.close(),
  };
  await engine.command('SYSTEM STOP MERGES spans', 'job', soon());
  await createSegmentSink(counting).load(segment, { retry: false }, soon());
  expect(loads).toEqual(['INSERT INTO catalog', 'INSERT INTO spans']);
  const parts = await fixture.row(
    `SELECT count() AS n FROM system.parts WHERE table = 'spans' AND active AND rows > 0`,
  );
  expect(parts.column('n').number(0)).toBe(2);
  await engine.command('SYSTEM START MERGES spans', 'job', soon());
});

test('what the engine cannot read is refused, not retried', async () => {
  const spansPath = join(fixture.directory, 'broken');
  await writeFile(spansPath, 'no block at all');
  await expect(
    createSegmentSink(fixture.engine).load(
      { token: segment.token, rows: 1, spansPath },
      { retry: false },
      soon(),
    ),
  ).rejects.toMatchObject({ code: 'internal' });
});
