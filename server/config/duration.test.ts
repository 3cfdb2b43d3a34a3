import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['0s', 0],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['14d', 1_209_600_000],
    ['2w', 1_209_600_000],
  ])('%s is %d ms', (text, want) => {
    expect(parseDuration(text)).toBe(want);
  });

  test.each(['', '14', 'd', '-1s', '1 s', '1s ', '1e3s', '.5s', '1S', '1month', '1s1s'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow('must be a number with one of the units');
    },
  );
});
