import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineFixture, openEngineFixture } from './engine.fixture.ts';
import { quoteDouble, quoteHex, quoteInteger, quoteName, quoteText, quoteTexts } from './literal.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngineFixture();
});
afterAll(() => fixture.close());

/** Text made of what breaks out of literals, mixed with anything. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom("'", '\\', '`', '"', '\0', '\n\n', '\r', ';', '--', '/*', '*/', '{x:String}', '$$', '😀', '\u2028', '\\0', "\\'", '%', '?'), // prettier-ignore
    fc.string({ unit: 'binary', maxLength: 5 }),
  ),
  { maxLength: 12 },
).map((parts) => parts.join('')); // prettier-ignore

/** Lone surrogates are U+FFFD in UTF-8. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

test('text comes back as the bytes that went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 40 }), async (texts) => {
      const block = await fixture.row(`SELECT [${quoteTexts(texts)}] AS x`);
      const { elements } = block.column('x');
      expect(texts.map((_, at) => elements.text(at))).toEqual(texts.map(wellFormed));
    }),
    { numRuns: 60 },
  );
});

test('names name, whatever they hold', async () => {
  const name = fc.oneof(hostile, fc.string()).filter((text) => text !== '' && !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const block = await fixture.row(`SELECT 1 AS ${quoteName(text)}`);
      expect(block.column(wellFormed(text)).number(0)).toBe(1);
    }),
    { numRuns: 60 },
  );
});

test('a literal is one line', () => {
  expect(quoteText("it's \\ \0 \n\r")).toBe(String.raw`'it\'s \\ \0 \n\r'`);
});

describe('numbers', () => {
  test.each([0n, 18_446_744_073_709_551_615n, -9_223_372_036_854_775_808n, 42])('%s', async (value) => {
    const block = await fixture.row(`SELECT toString(${quoteInteger(value)}) AS x`);
    expect(block.column('x').text(0)).toBe(value.toString());
  });

  test.each([0, 0.1, 1e300, 5e-324, Infinity, -Infinity, Number.NaN])('%s as a double', async (value) => {
    const block = await fixture.row(`SELECT toFloat64(${quoteDouble(value)}) AS x`);
    expect(block.column('x').number(0)).toBe(value);
  });

  test.each([1.5, Number.NaN, 2 ** 53])('%s is no integer', (value) => {
    expect(() => quoteInteger(value)).toThrow('not a whole number');
  });
});

describe('hex', () => {
  test('is its bytes', async () => {
    const block = await fixture.row(`SELECT ${quoteHex('00ff0a')} AS x`);
    expect(block.column('x').hex(0)).toBe('00ff0a');
  });

  test.each(["'", '0', '0G', "00' OR 1 --", 'AB'])('%j is refused', (text) => {
    expect(() => quoteHex(text)).toThrow(TypeError);
  });
});
