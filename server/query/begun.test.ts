import { expect, test } from 'vitest';
import { begun } from './begun.ts';

/** Counts to three, and notes when it is let go. */
async function* counting(notes: string[]): AsyncGenerator<number> {
  try {
    for (const number of [1, 2, 3]) {
      await Promise.resolve();
      yield number;
    }
  } finally {
    notes.push('let go');
  }
}

async function take(count: number): Promise<{ readonly taken: number[]; readonly notes: string[] }> {
  const notes: string[] = [];
  const taken: number[] = [];
  for await (const number of (await begun(counting(notes)))!) {
    taken.push(number);
    if (taken.length === count) break;
  }
  return { taken, notes };
}

test.each([1, 2, 3, 4])('%i taken, none lost, and the source is let go', async (count) => {
  expect(await take(count)).toEqual({ taken: [1, 2, 3].slice(0, count), notes: ['let go'] });
});

test('what is empty is told, and what fails at once fails at once', async () => {
  const nothing = (async function* (): AsyncGenerator<number> {
    // No item.
  })();
  expect(await begun(nothing)).toBeUndefined();
  const failing: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('away')) }),
  };
  await expect(begun(failing)).rejects.toThrow('away');
});
