import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestBatch, decodeRequest, encodeBatch } from '../../../tests/support/corpus.ts';
import { type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import type { Decode } from '../intake.ts';
import { readCorpus } from './corpus.fixture.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

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

describe.each(readCorpus().map((one) => [one.name, one] as const))('%s', (_name, { bodies, rowsPath }) => {
  test('both formats give the same blocks, byte for byte', () => {
    const [first, second] = bodies.map(([, bytes, decoder]) => decode(bytes, decoder));
    expect(first!.receipt).toEqual(second!.receipt);
    expect(first!.spans.toString('hex')).toBe(second!.spans.toString('hex'));
    expect(first!.catalog.toString('hex')).toBe(second!.catalog.toString('hex'));
  });

  test('the engine reads the golden rows', async () => {
    const [, bytes, decoder] = bodies[0]!;
    const { receipt, spans, catalog } = decode(bytes, decoder);
    const rows = { receipt, spans: await reader.spans(spans), catalog: await reader.catalog(catalog) };
    if (UPDATE) writeFileSync(rowsPath, `${JSON.stringify(rows, undefined, 2)}\n`);
    expect(rows).toEqual(JSON.parse(readFileSync(rowsPath, 'utf8')));
  });
});

function decode(body: Uint8Array, decoder: Decode) {
  const batch = createTestBatch();
  const receipt = decodeRequest(batch, body, decoder);
  return { receipt, ...encodeBatch(batch) };
}
