import { expect, test } from 'vitest';
import { PrettyJson } from './pretty-json.ts';

const VALUES: readonly unknown[] = [
  null,
  true,
  -1.5,
  '',
  'a"b\\c{}[],:',
  '😀\\',
  [],
  {},
  [[]],
  [{}],
  { a: [] },
  { data: [{ traceID: '1', spans: [1, 2], processes: { p1: {} } }], errors: null, 'k"': 'v' },
];

// JSON.stringify indents as Go does.
test.each(VALUES.map((value) => [JSON.stringify(value), value]))('%s', (compact, value) => {
  const want = JSON.stringify(value, null, 4);
  expect(new PrettyJson().push(compact)).toBe(want);
  const pretty = new PrettyJson();
  expect(Array.from(compact, (piece) => pretty.push(piece)).join('')).toBe(want);
});
