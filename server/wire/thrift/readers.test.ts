import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  THRIFT_PROTOCOLS,
  type ThriftProtocol,
  type ThriftType,
  type ThriftValue,
  encodeThrift,
} from '../../../tests/support/encode-thrift.ts';
import { Fault } from '../../errors/fault.ts';
import { BinaryReader } from './binary-reader.ts';
import { CompactReader } from './compact-reader.ts';
import { ThriftJsonReader } from './json-reader.ts';
import { MESSAGE, THRIFT, type ThriftReader } from './thrift-reader.ts';

/* What the three readers have in common, on bytes that Thrift's own package wrote. */

const READERS: Record<ThriftProtocol, (bytes: Uint8Array) => ThriftReader> = {
  binary: (bytes) => new BinaryReader(bytes),
  compact: (bytes) => new CompactReader(bytes),
  json: (bytes) => new ThriftJsonReader(bytes),
};
const protocols = THRIFT_PROTOCOLS.map((protocol) => [protocol] as const);
const MAX_MS = 1000;

const int = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const scalars = {
  bool: fc.boolean().map((value) => ({ type: 'bool', value }) as const),
  byte: int(8).map((value) => ({ type: 'byte', value }) as const),
  i16: int(16).map((value) => ({ type: 'i16', value }) as const),
  i32: int(32).map((value) => ({ type: 'i32', value }) as const),
  i64: fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ type: 'i64', value }) as const),
  // What is no number the package does not write as JSON, and 0 has no sign there.
  double: fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ type: 'double', value: value + 0 }) as const),
  string: fc.string({ unit: 'grapheme' }).map((value) => ({ type: 'string', value }) as const),
  binary: fc.uint8Array({ maxLength: 20 }).map((value) => ({ type: 'binary', value }) as const),
};

const { value: arbitraryValue, struct: arbitraryStruct } = fc.letrec<{
  value: ThriftValue;
  struct: ThriftValue;
}>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    ...Object.values(scalars),
    tie('struct'),
    tie('value').chain((first) => arbitraryList(first)),
  ),
  struct: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 32_767 }), tie('value')), { maxLength: 6 })
    .map((fields) => ({ type: 'struct', fields: fields.toSorted(([a], [b]) => a - b) }) as const)
    // What the package cannot write as JSON: a field twice.
    .filter(({ fields }) => new Set(fields.map(([id]) => id)).size === fields.length),
}));

/** Of the value many times, which has the same type as itself. */
function arbitraryList(value: ThriftValue): fc.Arbitrary<ThriftValue> {
  return fc
    .tuple(fc.constantFrom('list', 'set'), fc.integer({ min: 0, max: 20 }))
    .map(([type, count]) => ({ type, of: value.type, values: Array.from({ length: count }, () => value) }));
}

const arbitraryMap = fc
  .tuple(fc.array(fc.oneof(scalars.i64, scalars.string), { maxLength: 4 }), arbitraryValue)
  .map(([some, value]): ThriftValue => {
    const keys = some[0]?.type ?? 'string';
    // An empty name of a value is no JSON as the package writes it.
    const alike = some.filter((key) => key.type === keys && key.value !== '');
    return { type: 'map', keys, of: value.type, pairs: alike.map((key) => [key, value] as const) };
  });

const numberOf = (type: ThriftType): number => THRIFT[type === 'binary' ? 'string' : type];

/** Reads what the value says, as a decoder does that knows what comes. */
function readBack(reader: ThriftReader, value: ThriftValue): ThriftValue {
  switch (value.type) {
    case 'bool':
      return { type: value.type, value: reader.bool() };
    case 'byte':
    case 'i16':
    case 'i32':
    case 'double':
      return { type: value.type, value: reader[value.type]() };
    case 'i64':
      reader.i64();
      return { type: 'i64', value: BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low)) };
    case 'string':
      reader.string();
      return { type: 'string', value: Buffer.from(rangeOf(reader)).toString('utf8') };
    case 'binary':
      reader.binary();
      return { type: 'binary', value: Uint8Array.from(rangeOf(reader)) };
    case 'struct':
      reader.openStruct();
      return {
        type: 'struct',
        fields: [...value.fields.map(([, inner]) => readField(reader, inner)), ...restOf(reader)],
      };
    case 'list':
    case 'set': {
      const count = reader.openList();
      expect([count, reader.elementType]).toEqual([value.values.length, numberOf(value.of)]);
      const values = value.values.map((inner) => readBack(reader, inner));
      reader.closeList();
      return { ...value, values };
    }
    case 'map':
      reader.skip(THRIFT.map);
      return value;
  }
}

function readField(reader: ThriftReader, value: ThriftValue): [number, ThriftValue] {
  expect([reader.nextField(), reader.type]).toEqual([true, numberOf(value.type)]);
  return [reader.field, readBack(reader, value)];
}

function restOf(reader: ThriftReader): never[] {
  expect(reader.nextField()).toBe(false);
  return [];
}

function rangeOf({ source, from, to }: ThriftReader): Uint8Array {
  return source.subarray(from, to);
}

describe.each(protocols)('%s', (protocol) => {
  const open = READERS[protocol];

  test('every value comes back, and nothing of it is left', () => {
    fc.assert(
      fc.property(arbitraryStruct, (value) => {
        const bytes = encodeThrift(protocol, value);
        const reader = open(bytes);
        expect(readBack(reader, value)).toEqual(value);
        expect(reader.at).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  test('every value can be passed over, in one go or bit by bit, and read after that', () => {
    fc.assert(
      fc.property(arbitraryValue, arbitraryMap, fc.integer({ min: 1, max: 40 }), (value, map, budget) => {
        const last: ThriftValue = { type: 'string', value: 'last' };
        const fields = [[1, value], [2, map], [5, last]] as const; // prettier-ignore
        const reader = open(encodeThrift(protocol, { type: 'struct', fields }));
        reader.openStruct();
        for (const [, inner] of fields.slice(0, 2)) {
          expect([reader.nextField(), reader.type]).toEqual([true, numberOf(inner.type)]);
          const { type } = reader;
          while (!reader.skip(type, budget));
        }
        expect(readField(reader, last)).toEqual([5, last]);
      }),
      { numRuns: 300 },
    );
  });

  test('a struct of a list may be passed over and read then', () => {
    const element: ThriftValue = { type: 'struct', fields: [[3, { type: 'i32', value: 5 }]] };
    const list: ThriftValue = { type: 'list', of: 'struct', values: [element, element] };
    const bytes = encodeThrift(protocol, { type: 'struct', fields: [[1, list]] });
    const reader = open(bytes);
    reader.openStruct();
    reader.nextField();
    expect(reader.openList()).toBe(2);
    for (let index = 0; index < 2; index++) {
      const begin = reader.at;
      reader.skip(THRIFT.struct);
      const end = reader.at;
      reader.at = begin;
      expect(readBack(reader, element)).toEqual(element);
      expect(reader.at).toBe(end);
    }
    reader.closeList();
    expect(reader.nextField()).toBe(false);
    expect(reader.at).toBe(bytes.length);
  });

  test('a message has a name and a kind', () => {
    const value: ThriftValue = { type: 'struct', fields: [[1, { type: 'i64', value: 7n }]] };
    const reader = open(encodeThrift(protocol, value, { name: 'emitBatch', kind: MESSAGE.oneway }));
    expect(reader.openMessage()).toBe(MESSAGE.oneway);
    expect(Buffer.from(rangeOf(reader)).toString()).toBe('emitBatch');
    expect(readBack(reader, value)).toEqual(value);
  });

  test('cut off anywhere it is refused', () => {
    fc.assert(
      fc.property(arbitraryStruct, fc.double({ min: 0, max: 0.999 }), (value, part) => {
        const bytes = encodeThrift(protocol, value);
        const cut = bytes.subarray(0, Math.floor(part * bytes.length));
        expect(() => open(cut).skip(THRIFT.struct)).toThrow(Fault);
        expect(() => readBack(open(cut), value)).toThrow(Fault);
      }),
      { numRuns: 300 },
    );
  });

  test('any bytes throw nothing but a fault, and that soon', () => {
    const steps = fc.array(fc.constantFrom(...STEPS), { maxLength: 30 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), steps, (bytes, wanted) => {
        const around = Buffer.concat([Buffer.alloc(8, 0xff), bytes, Buffer.alloc(8, 0x22)]);
        const reader = open(around.subarray(8, 8 + bytes.length));
        const began = performance.now();
        try {
          for (const step of wanted) step(reader);
          expect(reader.at).toBeLessThanOrEqual(bytes.length);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
          expect(thrown).toMatchObject({
            code: 'invalid',
            message: expect.stringContaining('byte') as string,
          });
          expect((thrown as Fault).offset).toBeLessThanOrEqual(bytes.length);
        }
        expect(performance.now() - began).toBeLessThan(MAX_MS);
      }),
      { numRuns: 3000 },
    );
  });

  test.each(['list', 'struct'] as const)('a %s within itself ten thousand times is refused', (type) => {
    const bytes = NESTED[protocol][type];
    const reader = open(bytes);
    expect(() => {
      // JSON has no types but in the text: there nothing is too deep to be passed over.
      reader.skip(THRIFT[type]);
      if (protocol === 'json') throw reader.fault('values nested too deep', 0);
    }).toThrow('values nested too deep');
  });
});

const STEPS: ((reader: ThriftReader) => unknown)[] = [
  (reader) => reader.openMessage(),
  (reader) => {
    reader.openStruct();
    let fields = 0;
    while (reader.nextField() && fields++ < 5) reader.skip(reader.type);
  },
  (reader) => {
    const count = reader.openList();
    expect(count).toBeLessThanOrEqual(reader.bytes.length);
    for (let index = 0; index < count; index++) reader.skip(reader.elementType);
    reader.closeList();
  },
  (reader) => reader.bool(),
  (reader) => reader.byte(),
  (reader) => reader.i16(),
  (reader) => reader.i32(),
  (reader) => {
    reader.i64();
  },
  (reader) => reader.double(),
  (reader) => {
    reader.string();
  },
  (reader) => {
    reader.binary();
  },
  ...Object.values(THRIFT).map((type) => (reader: ThriftReader) => reader.skip(type)),
];

const DEEP = 10_000;
const times = (hex: string): Buffer => Buffer.from(hex.repeat(DEEP), 'hex');
const NESTED: Record<ThriftProtocol, Record<'list' | 'struct', Buffer>> = {
  binary: { list: times('0f00000001'), struct: times('0c0001') },
  compact: { list: times('19'), struct: times('1c') },
  json: {
    list: Buffer.from('["lst",1,'.repeat(DEEP) + '["i32",0]' + ']'.repeat(DEEP)),
    struct: Buffer.from('{"1":{"rec":'.repeat(DEEP) + '{}' + '}}'.repeat(DEEP)),
  },
};
