import { describe, expect, test } from 'vitest';
import { BinaryReader } from './binary-reader.ts';
import { MESSAGE, THRIFT } from './thrift-reader.ts';

const readerOf = (hex: string): BinaryReader => new BinaryReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('a struct, byte by byte as the specification has it', () => {
  const reader = readerOf(
    '08 0001 fffffffe  0b ffff 00000002 6869  02 7fff 01  0a 0002 8000000000000001  00',
  );
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
    [1, THRIFT.i32], -2, [-1, THRIFT.string], 'hi', [32_767, THRIFT.bool], true, [2, THRIFT.i64], [0x8000_0000, 1],
  ]); // prettier-ignore
});

test('a double', () => {
  expect(readerOf('3ff8000000000000').double()).toBe(1.5);
});

describe('a message', () => {
  test.each([
    ['with its version', '80010004 00000002 6162 00000009', MESSAGE.oneway],
    ['as it was before versions', '00000002 6162 01 00000009', MESSAGE.call],
  ])('%s', (_, hex, kind) => {
    const reader = readerOf(hex);
    expect(reader.openMessage()).toBe(kind);
    expect(Buffer.from(reader.source.subarray(reader.from, reader.to)).toString()).toBe('ab');
    expect(reader.at).toBe(reader.bytes.length);
  });

  test('of another version is refused', () => {
    expect(() => readerOf('80020001 00000000 00000000').openMessage()).toThrow(
      'the body is not valid Thrift (binary): a message of version 2, which does not exist at byte 0',
    );
  });
});

describe('passed over', () => {
  test.each([
    ['a list of many numbers', THRIFT.list, '0a 00000002' + '00'.repeat(16)],
    ['a list of nothing of no type', THRIFT.list, '00 00000000'],
    ['a set of strings', THRIFT.set, '0b 00000002 00000001 61 00000000'],
    ['a map', THRIFT.map, '0b 08 00000002 00000001 61 00000001 00000000 00000002'],
    ['a map of nothing', THRIFT.map, '00 00 00000000'],
    ['a struct with a list of structs', THRIFT.struct, '0f 0001 0c 00000002 00 08 0001 00000005 00 00'],
  ])('%s', (_, type, hex) => {
    const reader = readerOf(`${hex} ff`);
    expect(reader.skip(type)).toBe(true);
    expect(reader.at).toBe(reader.bytes.length - 1);
  });
});

describe('refused', () => {
  test.each<[string, number, string, string, number]>([
    ['a field that is cut off', THRIFT.struct, '08 00', 'a value of 3 bytes where 2 are left', 0],
    ['no end of a struct', THRIFT.struct, '', 'a value of 1 bytes where 0 are left', 0],
    ['a number that is cut off', THRIFT.struct, '08 0001 000000', 'a value of 4 bytes where 3 are left', 3],
    ['a string past the end', THRIFT.string, '00000005 61', 'a value of 5 bytes where 1 are left', 0],
    [
      'a string of 2^31 - 1 bytes',
      THRIFT.string,
      '7fffffff',
      'a value of 2147483647 bytes where 0 are left',
      0,
    ],
    ['a negative length', THRIFT.string, 'ffffffff', 'a string of -1 bytes', 0],
    ['a negative count', THRIFT.list, '0c ffffffff', '-1 elements', 0],
    ['structs without bytes', THRIFT.list, '0c 7fffffff 00', '2147483647 elements where 1 bytes are left', 0],
    ['maps without bytes', THRIFT.list, '0d 00000002 00 00 00000000', '2 elements where 6 bytes are left', 0],
    ['a map without values', THRIFT.map, '02 0a 00000001 01', '1 elements where 1 bytes are left', 0],
    ['elements of no type', THRIFT.list, '00 00000001 00', 'a value of type 0, which does not exist', 0],
    ['elements of type 1', THRIFT.list, '01 00000001 00', 'a value of type 1, which does not exist', 0],
    ['a field of type 16', THRIFT.struct, '10 0001 00 00', 'a value of type 16, which does not exist', 3],
    ['a field of type 255', THRIFT.struct, 'ff 0001 00 00', 'a value of type 255, which does not exist', 3],
  ])('%s', (_, type, hex, what, offset) => {
    expect(() => readerOf(hex).skip(type)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: `the body is not valid Thrift (binary): ${what} at byte ${offset}`,
        offset,
      }),
    );
  });
});

test('a billion strings that are empty take as many bytes: passing over them can be stopped', () => {
  const many = 100_000;
  const bytes = Buffer.alloc(5 + 4 * many);
  bytes[0] = THRIFT.string;
  bytes.writeInt32BE(many, 1);
  const reader = new BinaryReader(bytes);
  let turns = 1;
  while (!reader.skip(THRIFT.list, 1000)) turns++;
  expect(turns).toBeGreaterThan(300);
  expect(reader.at).toBe(bytes.length);
});
