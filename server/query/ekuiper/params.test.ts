import { expect, test } from 'vitest';
import { parseLimit, parseTraceId } from './params.ts';

test.each([
  ['bd5fb5167f0ad8dda3ce63265ce2dcf7', 'bd5fb5167f0ad8dda3ce63265ce2dcf7'],
  ['BD5FB5167F0AD8DDA3CE63265CE2DCF7', 'bd5fb5167f0ad8dda3ce63265ce2dcf7'],
  ['1', '00000000000000000000000000000001'],
])('the trace %s', (text, want) => {
  expect(parseTraceId(text)).toBe(want);
});

test.each(['', 'rule', 'xyz', '0'.repeat(33), '0x1', ' 1'])('there is no trace %j', (text) => {
  expect(() => parseTraceId(text)).toThrow(
    expect.objectContaining({
      code: 'not-found',
      message: `there is no trace ${JSON.stringify(text)}: an id is 1 to 32 hex digits`,
    }),
  );
});

test.each([
  ['/trace/rule/r', 2_048],
  ['/trace/rule/r?limit=', 2_048],
  ['/trace/rule/r?limit=0', 2_048],
  ['/trace/rule/r?limit=-1', 2_048],
  ['/trace/rule/r?limit=many', 2_048],
  ['/trace/rule/r?limit=1.5', 2_048],
  ['/trace/rule/r?limit=1', 1],
  ['/trace/rule/r?limit=+7', 2_048],
  ['/trace/rule/r?limit=%2B7', 7],
  ['/trace/rule/r?limit=2&limit=3', 2],
  ['/trace/rule/r?limit=99999999999999999999', 10_000],
])('the limit of %s', (url, want) => {
  expect(parseLimit(url)).toBe(want);
});
