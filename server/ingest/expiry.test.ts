import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, expiryDay, partitionDays } from './expiry.ts';

const DAY_SECONDS = 86_400;

describe('expiryDay', () => {
  const table: [string, number, number, number][] = [
    ['the first second there is', 0, 1, 2],
    ['the last second of a day', DAY_SECONDS - 1, 14, 15],
    ['the first of the next', DAY_SECONDS, 14, 16],
    ['a month still goes by days', 19_724 * DAY_SECONDS, 32, 19_757],
    ['beyond it by weeks', 19_724 * DAY_SECONDS, 33, 19_761],
    ['a day later it is the same week', 19_725 * DAY_SECONDS, 33, 19_761],
    ['a year still goes by weeks', 19_724 * DAY_SECONDS, 366, 20_097],
    ['beyond it by quarters', 19_724 * DAY_SECONDS, 367, 20_111],
    ['ten years', 19_724 * DAY_SECONDS, 3650, 23_387],
  ];
  test.each(table)('%s', (_, startSeconds, retentionDays, day) => {
    expect(expiryDay(startSeconds, retentionDays)).toBe(day);
  });

  const start = fc.double({ min: 0, max: 9.2e9, noNaN: true });
  const retention = fc.integer({ min: 1, max: 3650 });

  test('is never before the retention is over, and less than one partition after it', () => {
    fc.assert(
      fc.property(start, retention, (startSeconds, retentionDays) => {
        const wholeDays = expiryDay(startSeconds, retentionDays) - startSeconds / DAY_SECONDS - retentionDays;
        expect(wholeDays).toBeGreaterThan(0);
        expect(wholeDays).toBeLessThanOrEqual(1 + partitionDays(retentionDays));
      }),
    );
  });

  /** What the engine allows one insert is 100. */
  test('however many days the spans of a request are spread over, they go on fewer than 100', () => {
    const now = 19_724.5;
    const aheadDays = 30;
    for (let retentionDays = 1; retentionDays <= 3650; retentionDays++) {
      const days = new Set<number>();
      for (let day = now - retentionDays; day <= now + aheadDays; day += 0.5) {
        days.add(expiryDay(day * DAY_SECONDS, retentionDays));
      }
      expect(days.size, `${retentionDays} days`).toBeLessThan(100);
    }
  });
});

test('days begin at midnight in Greenwich', () => {
  expect([0, 86_399_999, 86_400_000, Date.UTC(2024, 0, 2, 23, 59)].map(dayOf)).toEqual([0, 0, 1, 19_724]);
});
