import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeThriftBinary } from '../../../server/ingest/jaeger/decode-thrift.ts';
import { CATALOG_COLUMNS } from '../../../server/columns/span-columns.ts';
import { presentReferences } from '../../../server/query/jaeger/first/present-references.ts';
import { createTestBatch, decodeRequest, encodeBatch } from '../../support/corpus.ts';
import { readSpans } from '../../support/corpus-read.ts';
import { type RowReader, openRowReader } from '../../support/corpus-rows.ts';
import { encodeThrift } from '../../support/encode-thrift.ts';
import type { JaegerReference, JaegerSpan } from '../../support/jaeger-batch.ts';
import { thriftOfBatch } from '../../support/jaeger-thrift.ts';

/* What Jaeger's clients say of a span's references, Jaeger's UI is told again. */

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

const childOf = (traceIdLow: string, spanId: string): JaegerReference => ({
  refType: 'CHILD_OF',
  traceIdLow,
  spanId,
});
const followsFrom = (traceIdLow: string, spanId: string): JaegerReference => ({
  refType: 'FOLLOWS_FROM',
  traceIdLow,
  spanId,
});

test.each<[string, Partial<JaegerSpan>, string[]]>([
  ['none', {}, []],
  ['a parent without a reference', { parentSpanId: '7' }, ['CHILD_OF 1 7']],
  [
    'a parent that is a reference too',
    { parentSpanId: '7', references: [childOf('1', '7')] },
    ['CHILD_OF 1 7'],
  ],
  [
    'a parent that is followed',
    { parentSpanId: '7', references: [followsFrom('1', '7')] },
    ['FOLLOWS_FROM 1 7'],
  ],
  [
    'many, the parent among them',
    {
      references: [
        followsFrom('1', '4'),
        childOf('1', '5'),
        childOf('1', '6'),
        childOf('2', '7'),
        followsFrom('2', '8'),
      ],
    },
    ['CHILD_OF 1 5', 'FOLLOWS_FROM 1 4', 'CHILD_OF 1 6', 'CHILD_OF 2 7', 'FOLLOWS_FROM 2 8'],
  ],
  ['only followed', { references: [followsFrom('1', '4')] }, ['FOLLOWS_FROM 1 4']],
])('%s', async (_, said, shown) => {
  const span: JaegerSpan = { traceIdLow: '1', spanId: '3', startTime: '1704164640000000', ...said };
  const batch = createTestBatch();
  decodeRequest(batch, encodeThrift('binary', thriftOfBatch({ spans: [span] })), decodeThriftBinary);
  const { spans, catalog } = encodeBatch(batch);
  const all = 'SELECT * EXCEPT (frame) FROM {file}';
  const [read] = readSpans(await reader.ask(all, spans), await reader.ask(all, catalog, CATALOG_COLUMNS));
  const references = JSON.parse(`[${presentReferences(read!)}]`) as Record<
    'refType' | 'traceID' | 'spanID',
    string
  >[];
  const words = references.map(
    ({ refType, traceID, spanID }) => `${refType} ${BigInt(`0x${traceID}`)} ${BigInt(`0x${spanID}`)}`,
  );
  expect(words).toEqual(shown);
});
