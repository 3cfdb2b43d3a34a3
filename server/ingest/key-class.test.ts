import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { KeyClass, countLooks } from './key-class.ts';

/** Longer than any pause and look together. */
const LONG = 600_000;

function note(keyClass: KeyClass, count: number, value: (index: number) => string): void {
  for (let index = 0; index < count; index++) {
    const bytes = Buffer.from(value(index));
    keyClass.note(bytes, 0, bytes.length);
  }
}

function learned(count: number, value: (index: number) => string): boolean {
  const keyClass = new KeyClass();
  note(keyClass, count, value);
  return keyClass.unique;
}

/** Chance without a state. */
function random(index: number): number {
  const mixed = Math.imul(index ^ (index >>> 7), 0x9e37_79b1);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b) >>> 0) / 2 ** 32;
}

describe('values', () => {
  const table: [string, number, (index: number) => string, boolean][] = [
    ['a constant', 100_000, () => 'x', false],
    ['two in turn', 100_000, (index) => String(index % 2), false],
    ['a hundred', 100_000, (index) => String(index % 100), false],
    ['a third of them new', 100_000, (index) => String(Math.floor(index / 3)), false],
    ['all new', 9000, (index) => `id ${index}`, true],
    [
      '9,000 by chance: most come back within a look',
      100_000,
      (index) => String(Math.floor(random(index) * 9000)),
      false,
    ],
    [
      '90,000 by chance: hardly any does',
      100_000,
      (index) => String(Math.floor(random(index) * 90_000)),
      true,
    ],
    ['nine in ten new', 100_000, (index) => (index % 10 === 0 ? 'same' : `id ${index}`), true],
    ['too few to tell', 60, (index) => `id ${index}`, false],
  ];
  test.each(table)('%s', (_, count, value, unique) => {
    expect(learned(count, value)).toBe(unique);
  });
});

describe('a key that changes', () => {
  test('from new values to few', () => {
    const keyClass = new KeyClass();
    note(keyClass, 50_000, (index) => `id ${index}`);
    expect(keyClass.unique).toBe(true);
    note(keyClass, LONG, (index) => String(index % 10));
    expect(keyClass.unique).toBe(false);
  });

  test('from few values to new', () => {
    const keyClass = new KeyClass();
    note(keyClass, 50_000, (index) => String(index % 10));
    note(keyClass, LONG, (index) => `id ${index}`);
    expect(keyClass.unique).toBe(true);
  });
});

describe('looks', () => {
  const lookAt = (keys: number): KeyClass[] =>
    Array.from({ length: keys }, () => {
      const keyClass = new KeyClass();
      note(keyClass, 1000, (index) => `id ${index}`);
      return keyClass;
    });

  test('are given back by keys that are forgotten in the middle of one', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const before = countLooks();
    lookAt(100);
    expect(countLooks()).toBeGreaterThanOrEqual(before + 90);
    await expect
      .poll(() => {
        collect();
        return countLooks();
      })
      .toBeLessThan(before + 10);
  });

  test('are so many at once and no more; keys beyond wait', () => {
    const keys = lookAt(4200);
    expect(countLooks()).toBeLessThanOrEqual(4096);
    expect(keys.at(-1)!.unique).toBe(false);
  });
});
