import { expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { parseGoTags } from './go-json-tags.ts';

test.each<[string, Record<string, string>]>([
  ['{}', {}],
  ['null', {}],
  [' {"a":"b","c":"d"} ', { a: 'b', c: 'd' }],
  ['{"a":"1","a":"2"}', { a: '2' }],
  ['{"a":null}', { a: '' }],
  ['{"http.url":"a:b","é":"<>"}', { 'http.url': 'a:b', é: '<>' }],
])('%s', (text, want) => {
  expect(parseGoTags(text)).toEqual(want);
});

test('the name of a prototype is a key like any other', () => {
  expect(Object.entries(parseGoTags('{"__proto__":"x"}'))).toEqual([['__proto__', 'x']]);
});

const END = 'unexpected end of JSON input';
const into = (what: string, type = 'string'): string =>
  `json: cannot unmarshal ${what} into Go value of type ${type}`;

test.each([
  ['{"x":123}', into('number')],
  ['{"x":true}', into('bool')],
  ['{"x":[]}', into('array')],
  ['{"x":{}}', into('object')],
  ['[]', into('array', 'map[string]string')],
  ['"x"', into('string', 'map[string]string')],
  ['1', into('number', 'map[string]string')],
  ['false', into('bool', 'map[string]string')],
  ['', END],
  ['  ', END],
  ['{', END],
  ['{"a"', END],
  ['{"a":', END],
  ['{"a":"b', END],
  ['{"a":"b"', END],
  ['[1', END],
  ['tru', END],
  ['-', END],
  ['"\\u00', END],
  ['json', "invalid character 'j' looking for beginning of value"],
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['{a}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a":"b",}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 2}', "invalid character '2' after object key:value pair"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[,]', "invalid character ',' looking for beginning of value"],
  ['{}x', "invalid character 'x' after top-level value"],
  ['{"a":"\n"}', String.raw`invalid character '\n' in string literal`],
  ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
  ['{"a":"\\u00zz"}', String.raw`invalid character 'z' in \u hexadecimal character escape`],
  ['[-x]', "invalid character 'x' in numeric literal"],
  ['[1.x]', "invalid character 'x' after decimal point in numeric literal"],
  ['[1ex]', "invalid character 'x' in exponent of numeric literal"],
  ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['é', "invalid character 'Ã' looking for beginning of value"],
  ['['.repeat(100_000), 'exceeded max depth'],
])('%j', (text, want) => {
  expect(() => parseGoTags(text)).toThrow(new Fault('invalid', want));
});
