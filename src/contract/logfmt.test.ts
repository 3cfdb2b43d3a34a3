import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLogfmt, printLogfmt } from './logfmt.ts';

describe('is read', () => {
  test.each<[string, [string, string][]]>([
    ['', []],
    ['   ', []],
    ['http.status_code=200 error=true', [['http.status_code', '200'], ['error', 'true']]],
    ['error', [['error', 'true']]],
    ['a=', [['a', '']]],
    ['a="" b=1', [['a', ''], ['b', '1']]],
    ['name="two words"', [['name', 'two words']]],
    [String.raw`a="say \"hi\"\n" b=c`, [['a', 'say "hi"\n'], ['b', 'c']]],
    ['url=/a?b=c&d', [['url', '/a?b=c&d']]],
    ['  a=1\n\tb=2 ', [['a', '1'], ['b', '2']]],
    ['v=$service w=${x:raw}', [['v', '$service'], ['w', '${x:raw}']]],
  ])('%j', (text, pairs) => {
    expect(parseLogfmt(text)).toEqual(pairs.map(([key, value]) => ({ key, value })));
  }); // prettier-ignore
});

describe('is refused where it is wrong', () => {
  test.each<[string, number, string]>([
    ['=x', 0, 'a key is missing before "=x"'],
    ['a=1 =x', 4, 'a key is missing before "=x"'],
    ['a=1 "x"=2', 4, 'a key is missing before "\\"x\\"=2"'],
    ['a="x', 2, 'a quote is never closed'],
    ['a="x"b=1', 5, 'a space must stand between two pairs'],
    ['a=x"y"', 3, 'a space must stand between two pairs'],
    ['a"b"', 1, 'a space must stand between two pairs'],
  ])('%j', (text, position, message) => {
    expect(() => parseLogfmt(text)).toThrow(expect.objectContaining({ message, position }));
  });
});

test('what is printed parses to the same', () => {
  const key = fc.string({ minLength: 1 }).map((text) => text.replace(/[\s="]/g, '_'));
  const pair = fc.record({ key, value: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      expect(parseLogfmt(printLogfmt(pairs))).toEqual(pairs);
    }),
  );
});
