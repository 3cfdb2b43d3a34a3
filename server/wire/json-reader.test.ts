import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FieldNames } from './field-names.ts';
import { JsonReader } from './json-reader.ts';

const readerOf = (text: string): JsonReader => new JsonReader(Buffer.from(text), 'OTLP JSON');

/** Reads any value back with the reader's own steps. */
function readValue(reader: JsonReader): unknown {
  switch (reader.peek()) {
    case 0x7b: {
      const object: [string, unknown][] = [];
      reader.openObject('it');
      for (let first = true; reader.nextField(first); first = false) {
        const name = Buffer.from(reader.source.subarray(reader.from, reader.to)).toString('utf8');
        object.push([name, readValue(reader)]);
      }
      return Object.fromEntries(object);
    }
    case 0x5b: {
      const list: unknown[] = [];
      reader.openArray('it');
      for (let first = true; reader.nextElement(first); first = false) list.push(readValue(reader));
      return list;
    }
    case 0x22:
      return reader.text('it');
    case 0x74:
    case 0x66:
      return reader.boolean('it');
    case 0x6e:
      return reader.openObject('it') ? undefined : null;
    default:
      return Number(reader.numeral('it'));
  }
}

describe('values', () => {
  test.each([
    '{}', '[]', '""', '0', '-0.5e-3', 'true', 'false', 'null', ' \t\r\n[ 1 , 2 ] ', '{"a":{"b":[{}]},"c":""}',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u0000\\u007f\\u0080\\u07ff\\u0800\\uffff"', '"\\ud83d\\ude00"', '"\\ud800\\udc00\\udbff\\udfff"', '"grüße 東京 😀"',
    '{"\\u0061":1}',
  ])('%s', (text) => {
    const reader = readerOf(text);
    expect(readValue(reader)).toEqual(JSON.parse(text));
    reader.end();
  }); // prettier-ignore

  test('any, written anyhow', () => {
    const spaces = fc.constantFrom(0, 1, 2, '\t', '\r\n');
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), spaces, (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const reader = readerOf(text);
        expect(readValue(reader)).toEqual(JSON.parse(text));
        reader.end();
      }),
      { numRuns: 500 },
    );
  });
});

describe('skip', () => {
  const any = fc.jsonValue({ stringUnit: 'binary' });

  test('ends where reading ends, in steps of any size', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 50 }), (value, budgetBytes) => {
        const text = JSON.stringify(value);
        const reader = readerOf(`${text}!`);
        let steps = 0;
        while (!reader.skip(budgetBytes)) steps++;
        expect(reader.at).toBe(Buffer.byteLength(text));
        expect(steps).toBeLessThanOrEqual(Buffer.byteLength(text) / budgetBytes);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    '"}"',
    '"\\""',
    '"\\\\"',
    '["]"]',
    '{"a}":"]"}',
    'null',
    '-1.5e+3',
    '[{"a":[null,true,{}]},"x"]',
  ])('%s', (text) => {
    const reader = readerOf(`${text},`);
    expect(reader.skip()).toBe(true);
    expect(reader.at).toBe(text.length);
  });

  test('a million brackets need no stack', () => {
    const reader = readerOf('['.repeat(1e6) + ']'.repeat(1e6));
    reader.skip();
    reader.end();
  });

  test.each(['', ']', '}', ',', 'nul', '[', '{"a":', '"', '"\\', 'e5', '['.repeat(1e6)])(
    '%j is refused',
    (text) => {
      expect(() => readerOf(text.slice(0, 20)).skip()).toThrow(/^the body is not valid OTLP JSON: /);
    },
  );
});

describe('numeral', () => {
  test.each([
    ['12', '12'],
    ['"12"', '12'],
    ['" 12 "', '12'],
    ['null', ''],
    ['-1.5E+10', '-1.5E+10'],
    ['9007199254740993', '9007199254740993'],
  ])('%s', (text, want) => {
    expect(readerOf(text).numeral('it')).toBe(want);
  });

  test.each(['', 'x', '01', '1.', '.5', '+1', '-', '1e', '--1', `1${'0'.repeat(600)}`])(
    '%s is refused',
    (text) => {
      expect(() => {
        const reader = readerOf(text);
        reader.numeral('it');
        reader.end();
      }).toThrow(/^the body is not valid OTLP JSON: (?:expected a number for it|something follows)/);
    },
  );
});

test('a name of more than 64 KiB that must be unescaped is none', () => {
  const reader = readerOf(`{"\\n${'x'.repeat(70_000)}":1}`);
  reader.openObject('it');
  expect(() => reader.nextField(true)).toThrow('a string of more than 65536 bytes at byte 1');
});

test('names are found in every spelling, and strange ones are 0', () => {
  const names = new FieldNames([['traceId', 'trace_id'], ['name']]);
  const find = (name: string): number => names.find(Buffer.from(name), 0, name.length);
  expect(['traceId', 'trace_id', 'name', 'Name', '', 'constructor', '__proto__'].map(find)).toEqual([
    1, 1, 2, 0, 0, 0, 0,
  ]);
});
