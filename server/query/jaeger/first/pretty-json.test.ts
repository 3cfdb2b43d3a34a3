import { expect, test } from 'vitest';
import { PrettyJson } from './pretty-json.ts';

/** Deeper than what any piece was made for. */
function nested(depth: number): unknown {
  return depth === 0 ? [1, 'ä'] : [nested(depth - 1), {}];
}

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
  nested(40),
  { data: [{ traceID: '1', spans: [1, 2], processes: { p1: {} } }], errors: null, 'k"': 'v' },
];

// JSON.stringify indents as Go does.
test.each(VALUES.map((value) => [JSON.stringify(value), value]))('%s', (compact, value) => {
  const want = JSON.stringify(value, null, 4);
  expect(new PrettyJson().push(compact).toString()).toBe(want);
  const pretty = new PrettyJson();
  expect(Buffer.concat(Array.from(compact, (piece) => pretty.push(piece))).toString()).toBe(want);
});
