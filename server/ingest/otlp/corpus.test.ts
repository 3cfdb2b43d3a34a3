import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CorpusCase,
  createTestBatch,
  decodeRequest,
  encodeBatch,
  readCorpus,
} from '../../../tests/support/corpus.ts';
import { type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

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

/** The folder is the list of cases: a new one adds no code. */
describe.each(readCorpus().map((one) => [one.name, one] as const))('%s', (_name, one) => {
  test('JSON and protobuf give the same blocks, byte for byte', () => {
    const json = decode(one.json, decodeJson);
    const protobuf = decode(one.protobuf, decodeProtobuf);
    expect(json.receipt).toEqual(protobuf.receipt);
    expect(json.spans.toString('hex')).toBe(protobuf.spans.toString('hex'));
    expect(json.catalog.toString('hex')).toBe(protobuf.catalog.toString('hex'));
  });

  test('the engine reads the golden rows', async () => {
    const { receipt, spans, catalog } = decode(one.protobuf, decodeProtobuf);
    const rows = { receipt, spans: await reader.spans(spans), catalog: await reader.catalog(catalog) };
    if (UPDATE) writeFileSync(one.rowsPath, `${JSON.stringify(rows, undefined, 2)}\n`);
    expect(rows).toEqual(readGolden(one));
  });
});

function decode(body: Uint8Array, decoder: typeof decodeProtobuf) {
  const batch = createTestBatch();
  const receipt = decodeRequest(batch, body, decoder);
  return { receipt, ...encodeBatch(batch) };
}

function readGolden({ rowsPath }: CorpusCase): unknown {
  return JSON.parse(readFileSync(rowsPath, 'utf8'));
}
