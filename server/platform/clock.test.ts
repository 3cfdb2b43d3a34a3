import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { within } from './clock.ts';

describe('within', () => {
  test('gives what the work gives', async () => {
    expect(await within(1_000, () => 'now')).toBe('now');
    expect(await within(1_000, () => sleep(1, 'soon'))).toBe('soon');
  });

  test('throws what the work throws', async () => {
    await expect(within(1_000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  test('does not wait for late work', async () => {
    const started = performance.now();
    await expect(within(20, () => sleep(5_000))).rejects.toMatchObject({ code: 'too-slow' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('leaves no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await within(60_000, () => 'now');
    expect(timers()).toBe(before);
  });
});
