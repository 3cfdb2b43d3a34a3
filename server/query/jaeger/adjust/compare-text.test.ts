import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText } from './compare-text.ts';

test('orders by bytes of UTF-8', () => {
  const words = ['', 'B', 'Ba', 'a', 'aa', 'b', 'ä', '\ud7ff', '\ue000', '\uff5e', '😀', '😁'];
  expect([...words].reverse().sort(compareText)).toEqual(words);
  const whole = fc.integer({ min: 0xd000, max: 0x1_0fff }).filter((code) => code < 0xd800 || code > 0xdfff);
  const text = fc.array(whole).map((codes) => String.fromCodePoint(...codes));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
