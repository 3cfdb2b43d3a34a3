import { expect, test } from 'vitest';
import { BodyPool } from './body-pool.ts';

test('gives the same memory again, for any body that fits', () => {
  const pool = new BodyPool();
  const first = pool.take(100_000);
  expect(first.length).toBe(131_072);
  pool.give(first.subarray(0, 100_000));
  const second = pool.take(70_000);
  expect(second.buffer).toBe(first.buffer);
  expect(second.length).toBe(131_072);
  expect(pool.take(70_000).buffer).not.toBe(first.buffer);
});

test.each([0, 1, 16_383, 4_194_305])('%i bytes are not worth keeping', (bytes) => {
  const pool = new BodyPool();
  const first = pool.take(bytes);
  expect(first.length).toBe(bytes);
  pool.give(first);
  expect(pool.take(bytes).buffer).not.toBe(first.buffer);
});

test('keeps no more than a few of a size', () => {
  const pool = new BodyPool();
  const taken = Array.from({ length: 20 }, () => pool.take(20_000));
  for (const buffer of taken) pool.give(buffer);
  const again = Array.from({ length: 20 }, () => pool.take(20_000));
  const known = new Set(taken.map(({ buffer }) => buffer));
  expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(8);
});
