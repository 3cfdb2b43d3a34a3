import { expect, test } from 'vitest';
import type { Span } from '../../span/span.ts';
import { adjustTrace } from '../jaeger/adjust/adjust-trace.ts';
import { CORPUS, bool, bytes, corpusSpan, double, empty, int, largeTrace, list, map, resourceOf, scopeOf, text } from '../jaeger/corpus.fixture.ts'; // prettier-ignore
import { carryWarnings } from '../jaeger/second/carry-warnings.ts';
import { expectGoldenJson } from './golden.fixture.ts';
import { presentResourceSpans } from './present-otlp.ts';

const present = (spans: readonly Span[]): string => `[${[...presentResourceSpans(spans)].join('')}]`;

/** A span with nothing in it but what it must have. */
const BARE: Span = {
  ...corpusSpan({ trace: 1, id: 2, name: '', kind: 'unspecified' }),
  startNanos: 0n,
  durationNanos: 0n,
  resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
};

test("Jaeger's own snapshot: zero values are left out, empty objects are not", () => {
  const span: Span = { ...BARE, name: 'foobar', kind: 'server', statusCode: 'error' };
  expect(present([span])).toBe(
    '[{"resource":{},"scopeSpans":[{"scope":{},"spans":[' +
      '{"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","name":"foobar","kind":2,"status":{"code":2}}' +
      ']}]}]',
  );
});

test.each([
  ['{"key":"k","value":{"stringValue":""}}', text('k', '')],
  ['{"key":"k","value":{"stringValue":"\\u003c\\"\\u0026\\u003e\\n"}}', text('k', '<"&>\n')],
  ['{"key":"k","value":{"intValue":"-9223372036854775808"}}', int('k', -9_223_372_036_854_775_808n)],
  ['{"key":"k","value":{"intValue":"0"}}', int('k', 0n)],
  ['{"key":"k","value":{"doubleValue":72.5}}', double('k', 72.5)],
  ['{"key":"k","value":{"doubleValue":0}}', double('k', 0)],
  ['{"key":"k","value":{"doubleValue":-0}}', double('k', -0)],
  ['{"key":"k","value":{"doubleValue":1e+21}}', double('k', 1e21)],
  ['{"key":"k","value":{"doubleValue":"NaN"}}', double('k', Number.NaN)],
  ['{"key":"k","value":{"doubleValue":"Infinity"}}', double('k', Number.POSITIVE_INFINITY)],
  ['{"key":"k","value":{"doubleValue":"-Infinity"}}', double('k', Number.NEGATIVE_INFINITY)],
  ['{"key":"k","value":{"boolValue":false}}', bool('k', false)],
  ['{"key":"k","value":{"bytesValue":"AP8KPg=="}}', bytes('k', 0, 255, 10, 62)],
  ['{"key":"k","value":{"arrayValue":{}}}', list('k')],
  [
    '{"key":"k","value":{"arrayValue":{"values":[{"intValue":"1"},{}]}}}',
    list('k', { type: 'int', value: 1n }, { type: 'empty' }),
  ],
  [
    '{"key":"k","value":{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}},{"key":"c","value":{"kvlistValue":{}}}]}}}',
    map('k', text('a', 'b'), map('c')),
  ],
  ['{"key":"k","value":{}}', empty('k')],
  ['{"value":{"stringValue":"v"}}', text('', 'v')],
])('%s', (want, attribute) => {
  expect(present([{ ...BARE, attributes: [attribute] }])).toContain(`"attributes":[${want}],"status":{}`);
});

test('neighbours share the entry of their resource and scope, others do not', () => {
  const [a, b] = [resourceOf('a'), resourceOf('b')];
  const [x, y] = [scopeOf('x', ''), scopeOf('y', '')];
  const spans = ([[a, x], [a, x], [a, y], [b, y], [a, y]] as const).map(([resource, scope], at) => corpusSpan({ trace: 1, id: at + 1, resource, scope })); // prettier-ignore
  const entries = JSON.parse(present(spans)) as { scopeSpans: { scope: { name: string }; spans: { spanId: string }[] }[] }[]; // prettier-ignore
  const shape = entries.map(
    ({ scopeSpans }) =>
    scopeSpans.map(({ scope, spans: own }) => `${scope.name}: ${own.map(({ spanId }) => Number(spanId)).join()}`), // prettier-ignore
  );
  expect(shape).toEqual([['x: 1,2', 'y: 3'], ['y: 4'], ['y: 5']]);
});

test('schema urls stand where the resource and the scope do', () => {
  const span = { ...BARE, resource: { ...BARE.resource, schemaUrl: 'r' }, scope: { ...BARE.scope, schemaUrl: 's' } }; // prettier-ignore
  expect(present([span])).toMatch(/\],"schemaUrl":"s"\}\],"schemaUrl":"r"\}\]$/);
});

test('warnings are carried in an attribute', () => {
  const [plain, warned] = carryWarnings([
    { span: BARE, warnings: [] },
    { span: BARE, warnings: ['one', 'two'] },
  ]);
  expect(plain).toBe(BARE);
  expect(present([warned!])).toContain(
    '"attributes":[{"key":"@jaeger@warnings","value":{"arrayValue":{"values":[{"stringValue":"one"},{"stringValue":"two"}]}}}]',
  );
});

const GOLDENS = ['one-span', 'every-type', 'events', 'links', 'several-roots', 'names', 'library-attributes'];

test.each(GOLDENS)('golden %s', (name) => {
  expectGoldenJson(`otlp-${name}.json`, present(CORPUS[name]!));
});

test('golden of an adjusted trace', () => {
  const adjusted = carryWarnings(adjustTrace(CORPUS['skewed']!, { maxSkewAdjustMs: 0 }));
  expectGoldenJson('otlp-skewed-adjusted.json', present(adjusted));
});

test.each(Object.entries(CORPUS))('%s is JSON of as many spans', (_, spans) => {
  const entries = JSON.parse(present(spans)) as { scopeSpans: { spans: unknown[] }[] }[];
  expect(entries.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))).toHaveLength(spans.length); // prettier-ignore
});

test('a large trace comes in pieces that can be held', () => {
  const pieces = [...presentResourceSpans(largeTrace(2_000))];
  expect(pieces.length).toBeGreaterThan(20);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(64 * 1024);
});

test('no spans are no pieces', () => {
  expect([...presentResourceSpans([])]).toEqual([]);
});
