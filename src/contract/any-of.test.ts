import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnyOf, printAnyOf } from './any-of.ts';

test.each<[string | undefined, readonly string[]]>([
  [undefined, []],
  ['', []],
  ['*', []],
  ['.*', []],
  ['$__all', []],
  ['["a","$__all"]', []],
  ['cart', ['cart']],
  [' cart ', ['cart']],
  ['["a","b, c","a"]', ['a', 'b, c']],
  ['{a,b}', ['a', 'b']],
  ['{id}', ['{id}']],
  ['[slug]', ['[slug]']],
  ['[1,2]', ['[1,2]']],
  ['[]', ['[]']],
  ['GET /{a,b}', ['GET /{a,b}']],
])('%j means any of %j', (text, values) => {
  expect(parseAnyOf(text)).toEqual(values);
});

test('what is printed parses to the same', () => {
  const value = fc.string({ minLength: 1 }).filter((text) => !['', '*', '.*', '$__all'].includes(text));
  fc.assert(
    fc.property(fc.uniqueArray(value), (values) => {
      expect(parseAnyOf(printAnyOf(values))).toEqual(values);
    }),
  );
});
