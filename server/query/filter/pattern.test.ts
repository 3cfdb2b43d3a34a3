import { expect, test } from 'vitest';
import { matchAnywhere, patternFlaw, showPattern } from './pattern.ts';

test.each([
  'GET /api/.*',
  'a|b',
  '(?:a|b)+c{2,3}',
  '(?P<name>x)',
  '[^$]',
  '[]^]',
  '[[:alpha:]^]',
  '\\^\\$\\(',
  '\\Q^$(\\E',
  'a{2}',
  'x{',
  '@example.com',
  '(a)(b)',
])('%s is fine', (pattern) => {
  expect(patternFlaw(pattern)).toBeUndefined();
});

test.each([
  ['^a', 'it is looked for anywhere in the value and cannot anchor itself'],
  ['a$', 'it is looked for anywhere in the value and cannot anchor itself'],
  ['a|(b^)', 'it is looked for anywhere in the value and cannot anchor itself'],
  ['\\bword', 'it must not have anchors or word boundaries'],
  ['a\\z', 'it must not have anchors or word boundaries'],
  ['a*?', 'its quantifiers must not be lazy'],
  ['a{2}?', 'its quantifiers must not be lazy'],
  ['(?i)a', 'it must not have flags'],
  ['(?i:a)', 'it must not have flags'],
  ['a)|(b', 'it closes a parenthesis that it did not open'],
  ['(a', 'a parenthesis in it is never closed'],
  ['\\Q(\\E(', 'a parenthesis in it is never closed'],
])('%s is not: %s', (pattern, want) => {
  expect(patternFlaw(pattern)).toBe(want);
});

test('what the store says of a pattern shows it as it was written', () => {
  const message = `attribute a: ${JSON.stringify(matchAnywhere('x[a'))} is no regular expression`;
  expect(showPattern(message)).toBe('attribute a: "x[a" is no regular expression');
});
