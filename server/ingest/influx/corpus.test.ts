import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestBatch, decodeRequest, encodeBatch } from '../../../tests/support/corpus.ts';
import { type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import { decodeLines } from './decode-lines.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const CORPUS = join(import.meta.dirname, 'testdata');
const NAMES = readdirSync(CORPUS)
  .filter((file) => file.endsWith('.lp'))
  .map((file) => file.slice(0, -'.lp'.length));

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

test('goldens are not rewritten where they are checked', () => {
  expect(UPDATE && process.env['CI'] !== undefined).toBe(false);
});

/** The folder is the list of cases: a new one adds no code. */
test.each(NAMES)('%s: the engine reads the golden rows', async (name) => {
  const batch = createTestBatch();
  const receipt = decodeRequest(batch, readFileSync(join(CORPUS, `${name}.lp`)), decodeLines('ns'));
  const { spans, catalog } = encodeBatch(batch);
  const rows = { receipt, spans: await reader.spans(spans), catalog: await reader.catalog(catalog) };
  const rowsPath = join(CORPUS, `${name}.rows.json`);
  if (UPDATE) writeFileSync(rowsPath, `${JSON.stringify(rows, undefined, 2)}\n`);
  expect(existsSync(rowsPath)).toBe(true);
  expect(rows).toEqual(JSON.parse(readFileSync(rowsPath, 'utf8')));
});
