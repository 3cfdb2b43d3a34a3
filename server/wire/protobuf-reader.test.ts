import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtobufReader } from './protobuf-reader.ts';

const readerOf = (hex: string): ProtobufReader => new ProtobufReader(Buffer.from(hex, 'hex'));

function varintOf(value: bigint): string {
  const digits: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const last = rest < 0x80n;
    digits.push(Number(rest & 0x7fn) | (last ? 0 : 0x80));
    if (last) return Buffer.from(digits).toString('hex');
  }
}

describe('varint64', () => {
  const edges = Array.from({ length: 10 }, (_, index) => 2n ** BigInt(7 * index)).flatMap((edge) => [
    edge - 1n,
    edge,
  ]);
  const value = (reader: ProtobufReader): bigint => (BigInt(reader.high) << 32n) | BigInt(reader.low);

  test.each([...edges, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 1n])('%d', (number) => {
    const reader = readerOf(`${varintOf(number)}ff`);
    reader.varint64();
    expect(value(reader)).toBe(number);
    expect(reader.at).toBe(varintOf(number).length / 2);
  });

  test('padded with zeros, as some writers leave room', () => {
    const reader = readerOf('81808080808080808000');
    reader.varint64();
    expect(value(reader)).toBe(1n);
  });

  test('bits past the 64th are nobody’s', () => {
    const reader = readerOf('ffffffffffffffffff7f');
    reader.varint64();
    expect(value(reader)).toBe(2n ** 64n - 1n);
  });

  test.each([
    ['', 'a number that is cut off at byte 0'],
    ['80', 'a number that is cut off at byte 0'],
    ['80808080808080808080', 'a number of more than ten bytes at byte 0'],
    ['8080808080808080808000', 'a number of more than ten bytes at byte 0'],
  ])('%j is refused', (hex, what) => {
    expect(() => {
      readerOf(hex).varint64();
    }).toThrow(`the body is not valid protobuf: ${what}`);
  });
});

describe('messages', () => {
  test('end where they say, whatever stands behind', () => {
    const reader = readerOf('0a020801' + '1005');
    expect(reader.tag()).toBe(10);
    const outer = reader.enter();
    expect(reader.tag()).toBe(8);
    expect(reader.uint32()).toBe(1);
    expect(reader.tag()).toBe(0);
    reader.leave(outer);
    expect(reader.tag()).toBe(16);
    expect(reader.uint32()).toBe(5);
    expect(reader.tag()).toBe(0);
  });

  test('left early, the rest of one is passed over', () => {
    const reader = readerOf('0a0408011002' + '1805');
    reader.tag();
    const outer = reader.enter();
    reader.tag();
    reader.leave(outer);
    expect(reader.tag()).toBe(24);
  });

  test('a field may not reach past the message that it is in', () => {
    const reader = readerOf('0a021203' + '000000');
    reader.tag();
    reader.enter();
    reader.tag();
    expect(() => {
      reader.range();
    }).toThrow('a field of 3 bytes where 0 are left at byte 3');
  });

  test('numbers of fixed width lie little end first', () => {
    const reader = readerOf('0102030405060708' + 'ffffff7f');
    reader.fixed64();
    expect([reader.low, reader.high, reader.fixed32()]).toEqual([0x0403_0201, 0x0807_0605, 0x7fff_ffff]);
  });
});

describe('skip', () => {
  const behind = '7801';
  test.each([
    ['a varint', '08ff01'],
    ['eight bytes', '090102030405060708'],
    ['four bytes', '0d01020304'],
    ['a range', '0a03010203'],
    ['an empty range', '0a00'],
    ['a group', '0b08010c'],
    ['groups in a group', '0b0b0c130801140c'],
    ['a field of a large number', 'f8ffffff0f01'],
  ])('%s', (_, hex) => {
    const reader = readerOf(hex + behind);
    reader.skip(reader.tag());
    expect(reader.tag()).toBe(0x78);
  });

  test('a group of a mebibyte is enough', () => {
    const reader = new ProtobufReader(
      Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(3 << 20, '\x08\x01')]),
    );
    expect(() => {
      reader.skip(reader.tag());
    }).toThrow('a group that is too long at byte 1');
  });
});

test('any bytes are passed over to their end, or refused with an offset inside', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const reader = new ProtobufReader(bytes);
      try {
        for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) reader.skip(tag);
        expect(reader.at).toBe(bytes.length);
      } catch (thrown) {
        const { offset } = thrown as { offset: number };
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 2000 },
  );
});
