import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dictionary, hashBytes } from './dictionary.ts';

const texts = (dictionary: Dictionary): string[] =>
  Array.from({ length: dictionary.size }, (_, index) => dictionary.text(index));

describe('numbers', () => {
  test('the empty string is 0, others are counted from 1 as they come', () => {
    const dictionary = new Dictionary();
    expect(['', 'a', 'b', 'a', '', 'c'].map((word) => dictionary.internText(word))).toEqual([
      0, 1, 2, 1, 0, 3,
    ]);
    expect(texts(dictionary)).toEqual(['', 'a', 'b', 'c']);
  });

  test('are those of bytes, wherever these stand', () => {
    const dictionary = new Dictionary();
    const source = Buffer.from('xabcxabcxab');
    expect(dictionary.intern(source, 1, 4)).toBe(1);
    expect(dictionary.intern(source, 5, 8)).toBe(1);
    expect(dictionary.intern(source, 9, 11)).toBe(2);
  });

  test('entries are lengths and bytes, as Native writes them', () => {
    const dictionary = new Dictionary();
    dictionary.internText('ab');
    dictionary.internText('c'.repeat(200));
    expect(Buffer.from(dictionary.entries.view()).toString('latin1')).toBe(
      `\0\x02ab\xc8\x01${'c'.repeat(200)}`,
    );
  });
});

test('lookup adds nothing', () => {
  const dictionary = new Dictionary();
  const find = (word: string): number => dictionary.lookup(Buffer.from(word), 0, word.length);
  dictionary.internText('known');
  expect(['known', 'strange', '', 'known'].map(find)).toEqual([1, 0, 0, 1]);
  expect(dictionary.size).toBe(2);
});

test('the width of numbers grows with their count', () => {
  const dictionary = new Dictionary();
  const widthAt = new Map<number, number>();
  for (let count = 1; count <= 65_537; count++) {
    widthAt.set(dictionary.size, dictionary.indexWidth);
    dictionary.internText(`word ${count}`);
  }
  expect([1, 256, 257, 65_536, 65_537].map((size) => widthAt.get(size))).toEqual([0, 0, 1, 1, 2]);
  expect(dictionary.internText('word 40000')).toBe(40_000);
  expect(dictionary.text(65_537)).toBe('word 65537');
});

test('two strings of one hash are two', () => {
  const [first, second] = collision();
  expect(hashBytes(first, 0, first.length)).toBe(hashBytes(second, 0, second.length));
  const dictionary = new Dictionary();
  const numbers = [first, second, first, second].map((word) => dictionary.intern(word, 0, word.length));
  expect(numbers).toEqual([1, 2, 1, 2]);
});

test('any words in any order, as a map would number them, also when some are taken back', () => {
  const word = fc.string({ maxLength: 3 });
  const step = fc.oneof(
    fc.record({ words: fc.array(word, { maxLength: 600 }) }),
    fc.record({ keep: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const dictionary = new Dictionary();
      let model: string[] = [''];
      for (const one of steps) {
        if ('keep' in one) {
          model = model.slice(0, one.keep + 1);
          dictionary.truncate(one.keep + 1);
          continue;
        }
        for (const text of one.words) {
          if (!model.includes(text)) model.push(text);
          expect(dictionary.internText(text)).toBe(model.indexOf(text));
        }
      }
      expect(texts(dictionary)).toEqual(model);
    }),
    { numRuns: 50 },
  );
});

describe('reset', () => {
  test.each([3, 1000, 100_000])('forgets all of %d words', (count) => {
    const dictionary = new Dictionary();
    for (let index = 0; index < count; index++) dictionary.internText(`word ${index}`);
    dictionary.reset();
    expect(dictionary.lookup(Buffer.from('word 1'), 0, 6)).toBe(0);
    expect(dictionary.internText('first')).toBe(1);
    expect(texts(dictionary)).toEqual(['', 'first']);
  });
});

/** By the birthday paradox among 32-bit hashes; the seed is another in every process. */
function collision(): readonly [Buffer, Buffer] {
  const seen = new Map<number, Buffer>();
  for (let index = 0; ; index++) {
    const word = Buffer.from(`w${index.toString(36)}`);
    const hash = hashBytes(word, 0, word.length);
    const other = seen.get(hash);
    if (other !== undefined) return [other, word];
    seen.set(hash, word);
  }
}
