import { describe, expect, test } from 'vitest';
import { CompactReader } from './compact-reader.ts';
import { MESSAGE, THRIFT } from './thrift-reader.ts';

const readerOf = (hex: string): CompactReader =>
  new CompactReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('a struct, byte by byte as the specification has it', () => {
  // Steps of 1 and 15, then a number in full; booleans have no bytes of their own.
  const reader = readerOf('15 03  f8 02 6869  01 feff03  12  06 04 ffffffffffffffffff01  00');
  reader.openStruct();
  const fields: unknown[] = [];
  while (reader.nextField()) {
    fields.push([reader.field, reader.type]);
    if (reader.type === THRIFT.i32) fields.push(reader.i32());
    else if (reader.type === THRIFT.bool) fields.push(reader.bool());
    else if (reader.type === THRIFT.i64) {
      reader.i64();
      fields.push([reader.high, reader.low]);
    } else {
      reader.string();
      fields.push(Buffer.from(reader.source.subarray(reader.from, reader.to)).toString());
    }
  }
  expect(fields).toEqual([
    [1, THRIFT.i32], -2, [16, THRIFT.string], 'hi', [32_767, THRIFT.bool], true, [-32_768, THRIFT.bool], false,
    [2, THRIFT.i64], [0x8000_0000, 0],
  ]); // prettier-ignore
});

test('a double begins with its lowest byte', () => {
  expect(readerOf('000000000000f83f').double()).toBe(1.5);
});

test.each([
  ['00', 0n],
  ['01', -1n],
  ['02', 1n],
  ['feffffffffffffffff01', 2n ** 63n - 1n],
  ['ffffffffffffffffff01', -(2n ** 63n)],
  ['ffffffff0f', -(2n ** 31n)],
  ['8080808010', 2n ** 31n],
])('the integer %s', (hex, value) => {
  const reader = readerOf(hex);
  reader.i64();
  expect(BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low))).toBe(value);
});

describe('a message', () => {
  test('has a version and a kind in one byte', () => {
    const reader = readerOf('82 81 ac02 02 6162');
    expect(reader.openMessage()).toBe(MESSAGE.oneway);
    expect(Buffer.from(reader.source.subarray(reader.from, reader.to)).toString()).toBe('ab');
    expect(reader.at).toBe(reader.bytes.length);
  });

  test.each([
    ['80 01', 'no message at byte 0'],
    ['82 82', 'a message of version 2, which does not exist at byte 0'],
  ])('%s is refused', (hex, what) => {
    expect(() => readerOf(hex).openMessage()).toThrow(`the body is not valid Thrift (compact): ${what}`);
  });
});

test('booleans in a list have a byte each', () => {
  const reader = readerOf('41 01 02 00 01');
  expect(reader.openList()).toBe(4);
  expect([reader.bool(), reader.bool(), reader.bool(), reader.bool()]).toEqual([true, false, false, true]);
});

describe('passed over', () => {
  test.each([
    ['a list of numbers', THRIFT.list, '26 02 8001'],
    ['a list of doubles', THRIFT.list, '27' + '00'.repeat(16)],
    ['a long list', THRIFT.list, 'f3 10' + '00'.repeat(16)],
    ['a list of booleans', THRIFT.list, '21 01 02'],
    ['a list of nothing of no type', THRIFT.list, '00'],
    ['a set of strings', THRIFT.set, '28 01 61 00'],
    ['a map', THRIFT.map, '02 85 01 61 02 00 04'],
    ['a map of nothing has no types', THRIFT.map, '00'],
    ['a struct with a list of structs', THRIFT.struct, '19 2c 00 15 05 00 11 00'],
  ])('%s', (_, type, hex) => {
    const reader = readerOf(`${hex} ff`);
    expect(reader.skip(type)).toBe(true);
    expect(reader.at).toBe(reader.bytes.length - 1);
  });
});

describe('refused', () => {
  test.each<[string, number, string, string, number]>([
    ['no end of a struct', THRIFT.struct, '', 'a value of 1 bytes where 0 are left', 0],
    ['a number that is cut off', THRIFT.struct, '15 80', 'a number that is cut off', 1],
    ['a number of eleven bytes', THRIFT.i64, 'ff'.repeat(10) + '01', 'a number of more than ten bytes', 0],
    ['a string past the end', THRIFT.string, '05 61', 'a value of 5 bytes where 1 are left', 0],
    [
      'a string of 2^32 + 1 bytes',
      THRIFT.string,
      '8180808010 61',
      'a value of 4294967297 bytes where 1 are left',
      0,
    ],
    [
      'structs without bytes',
      THRIFT.list,
      'fc ffffffff0f 00',
      '4294967295 elements where 1 bytes are left',
      0,
    ],
    ['a map without values', THRIFT.map, '01 57 00', '1 elements where 1 bytes are left', 0],
    ['elements of no type', THRIFT.list, '10 00', 'a value of type 0, which does not exist', 0],
    ['elements of type 13', THRIFT.list, '1d 00', 'a value of type 13, which does not exist', 0],
    ['a field of type 15', THRIFT.struct, '1f 00', 'a value of type 15, which does not exist', 0],
    ['a field of no type', THRIFT.struct, '10 00', 'a value of type 0, which does not exist', 0],
  ])('%s', (_, type, hex, what, offset) => {
    expect(() => readerOf(hex).skip(type)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: `the body is not valid Thrift (compact): ${what} at byte ${offset}`,
        offset,
      }),
    );
  });
});
