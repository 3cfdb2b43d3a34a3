import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FRAME_KEY } from '../../tests/support/corpus.ts';
import { type RowReader, openRowReader } from '../../tests/support/corpus-rows.ts';
import { decodeNative } from './native-reader.ts';
import { SpanBlock } from './span-block.ts';

const STRING = 's'.charCodeAt(0);
const NOTHING = new Uint8Array(0);

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

/** A row whose words and values tell its number. */
function pushRow(block: SpanBlock, row: number, words: number): void {
  const name = Buffer.from(`name ${row % words}`);
  const value = Buffer.from(`value ${row}`);
  const key = block.attributes.keys.intern(name, 0, name.length);
  for (const column of [block.tenant, block.db, block.table, block.service]) column.push(NOTHING, 0, 0);
  block.name.push(name, 0, name.length);
  block.attributes.push(key, STRING, row % 2 === 1, value, 0, value.length);
  block.attributes.closeRow();
  block.bucket.push(row);
  block.traceId.zeros(16);
  block.spanId.zeros(8);
  block.parentSpanId.zeros(8);
  for (const column of [block.start, block.duration, block.resourceId, block.scopeId]) column.push(row, 0);
  for (const column of [block.kind, block.status, block.listed]) column.push(0);
  block.statusMessage.lengthPrefixed(value, 0, value.length);
  block.traceState.lengthPrefixed(NOTHING, 0, 0);
  for (const column of [block.flags, block.droppedAttributes, block.droppedEvents, block.droppedLinks])
    column.push(0);
  block.events.closeSpan(0);
  block.links.closeSpan(0);
  block.expires.push(20_000);
}

function blockOf(rows: number, words = rows): Buffer {
  const block = new SpanBlock();
  for (let row = 0; row < rows; row++) pushRow(block, row, words);
  return Buffer.concat(block.encode(FRAME_KEY));
}

/** Rows in all, and rows of which any column is not what its number says. */
async function countRows(blocks: Buffer, words: number): Promise<readonly [number, number]> {
  const name = `concat('name ', toString(bucket % ${words}))`;
  const value = `concat('value ', toString(bucket))`;
  const wrong = [
    `name != ${name}`,
    `status_message != ${value}`,
    `duration != bucket`,
    `if(bucket % 2 = 0, attr, attr_u)[${name}] != ${value}`,
    `length(attr) + length(attr_u) != 1`,
    `attr_types != if(bucket % 2 = 0, 's', 'S')`,
  ];
  const sql = `SELECT count() AS rows, countIf(${wrong.join(' OR ')}) AS wrong FROM {file}`;
  const [block] = decodeNative(await reader.ask(sql, blocks));
  return [block!.column('rows').number(0), block!.column('wrong').number(0)];
}

describe('the engine reads blocks', () => {
  test.each([
    ['of one row', 1, 1],
    ['with 255 words beside the empty one', 300, 255],
    ['with 256', 300, 256],
    ['with 65,535', 70_000, 65_535],
    ['with 65,536', 70_000, 65_536],
    ['of 300,000 rows, all with words of their own', 300_000, 300_000],
    ['of 300,000 rows', 300_000, 7],
  ])('%s', async (_, rows, words) => {
    expect(await countRows(blockOf(rows, words), words)).toEqual([rows, 0]);
  });

  test('one after the other, whose numbers have different widths', async () => {
    const rows = [70_000, 1, 300, 70_000, 2];
    const words = 1_000_000;
    const file = Buffer.concat(rows.map((count) => blockOf(count, words)));
    expect(await countRows(file, words)).toEqual([140_303, 0]);
  });

  test('but none at all without rows', () => {
    expect(new SpanBlock().encode(FRAME_KEY)).toEqual([]);
  });
});

describe('taking back', () => {
  const filled = (): SpanBlock => {
    const block = new SpanBlock();
    for (let row = 0; row < 10; row++) pushRow(block, row, 5);
    return block;
  };
  const bytesOf = (block: SpanBlock): string => Buffer.concat(block.encode(FRAME_KEY)).toString('hex');

  test('truncate leaves nothing of the rows since the mark, words included', () => {
    const block = filled();
    const mark = block.mark();
    const before = bytesOf(block);
    for (let row = 10; row < 2000; row++) pushRow(block, row, 2000);
    block.truncate(mark);
    expect(bytesOf(block)).toBe(before);
    pushRow(block, 10, 11);
    expect(block.rows).toBe(11);
  });

  test('reset leaves what a new block is', () => {
    const block = filled();
    block.reset();
    pushRow(block, 1, 5);
    const fresh = new SpanBlock();
    pushRow(fresh, 1, 5);
    expect(bytesOf(block)).toBe(bytesOf(fresh));
    expect(block.byteLength).toBe(fresh.byteLength);
  });

  test('dropSpan takes what is open, and only that', () => {
    const block = filled();
    const before = bytesOf(block);
    const word = Buffer.from('name 1');
    block.openSpan();
    block.attributes.push(1, STRING, false, word, 0, word.length);
    block.events.touch();
    block.events.attributes.push(0, STRING, false, word, 0, word.length);
    block.events.attributes.closeRow();
    block.links.touch();
    block.links.traceId.lengthPrefixed(word, 0, word.length);
    block.dropSpan();
    expect(bytesOf(block)).toBe(before);
  });
});

test('bytes count what grows: rows, values and words', () => {
  const block = new SpanBlock();
  const empty = block.byteLength;
  pushRow(block, 1, 5);
  const one = block.byteLength;
  expect(one - empty).toBeGreaterThan(100);
  pushRow(block, 6, 5);
  expect(block.byteLength - one).toBeLessThan(one - empty);
});
