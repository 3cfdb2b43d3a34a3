import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../span/attribute.ts';
import { arbitrarySpans } from '../../tests/support/corpus-spans.ts';
import { TYPE_LETTERS, decodeAttributes, parseValue, presentValue } from './attribute-text.ts';

const string = (value: string): AttributeValue => ({ type: 'string', value });
const int = (value: bigint): AttributeValue => ({ type: 'int', value });
const double = (value: number): AttributeValue => ({ type: 'double', value });
const bytes = (hex: string): AttributeValue => ({ type: 'bytes', value: Buffer.from(hex, 'hex') });
const array = (...value: AttributeValue[]): AttributeValue => ({ type: 'array', value });
const map = (...entries: [string, AttributeValue][]): AttributeValue => ({
  type: 'map',
  value: entries.map(([key, value]) => ({ key, value })),
});
const EMPTY: AttributeValue = { type: 'empty' };

describe('the text of a value, and the value of the text', () => {
  const table: [AttributeValue, string][] = [
    [string(''), ''],
    [string('[1]'), '[1]'],
    [int(0n), '0'],
    [int(-(2n ** 63n)), '-9223372036854775808'],
    [double(3), '3'],
    [double(-0), '-0'],
    [double(1e21), '1e+21'],
    [double(Number.NaN), 'NaN'],
    [double(-Infinity), '-Infinity'],
    [{ type: 'bool', value: true }, 'true'],
    [{ type: 'bool', value: false }, 'false'],
    [bytes('00ff10'), 'AP8Q'],
    [bytes(''), ''],
    [EMPTY, ''],
    [array(), '[]'],
    [map(), '{}'],
    [array(string('a"b'), int(1n), double(1), double(0.5), { type: 'bool', value: true }, EMPTY), '["a\\"b",1,1.0,0.5,true,null]'],
    [array(double(-0), double(1e300), double(Number.NaN), double(Infinity)), '[-0.0,1e+300,{"$double":"NaN"},{"$double":"Infinity"}]'],
    [array(bytes('6869'), array(), map()), '[{"$bytes":"aGk="},[],{}]'],
    [map(['b', int(2n)], ['a', array(int(1n))]), '{"b":2,"a":[1]}'],
    [map(['', EMPTY]), '{"":null}'],
    [map(['k', int(1n)], ['k', int(2n)]), '{"$map":[["k",1],["k",2]]}'],
    [map(['$bytes', string('aGk=')]), '{"$map":[["$bytes","aGk="]]}'],
    [map(['$map', array()]), '{"$map":[["$map",[]]]}'],
    [map(['a', string('}]",:{[')]), '{"a":"}]\\",:{["}'],
  ]; // prettier-ignore
  test.each(table.map(([value, text]) => [text, value] as const))('%s', (text, value) => {
    expect(presentValue(value)).toBe(text);
    expect(parseValue(TYPE_LETTERS[value.type], text)).toEqual(value);
  });

  test('any value', () => {
    fc.assert(
      fc.property(arbitrarySpans(4), (spans) => {
        for (const { value } of spans.flatMap(({ attributes }) => attributes)) {
          expect(parseValue(TYPE_LETTERS[value.type], presentValue(value))).toEqual(value);
        }
      }),
    );
  });
});

describe('decodeAttributes', () => {
  test('puts two maps back into one list, by the case of the letters', () => {
    expect(decodeAttributes('sIbS', ['a', 'b'], ['x', 'true'], ['i', 'u'], ['7', 'y'])).toEqual([
      { key: 'a', value: string('x') },
      { key: 'i', value: int(7n) },
      { key: 'b', value: { type: 'bool', value: true } },
      { key: 'u', value: string('y') },
    ]);
  });

  test('of no letters are none', () => {
    expect(decodeAttributes('', [], [])).toEqual([]);
  });
});
