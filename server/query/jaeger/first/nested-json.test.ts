import { expect, test } from 'vitest';
import type { AttributeValue } from '../../../span/attribute.ts';
import { bool, bytes, double, empty, int, list, map, text } from '../corpus.fixture.ts';
import { nestedJson } from './nested-json.ts';

const one = text('', 'a').value;

test.each<[AttributeValue, string]>([
  [list('').value, '[]'],
  [map('').value, '{}'],
  [list('', one, int('', 2n).value, { type: 'empty' }).value, '["a",2,null]'],
  [
    list('', double('', 3).value, double('', 1e-7).value, double('', Number.NaN).value).value,
    '[3,1e-7,"NaN"]',
  ],
  [list('', int('', 9_223_372_036_854_775_807n).value).value, '[9223372036854775807]'],
  [list('', bytes('', 0, 255).value).value, '["AP8="]'],
  [list('', text('', '<&>\u2028"').value).value, '["<&>\\u2028\\""]'],
  [map('', bool('b', true), empty('c'), map('a', text('z', '1'), text('y', '2'))).value, '{"a":{"y":"2","z":"1"},"b":true,"c":null}'], // prettier-ignore
  [map('', text('k', 'first'), text('k', 'last')).value, '{"k":"last"}'],
  [map('', text('😀', ''), text('\uff5e', ''), text('a', ''), text('B', ''), text('', '')).value, '{"":"","B":"","a":"","\uff5e":"","😀":""}'], // prettier-ignore
  [map('', text('__proto__', 'x')).value, '{"__proto__":"x"}'],
])('nested %#', (value, want) => {
  expect(nestedJson(value)).toBe(want);
});
