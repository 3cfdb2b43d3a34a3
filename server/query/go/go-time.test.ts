import { expect, test } from 'vitest';
import { parseGoTime, restorePlus } from './go-time.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['2026-01-01T00:00:00Z', 1_767_225_600_000_000_000n],
  ['2026-01-01T00:00:00.000000001Z', 1_767_225_600_000_000_001n],
  ['2026-01-01T00:00:00.5Z', 1_767_225_600_500_000_000n],
  ['2026-01-01T00:00:00,123456789999Z', 1_767_225_600_123_456_789n],
  ['2026-01-01T02:30:00+02:30', 1_767_225_600_000_000_000n],
  ['2025-12-31T19:00:00-05:00', 1_767_225_600_000_000_000n],
  ['2026-01-01T0:00:00Z', 1_767_225_600_000_000_000n],
  ['2024-02-29T00:00:00Z', 1_709_164_800_000_000_000n],
  ['1969-12-31T23:59:59.999999999Z', -1n],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000_000_000n],
  ['9999-12-31T23:59:59Z', 253_402_300_799_000_000_000n],
])('%s', (text, want) => {
  expect(parseGoTime(text)).toBe(want);
});

const AS = 'as "2006-01-02T15:04:05.999999999Z07:00"';

test.each([
  ['NaN', `parsing time "NaN" ${AS}: cannot parse "NaN" as "2006"`],
  ['', `parsing time "" ${AS}: cannot parse "" as "2006"`],
  ['202', `parsing time "202" ${AS}: cannot parse "202" as "2006"`],
  ['2026', `parsing time "2026" ${AS}: cannot parse "" as "-"`],
  ['2026/01/01', `parsing time "2026/01/01" ${AS}: cannot parse "/01/01" as "-"`],
  ['2026-1-01', `parsing time "2026-1-01" ${AS}: cannot parse "1-01" as "01"`],
  ['2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'],
  ['2026-00-01T00:00:00Z', 'parsing time "2026-00-01T00:00:00Z": month out of range'],
  ['2026-02-29T00:00:00Z', 'parsing time "2026-02-29T00:00:00Z": day out of range'],
  ['2026-01-00T00:00:00Z', 'parsing time "2026-01-00T00:00:00Z": day out of range'],
  ['2026-01-01 00:00:00Z', `parsing time "2026-01-01 00:00:00Z" ${AS}: cannot parse " 00:00:00Z" as "T"`],
  ['2026-01-01T24:00:00Z', 'parsing time "2026-01-01T24:00:00Z": hour out of range'],
  ['2026-01-01T00:60:00Z', 'parsing time "2026-01-01T00:60:00Z": minute out of range'],
  ['2026-01-01T00:00:60Z', 'parsing time "2026-01-01T00:00:60Z": second out of range'],
  ['2026-01-01T00:00:00', `parsing time "2026-01-01T00:00:00" ${AS}: cannot parse "" as "Z07:00"`],
  ['2026-01-01T00:00:00.Z', `parsing time "2026-01-01T00:00:00.Z" ${AS}: cannot parse ".Z" as "Z07:00"`],
  [
    '2026-01-01T00:00:00+25:00',
    'parsing time "2026-01-01T00:00:00+25:00": time zone offset hour out of range',
  ],
  ['2026-01-01T00:00:00Zz', 'parsing time "2026-01-01T00:00:00Zz": extra text: "z"'],
  ['"ä\\', `parsing time "\\"\\xc3\\xa4\\\\" ${AS}: cannot parse "\\"\\xc3\\xa4\\\\" as "2006"`],
])('%s is refused', (text, want) => {
  expect(() => parseGoTime(text)).toThrow(expect.objectContaining({ code: 'invalid', message: want }));
});

test('a space is a plus where an offset begins, and nowhere else', () => {
  expect(restorePlus('2026-01-01T02:00:00 02:00')).toBe('2026-01-01T02:00:00+02:00');
  expect(restorePlus('2026-01-01 02:00:00Z')).toBe('2026-01-01 02:00:00Z');
});
