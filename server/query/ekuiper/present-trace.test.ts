import { expect, test } from 'vitest';
import type { AttributeValue, Attributes } from '../../span/attribute.ts';
import { makeSpan } from '../../store/conformance.fixture.ts';
import type { Span } from '../../span/span.ts';
import { presentTree, type ShownSpan, showSpan } from './present-trace.ts';

const present = (spans: readonly Span[]): string => [...presentTree(spans.map(showSpan))].join('');

const BEGIN = 1_729_058_947_419_378_700n;
const text = (key: string, value: string): Attributes[number] => ({ key, value: { type: 'string', value } });

function spanOf(change: Partial<Span>): Span {
  return { ...makeSpan({ trace: 1, span: 10 }), startNanos: BEGIN, durationNanos: 0n, ...change };
}

// As eKuiper's own tests have it, but for the offset of the time.
test('a trace, byte for byte', () => {
  const root = spanOf({
    name: 'pushStream3',
    attributes: [text('rule', 'rule3'), text('data', 'eyJpZCI6MX0=')],
  });
  const child = spanOf({
    ...makeSpan({ trace: 1, span: 11, parent: 10 }),
    name: '5_window',
    startNanos: BEGIN + 300n,
    durationNanos: 1_807_660_000n,
    attributes: [text('data', '{"ts":1901}'), text('rule', 'rule3')],
    links: [
      { traceId: '9edbfb1d10532cd0de734b2a843a1361', spanId: '1aacb5534db848be', traceState: '', attributes: [], droppedAttributesCount: 0, flags: 1 },
    ], // prettier-ignore
  });
  expect(present([root, child])).toBe(
    '{"name":"pushStream3","traceID":"00000000000000000000000000000001","spanID":"000000000000000a","parentSpanID":"0000000000000000",' +
      '"attribute":{"data":"eyJpZCI6MX0=","rule":"rule3"},"startTime":"2024-10-16T06:09:07.4193787Z","endTime":"2024-10-16T06:09:07.4193787Z","ruleID":"rule3",' +
      '"ChildSpan":[{"name":"5_window","traceID":"00000000000000000000000000000001","spanID":"000000000000000b","parentSpanID":"000000000000000a",' +
      '"attribute":{"data":"{\\"ts\\":1901}","rule":"rule3"},"links":[{"TraceID":"9edbfb1d10532cd0de734b2a843a1361"}],' +
      '"startTime":"2024-10-16T06:09:07.419379Z","endTime":"2024-10-16T06:09:09.227039Z","ruleID":"rule3","ChildSpan":[]}]}',
  );
});

test.each<[bigint, string]>([
  [0n, '1970-01-01T00:00:00Z'],
  [1_000_000_000n, '1970-01-01T00:00:01Z'],
  [1_000_000_001n, '1970-01-01T00:00:01.000000001Z'],
  [1_500_000_000n, '1970-01-01T00:00:01.5Z'],
  [18_446_744_073_709_551_615n, '2554-07-21T23:34:33.709551615Z'],
])('the time %d', (startNanos, want) => {
  expect(showSpan(spanOf({ startNanos })).opening).toContain(`"startTime":"${want}","endTime":"${want}"`);
});

test.each<[AttributeValue, string]>([
  [{ type: 'string', value: '<a> & "b"' }, '"\\u003ca\\u003e \\u0026 \\"b\\""'],
  [{ type: 'int', value: -9_223_372_036_854_775_808n }, '-9223372036854775808'],
  [{ type: 'double', value: 0.5 }, '0.5'],
  [{ type: 'double', value: Number.NaN }, '"NaN"'],
  [{ type: 'bool', value: true }, 'true'],
  [{ type: 'bytes', value: Buffer.from([0, 255]) }, '"AP8="'],
  [{ type: 'array', value: [{ type: 'int', value: 1n }, { type: 'empty' }] }, '[1,null]'],
  [{ type: 'map', value: [text('b', 'x'), text('a', 'y')] }, '{"a":"y","b":"x"}'],
])('the value %o', (value, want) => {
  expect(showSpan(spanOf({ attributes: [{ key: 'k', value }] })).opening).toContain(
    `"attribute":{"k":${want}}`,
  );
});

test('what is empty is left out, but the rule and the children', () => {
  const { opening } = showSpan(spanOf({}));
  expect(opening).not.toContain('attribute');
  expect(opening).not.toContain('links');
  expect(opening).toMatch(/"ruleID":"","ChildSpan":\[$/);
});

test('of a key that was sent twice the last value counts', () => {
  const { opening } = showSpan(spanOf({ attributes: [text('rule', 'first'), text('rule', 'last')] }));
  expect(opening).toContain('"attribute":{"rule":"last"}');
  expect(opening).toContain('"ruleID":"last"');
});

test('a rule that is no text is an attribute alone', () => {
  const { opening } = showSpan(spanOf({ attributes: [{ key: 'rule', value: { type: 'int', value: 3n } }] }));
  expect(opening).toContain('"attribute":{"rule":3}');
  expect(opening).toContain('"ruleID":""');
});

interface Shown {
  readonly spanID: string;
  readonly ChildSpan: readonly Shown[];
}

test('siblings below siblings', () => {
  const spans = [
    makeSpan({ trace: 1, span: 1 }),
    makeSpan({ trace: 1, span: 2, parent: 1 }),
    makeSpan({ trace: 1, span: 3, parent: 2 }),
    makeSpan({ trace: 1, span: 4, parent: 2 }),
    makeSpan({ trace: 1, span: 5, parent: 1 }),
    makeSpan({ trace: 1, span: 6, parent: 5 }),
  ];
  const shape = ({ spanID, ChildSpan }: Shown): unknown[] => [Number(spanID), ...ChildSpan.map(shape)];
  expect(shape(JSON.parse(present(spans)) as Shown)).toEqual([1, [2, [3], [4]], [5, [6]]]);
});

test.each(['a chain', 'a fan', 'strangers'])('%s of 100,000 spans', (form) => {
  const COUNT = 100_000;
  const template = makeSpan({ trace: 1, span: 1 });
  const shown: ShownSpan[] = Array.from({ length: COUNT }, (_, index) => {
    const parent = { 'a chain': index, 'a fan': 1, strangers: COUNT + 1 + index }[form]!;
    const { spanId, parentSpanId } = makeSpan({ trace: 1, span: index + 1, parent });
    return showSpan({ ...template, spanId, parentSpanId: index === 0 ? undefined : parentSpanId });
  });
  const whole = [...presentTree(shown)].join('');
  expect(whole.match(/"spanID":"/g)).toHaveLength(COUNT);
  const depth = form === 'a chain' ? COUNT : 2;
  expect(whole.endsWith(']}'.repeat(depth))).toBe(true);
  expect(whole.endsWith(']}'.repeat(depth + 1))).toBe(false);
});
