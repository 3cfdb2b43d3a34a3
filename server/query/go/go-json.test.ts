import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goFloat, goPlainString, goString } from './go-json.ts';

// What is expected was written by encoding/json of Go 1.26.
test.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['"\\/', '"\\"\\\\/"'],
  ["<a href='x'>&amp;</a>", `"\\u003ca href='x'\\u003e\\u0026amp;\\u003c/a\\u003e"`],
  ['\u2028\u2029', '"\\u2028\\u2029"'],
  ['\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
  ['\u0000\u0001\u001f\u007f', '"\\u0000\\u0001\\u001f\u007f"'],
  ['é本😀', '"é本😀"'],
  ['\ufffd', '"\ufffd"'],
  ['\u0080\u00a0', '"\u0080\u00a0"'],
])('string %j', (text, want) => {
  expect(goString(text)).toBe(want);
});

test.each([
  ['<&>', '"<&>"'],
  ['\u2028\u2029"', '"\\u2028\\u2029\\""'],
])('string outside of HTML %j', (text, want) => {
  expect(goPlainString(text)).toBe(want);
});

test.each([
  ['a\ud800b', '"a\\ufffdb"'],
  ['\udc00', '"\\ufffd"'],
  ['\ud83d\ud83d\ude00\ude00', '"\\ufffd😀\\ufffd"'],
  ['\\\ud800<"\udc00', '"\\\\\\ufffd\\u003c\\"\\ufffd"'],
])('half characters %j', (text, want) => {
  expect(goString(text)).toBe(want);
});

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [72.5, '72.5'],
  [0.1, '0.1'],
  [1 / 3, '0.3333333333333333'],
  [1e20, '100000000000000000000'],
  [123_456_789_012_345_680_000, '123456789012345680000'],
  [1e21, '1e+21'],
  [1.5e21, '1.5e+21'],
  [1e-6, '0.000001'],
  [9.99e-7, '9.99e-7'],
  [1e-7, '1e-7'],
  [1.5e-10, '1.5e-10'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [1e100, '1e+100'],
  [-1e-7, '-1e-7'],
  [9_007_199_254_740_992, '9007199254740992'],
])('float %d', (value, want) => {
  expect(goFloat(value)).toBe(want);
});

test.each([
  [Number.NaN, '"NaN"'],
  [Number.POSITIVE_INFINITY, '"Infinity"'],
  [Number.NEGATIVE_INFINITY, '"-Infinity"'],
])('no number can say %d', (value, want) => {
  expect(goFloat(value)).toBe(want);
});

test('every string is read back, but for half characters', () => {
  const unit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0xd7f0, max: 0xe010 }));
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const text = String.fromCharCode(...units);
      const whole = Buffer.from(text, 'utf8').toString('utf8');
      expect(JSON.parse(goString(text))).toBe(whole);
      expect(JSON.parse(goPlainString(text))).toBe(whole);
    }),
  );
});

test('every number is read back', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(JSON.parse(goFloat(value))).toBe(value);
    }),
  );
});
