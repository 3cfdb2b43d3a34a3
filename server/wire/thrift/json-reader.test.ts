import { describe, expect, test } from 'vitest';
import { ThriftJsonReader } from './json-reader.ts';
import { MESSAGE, THRIFT, type ThriftReader } from './thrift-reader.ts';

const readerOf = (text: string): ThriftJsonReader => new ThriftJsonReader(Buffer.from(text));

function textOf({ source, from, to }: ThriftReader): string {
  return Buffer.from(source.subarray(from, to)).toString();
}

test('a struct, character by character as the protocol has it', () => {
  const reader = readerOf(
    ' { "1" : { "str" : "a\\u00e9\\n" } , "2":{"i64":-9007199254740993},"3":{"tf":1},"4":{"lst":["dbl",3,1.5,"NaN","-Infinity"]},"5":{"str":"AQID"}} ',
  );
  reader.openStruct();
  reader.nextField();
  reader.string();
  expect([reader.field, reader.type, textOf(reader)]).toEqual([1, THRIFT.string, 'aé\n']);
  reader.nextField();
  reader.i64();
  const value = BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low));
  expect([reader.field, reader.type, value]).toEqual([2, THRIFT.i64, -9007199254740993n]);
  reader.nextField();
  expect([reader.field, reader.type, reader.bool()]).toEqual([3, THRIFT.bool, true]);
  reader.nextField();
  expect([reader.field, reader.type, reader.openList(), reader.elementType]).toEqual([
    4,
    THRIFT.list,
    3,
    THRIFT.double,
  ]);
  expect([reader.double(), reader.double(), reader.double()]).toEqual([1.5, NaN, -Infinity]);
  reader.closeList();
  reader.nextField();
  reader.binary();
  expect([...reader.source.subarray(reader.from, reader.to)]).toEqual([1, 2, 3]);
  expect(reader.nextField()).toBe(false);
});

test.each(['32768', '4294967297', '9'.repeat(400), 'one', '-1'])('no field has the number %s', (number) => {
  const reader = readerOf(`{"${number}":{"i32":5}}`);
  reader.openStruct();
  expect([reader.nextField(), reader.field]).toEqual([true, -1]);
});

test('a struct without fields in a list of them', () => {
  const reader = readerOf('["rec",2,{},{}]');
  expect(reader.openList()).toBe(2);
  for (let index = 0; index < 2; index++) {
    reader.openStruct();
    expect(reader.nextField()).toBe(false);
  }
  reader.closeList();
});

test.each(['AQIDBA', 'AQIDBA=='])('bytes with and without padding: %s', (text) => {
  const reader = readerOf(JSON.stringify(text));
  reader.binary();
  expect([...reader.source.subarray(reader.from, reader.to)]).toEqual([1, 2, 3, 4]);
});

test('a message', () => {
  const reader = readerOf('[1,"emitBatch",4,0,{"1":{"i32":5}}]');
  expect(reader.openMessage()).toBe(MESSAGE.oneway);
  expect(textOf(reader)).toBe('emitBatch');
  reader.openStruct();
  expect([reader.nextField(), reader.field, reader.i32()]).toEqual([true, 1, 5]);
});

test.each([
  ['9223372036854775807', 0x7fff_ffff, 0xffff_ffff],
  ['-9223372036854775808', 0x8000_0000, 0],
  ['-000000000001', 0xffff_ffff, 0xffff_ffff],
])('the integer %s', (text, high, low) => {
  const reader = readerOf(text);
  reader.i64();
  expect([reader.high, reader.low]).toEqual([high, low]);
});

describe('refused', () => {
  const first = (reader: ThriftReader): void => {
    reader.openStruct();
    reader.nextField();
  };
  test.each<[string, string, (reader: ThriftReader) => void, string, number]>([
    ['nothing', '', (reader) => { reader.openStruct(); }, 'expected a struct', 0],
    ['a list for a struct', '[]', (reader) => { reader.openStruct(); }, 'expected a struct', 0],
    ['a field without a type', '{"1":5}', first, 'expected the value of a field', 5],
    ['a field of a type that nobody knows', '{"1":{"uid":"x"}}', first, 'a type that does not exist', 6],
    ['a field of two types', '{"1":{"i32":5,"i64":5}}', (reader) => { first(reader); reader.i32(); reader.nextField(); }, 'expected the end of a field', 13],
    ['2^63', '9223372036854775808', (reader) => { reader.i64(); }, 'expected a whole number of 64 bits', 0],
    ['2^31', '2147483648', (reader) => { reader.i32(); }, 'expected a whole number of 32 bits', 0],
    ['a million digits', '1'.repeat(1_000_000), (reader) => { reader.i64(); }, 'expected a whole number of 64 bits', 0],
    ['half a number', '1.5', (reader) => { reader.openList(); }, 'expected a list', 0],
    ['a number without digits', '-', (reader) => { reader.i64(); }, 'expected a whole number of 64 bits', 0],
    ['a text for a double', '"many"', (reader) => { reader.double(); }, 'expected a number', 0],
    ['more elements than there are', '["rec",2147483647]', (reader) => { reader.openList(); }, '2147483647 elements where 1 bytes are left', 0],
    ['a negative count', '["rec",-1]', (reader) => { reader.openList(); }, '-1 elements where 1 bytes are left', 0],
    ['fewer elements than it says', '["i32",2,5]', (reader) => { reader.openList(); reader.i32(); reader.i32(); }, 'expected a comma', 10],
    ['more elements than it says', '["i32",1,5,6]', (reader) => { reader.openList(); reader.i32(); reader.closeList(); }, 'expected the end of a list', 10],
    ['a message of another version', '[2,"a",1,0,{}]', (reader) => { reader.openMessage(); }, 'a message of a version that does not exist', 1],
  ])('%s', (_, text, read, what, offset) => {
    expect(() => {
      read(readerOf(text));
    }).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: `the body is not valid Thrift (JSON): ${what} at byte ${offset}`,
        offset,
      }),
    );
  }); // prettier-ignore
});
