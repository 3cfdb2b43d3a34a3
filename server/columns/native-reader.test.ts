// eslint-disable-next-line no-restricted-imports -- what is tested here is the engine's own bytes
import { Session } from 'chdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SPAN_COLUMNS, columnStructure } from './span-columns.ts';
import { type NativeBlock, decodeNative, decodeNativeStream } from './native-reader.ts';
import type { NativeColumn } from './native-column.ts';

/** The bytes are always the engine's own: a reader checked against our writer would share its mistakes. */
let session: Session;
beforeAll(() => {
  session = new Session();
});
afterAll(() => {
  session.close();
});

async function bytesOf(sql: string): Promise<Uint8Array> {
  return (await session.queryAsync(sql, { format: 'Native' })).bytes();
}

async function firstColumn(sql: string): Promise<NativeColumn> {
  const [block] = decodeNative(await bytesOf(sql));
  return block!.column('x');
}

const texts = (column: NativeColumn): string[] =>
  Array.from({ length: column.length }, (_, row) => column.text(row));

describe('one value of each type', () => {
  const number = (column: NativeColumn): unknown => column.number(0);
  const bigint = (column: NativeColumn): unknown => column.bigint(0);
  const text = (column: NativeColumn): unknown => column.text(0);
  const hex = (column: NativeColumn): unknown => column.hex(0);
  test.each([
    ['toUInt8(200)', number, 200],
    ['toUInt16(65535)', number, 65_535],
    ['toUInt32(4294967295)', number, 4_294_967_295],
    ['toInt8(-5)', number, -5],
    ['toInt16(-300)', number, -300],
    ['toInt32(-70000)', number, -70_000],
    ['toFloat32(0.5)', number, 0.5],
    ['toFloat64(-1e300)', number, -1e300],
    ['nan', number, Number.NaN],
    ['true', number, 1],
    ["toDate('2024-01-02')", number, 19_724],
    ["toDateTime('2024-01-02 00:00:01', 'UTC')", number, 1_704_153_601],
    ['toUInt64(18446744073709551615)', bigint, 18_446_744_073_709_551_615n],
    ['toInt64(-9223372036854775807)', bigint, -9_223_372_036_854_775_807n],
    ["fromUnixTimestamp64Nano(toInt64(1700000000123456789), 'UTC')", bigint, 1_700_000_000_123_456_789n],
    ["'grüß 😀'", text, 'grüß 😀'],
    ["''", text, ''],
    ["repeat('a', 300)", text, 'a'.repeat(300)],
    ["toFixedString(unhex('00ff10'), 3)", hex, '00ff10'],
    ["unhex('00ff10')", hex, '00ff10'],
    ["CAST('b,(', 'Enum8(\\'a\\' = -1, \\'b,(\\' = 7)')", text, 'b,('],
    ["CAST('b', 'Enum8(\\'a\\' = -1, \\'b\\' = 7)')", number, 7],
    ["toLowCardinality('word')", text, 'word'],
  ])('%s', async (expression, read, want) => {
    expect(read(await firstColumn(`SELECT ${expression} AS x`))).toEqual(want);
  });

  test('a type that no statement of ours returns is refused by name', async () => {
    await expect(firstColumn('SELECT toUUID(0) AS x')).rejects.toThrow('UUID');
  });
});

describe('dictionaries', () => {
  test.each([3, 300, 70_000])('of %i words keep every row', async (words) => {
    const column = await firstColumn(
      `SELECT toLowCardinality(toString(number % ${words})) AS x FROM numbers(${words * 2}) SETTINGS max_block_size = 200000`,
    );
    expect(column.text(words + 2)).toBe('2');
    expect(new Set(texts(column)).size).toBe(words);
  });

  test('bytes that are no text come back as they are', async () => {
    const column = await firstColumn("SELECT toLowCardinality(unhex('ff00')) AS x");
    expect(column.bytes(0)).toEqual(Buffer.from([0xff, 0]));
  });
});

describe('nesting', () => {
  test('maps of low cardinality keys, some empty', async () => {
    const column = await firstColumn(
      `SELECT CAST(if(number = 1, map(), map('k', toString(number), 'l', '')), 'Map(LowCardinality(String), String)') AS x FROM numbers(3)`,
    );
    const rows = [0, 1, 2].map((row) => {
      const pairs: string[][] = [];
      for (let at = column.from(row); at < column.to(row); at++)
        pairs.push([column.keys.text(at), column.values.text(at)]);
      return pairs;
    });
    expect(rows).toEqual([[['k', '0'], ['l', '']], [], [['k', '2'], ['l', '']]]); // prettier-ignore
  });

  test('every row of a nested column empty', async () => {
    const [block] = decodeNative(
      await bytesOf(
        "SELECT CAST([], 'Array(Tuple(name LowCardinality(String), attr Map(LowCardinality(String), String)))') AS x, 7 AS y FROM numbers(2)",
      ),
    );
    expect(block!.column('x').elements.length).toBe(0);
    expect(block!.column('y').number(1)).toBe(7);
  });

  test('tuples by name and by place', async () => {
    const column = await firstColumn(
      "SELECT CAST((1, ('a', toLowCardinality('b'))), 'Tuple(n UInt8, pair Tuple(String, LowCardinality(String)))') AS x",
    );
    expect(column.field('n').number(0)).toBe(1);
    expect(column.field('pair').field('2').text(0)).toBe('b');
    expect(() => column.field('nope')).toThrow('nope');
  });

  test('the whole table of span columns', async () => {
    const [block] = decodeNative(
      await bytesOf(
        `SELECT * FROM generateRandom('${columnStructure(SPAN_COLUMNS).replaceAll("'", "\\'")}', 1, 5, 3) LIMIT 50`,
      ),
    );
    for (const { name } of SPAN_COLUMNS) expect(block!.column(name).length, name).toBe(50);
  });
});

describe('blocks', () => {
  const MANY = `SELECT number AS n, toLowCardinality(toString(number % 7)) AS word,
    CAST([(toString(number), map('k', 'v'))], 'Array(Tuple(a String, m Map(LowCardinality(String), String)))') AS nested
    FROM numbers(500) SETTINGS max_block_size = 100`;

  const collect = (blocks: readonly NativeBlock[]): string[] =>
    blocks.flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => {
        const nested = block.column('nested').elements;
        return `${block.column('n').bigint(row)} ${block.column('word').text(row)} ${nested.field('a').text(row)}`;
      }),
    );

  test('an empty result has none', async () => {
    expect(decodeNative(await bytesOf('SELECT 1 AS x WHERE 0'))).toEqual([]);
  });

  test('one after the other', async () => {
    const blocks = decodeNative(await bytesOf(MANY));
    expect(blocks.length).toBeGreaterThan(1);
    expect(collect(blocks)[499]).toBe('499 2 499');
  });

  test.each([1, 7, 64, 1000, 1e9])('cut into pieces of %i bytes', async (pieceBytes) => {
    const bytes = await bytesOf(MANY);
    const want = collect(decodeNative(bytes));
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    };
    const blocks: NativeBlock[] = [];
    for await (const block of decodeNativeStream(pieces())) blocks.push(block);
    expect(collect(blocks)).toEqual(want);
  });

  test('a result that breaks off is an error, wherever it does', async () => {
    const bytes = await bytesOf('SELECT toString(number) AS x FROM numbers(20)');
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodeNative(bytes.subarray(0, length)), `${length} bytes`).toThrow('broke off');
    }
  });

  test('a column that was not asked for is named', async () => {
    const [block] = decodeNative(await bytesOf('SELECT 1 AS x'));
    expect(() => block!.column('y')).toThrow('y');
    expect(() => block!.column('x').text(0)).toThrow('NumberColumn has no text');
  });
});
