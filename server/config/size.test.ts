import { describe, expect, test } from 'vitest';
import { parseSize } from './size.ts';

describe('parseSize', () => {
  test.each([
    ['0', 0],
    ['4096', 4096],
    ['12B', 12],
    ['1kB', 1_000],
    ['1KiB', 1_024],
    ['64MiB', 67_108_864],
    ['1GB', 1_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['1TiB', 1_099_511_627_776],
  ])('%s is %d bytes', (text, want) => {
    expect(parseSize(text)).toBe(want);
  });

  test.each(['', 'MiB', '-1', '1 GB', '1gb', '1G', '1e9', '0x10', '1MiBs'])('refuses %j', (text) => {
    expect(() => parseSize(text)).toThrow('must be a number of bytes');
  });
});
