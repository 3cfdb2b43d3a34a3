import { expect, test } from 'vitest';
import { mayHoldAttributes, parseEventText, parseLinkText } from './event-text.ts';
import type { JsonBudget } from './json-value.ts';

const budget = (): JsonBudget => ({ nesting: 4, values: 10 });
const looked = (text: string): boolean => {
  const source = Buffer.from(`}|7${text}`);
  return mayHoldAttributes(source, 3, source.length);
};

test.each([
  ['bars', 'e|{"k":1}|2', 'e', { k: 1n }, 2],
  ['no attributes', 'e|{}|0', 'e', {}, 0],
  ['bars in the attributes', 'e|{"k":"a|b|{}|3"}|0', 'e', { k: 'a|b|{}|3' }, 0],
  ['a bar in the name', 'a|b|{}|0', 'a|b', {}, 0],
  ['no name', '|{}|4294967295', '', {}, 4294967295],
  ['quoted', '"e": {"k":"v"}', 'e', { k: 'v' }, 0],
  ['quoted without space', '"a\\"b\\u0041":{"k":1.5}', 'a"bA', { k: 1.5 }, 0],
  ['unquoted', 'e: {"k":true}', 'e', { k: true }, 0],
  ['a colon in the name', 'http://x: {"k":1e3}', 'http://x', { k: 1000 }, 0],
  ['a member', '{"a \\u00fc": {"k": 1, "j": true}}', 'a ü', { k: 1n, j: true }, 0],
  ['a member without attributes', '{"e": {}}', 'e', {}, 0],
  ['a quote that is not closed', '"e: {"k":1}', '"e', { k: 1n }, 0],
  [
    'as many values as may be',
    'e: {"k":"v","j":[1,2,3,4,5,6,7,8]}',
    'e',
    { k: 'v', j: Array.from({ length: 8 }, (_, index) => ({ type: 'int', value: BigInt(index + 1) })) },
    0,
  ],
  ['digits that 64 bits do not hold', 'e: {"k":9223372036854775808}', 'e', { k: 9223372036854775808 }, 0],
])('%s', (_, text, name, attributes, dropped) => {
  expect(looked(text)).toBe(true);
  const event = parseEventText(text, budget())!;
  const values = event.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : null]);
  expect([event.name, Object.fromEntries(values), event.dropped]).toEqual([name, attributes, dropped]);
});

test.each([
  'e|{"k":1}|4294967296',
  'e|{"k":1}|',
  'e|[1]|0',
  'e|{"k":1}}|0',
  'e|{"k":01}|0',
  'e {"k":1}',
  '{"k":1}',
  '{}',
  '{"k":{"k":1},"j":{}}',
  '{"k":[{}],"j":1}',
  '"e" {"k":1}',
  'e: {"k":1} {}',
  'e: {"k":[[[[[1]]]]]}',
  'e: {"k":[1,2,3,4,5,6,7,8,9,10]}',
  '}',
  '',
])('%s is a name', (text) => {
  expect(parseEventText(text, budget())).toBeUndefined();
});

test.each(['', 'wr', 'retry 3', '7', '|7', '}7', 'a|7'])('%s is told by one look to be a name', (text) => {
  expect(looked(text)).toBe(false);
});

test('a link with a trace state that has bars', () => {
  const ids = { traceId: '0123456789abcdef0123456789abcdef', spanId: '0123456789abcdef' };
  const text = `"${ids.traceId}"|${ids.spanId}|a=b|c|{"k":"v"}|3`;
  expect(parseLinkText(text, budget())).toEqual({
    ...ids,
    traceState: 'a=b|c',
    attributes: [{ key: 'k', value: { type: 'string', value: 'v' } }],
    dropped: 3,
  });
});

test.each(['', '|', 'a|b', '0|1|s|{}|0', '0123456789abcdef0123456789abcdef|0123456789abcdef|s|{}'])(
  '%s is no link',
  (text) => {
    expect(parseLinkText(text, budget())).toBeUndefined();
  },
);
