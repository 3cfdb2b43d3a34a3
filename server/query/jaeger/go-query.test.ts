import { expect, test } from 'vitest';
import { GoQuery, unescapeQuery } from './go-query.ts';

test.each<[string, readonly string[]]>([
  ['/p?a=1', ['1']],
  ['/p?a=1&a=2', ['1', '2']],
  ['/p?a=', ['']],
  ['/p?a', ['']],
  ['/p?b=1', []],
  ['/p', []],
  ['/p?', []],
  ['/p?&&a=1&', ['1']],
  ['/p?a=1=2', ['1=2']],
  ['/p?a=1+2%2B3', ['1 2+3']],
  ['/p?%61=x', ['x']],
  ['/p?a=%zz&a=2', ['2']],
  ['/p?a=%', []],
  ['/p?a=1;b=2&a=3', ['3']],
  ['/p?a=%C3%A9%E6%97%A5', ['é日']],
  ['/p?a=é%20日', ['é 日']],
  ['/p?a=%FF', ['\ufffd']],
  ['/p?a=x?y', ['x?y']],
  ['/p?__proto__=1&a=2', ['2']],
])('%s', (url, want) => {
  const query = new GoQuery(url);
  expect(query.all('a')).toEqual(want);
  expect(query.get('a')).toBe(want[0] ?? '');
  expect(query.has('a')).toBe(want.length > 0);
});

test.each([
  ['a%2Fb+c', 'a/b c'],
  ['%252F', '%2F'],
  ['a%', undefined],
  ['%4', undefined],
])('unescape %s', (text, want) => {
  expect(unescapeQuery(text)).toBe(want);
});
