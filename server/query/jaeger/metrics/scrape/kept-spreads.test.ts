import { expect, test } from 'vitest';
import { KeptSpreads } from './kept-spreads.ts';
import type { OperationCounts } from './counts.ts';

const counts = (calls: number): OperationCounts => ({
  service: 's',
  operation: 'o',
  kind: 'server',
  calls,
  errors: 0,
});

test('what was kept holds while the counts are the same', () => {
  const kept = new KeptSpreads();
  const one = [{ ...counts(1), spread: { atMost: [1], sumNanos: 1n } }];
  kept.set('a', one);
  expect(kept.get('a', [counts(1)])).toBe(one);
  for (const other of [[counts(2)], [], [counts(1), counts(1)], [{ ...counts(1), operation: 'p' }]])
    expect(kept.get('a', other)).toBeUndefined();
  expect(kept.get('b', [counts(1)])).toBeUndefined();
});

test('what was kept first goes when there is too much', () => {
  const kept = new KeptSpreads();
  const many = Array.from({ length: 20_000 }, () => counts(1));
  for (const key of ['a', 'b', 'a', 'c']) kept.set(key, many);
  expect(['a', 'b', 'c'].map((key) => kept.get(key, many) !== undefined)).toEqual([true, false, true]);
});
