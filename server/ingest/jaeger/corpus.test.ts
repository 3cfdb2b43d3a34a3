import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestBatch, decodeRequest, encodeBatch } from '../../../tests/support/corpus.ts';
import { type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import { encodeThrift } from '../../../tests/support/encode-thrift.ts';
import type { JaegerBatch } from '../../../tests/support/jaeger-batch.ts';
import { encodePostSpans } from '../../../tests/support/jaeger-protobuf.ts';
import { struct, thriftOfBatch } from '../../../tests/support/jaeger-thrift.ts';
import type { Decode } from '../intake.ts';
import { decodePostSpans } from './decode-protobuf.ts';
import {
  decodeAgentBinary,
  decodeAgentCompact,
  decodeThriftBinary,
  decodeThriftCompact,
  decodeThriftJson,
} from './decode-thrift.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const FOLDER = join(import.meta.dirname, 'testdata');
const ROWS = '.rows.json';
const ONEWAY = { name: 'emitBatch', kind: 4 };

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
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.json') && !file.endsWith(ROWS));
describe.each(names.map((file) => file.slice(0, -'.json'.length)))('%s', (name) => {
  const batch = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as JaegerBatch;
  const thrift = thriftOfBatch(batch);
  const backwards = { ...thrift, fields: thrift.fields.toReversed() };
  const args = struct([1, thrift]);
  const first = decode(encodeThrift('binary', thrift), decodeThriftBinary);

  test.each<[string, Buffer, Decode]>([
    ['compact Thrift', encodeThrift('compact', thrift), decodeThriftCompact],
    ['JSON of Thrift', encodeThrift('json', thrift), decodeThriftJson],
    ['protobuf', encodePostSpans(batch), decodePostSpans],
    ['binary Thrift, the process last', encodeThrift('binary', backwards), decodeThriftBinary],
    ['compact Thrift, the process last', encodeThrift('compact', backwards), decodeThriftCompact],
    ['JSON of Thrift, the process last', encodeThrift('json', backwards), decodeThriftJson],
    ['a binary datagram', encodeThrift('binary', args, ONEWAY), decodeAgentBinary],
    ['a binary datagram without a version', encodeThrift('binary', args, ONEWAY, false), decodeAgentBinary],
    ['a compact datagram', encodeThrift('compact', args, ONEWAY), decodeAgentCompact],
  ])('%s gives the same blocks as binary Thrift, byte for byte', (_, body, decoder) => {
    const { receipt, spans, catalog } = decode(body, decoder);
    expect(receipt).toEqual(first.receipt);
    expect(spans.toString('hex')).toBe(first.spans.toString('hex'));
    expect(catalog.toString('hex')).toBe(first.catalog.toString('hex'));
  });

  test('the engine reads the golden rows', async () => {
    const { receipt, spans, catalog } = first;
    const rows = { receipt, spans: await reader.spans(spans), catalog: await reader.catalog(catalog) };
    const path = join(FOLDER, name + ROWS);
    if (UPDATE) writeFileSync(path, `${JSON.stringify(rows, undefined, 2)}\n`);
    expect(rows).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });
});

function decode(body: Uint8Array, decoder: Decode) {
  const batch = createTestBatch();
  const receipt = decodeRequest(batch, body, decoder);
  return { receipt, ...encodeBatch(batch) };
}
