import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from '../../../span/span.ts';
import {
  CORPUS,
  corpusSpan,
  int,
  largeTrace,
  linkOf,
  list,
  originOf,
  resourceOf,
  text,
} from '../corpus.fixture.ts';
import { adjustTrace, rawTrace } from './adjust-trace.ts';

test.each(Object.entries(CORPUS))('%s is adjusted without being touched', (_, spans) => {
  const before = structuredClone(spans);
  const once = adjustTrace(spans, { maxSkewAdjustMs: 1_000 });
  expect(spans).toEqual(before);
  expect(adjustTrace(spans, { maxSkewAdjustMs: 1_000 })).toEqual(once);
});

test('the adjusters work one after the other', () => {
  const client = corpusSpan({ trace: 1, id: 5, kind: 'client', durationNanos: 10n, resource: originOf([text('host.name', 'a')]) }); // prettier-ignore
  const server = corpusSpan({
    trace: 1,
    id: 5,
    kind: 'server',
    atNanos: -1_500_000_000n,
    durationNanos: 20n,
    attributes: [text('telemetry.sdk.name', 'x'), int('ip', 1n), list('@jaeger@warnings', text('', 'carried').value)],
    links: [linkOf(0, 1)],
    resource: originOf([text('telemetry.sdk.name', 'y'), text('host.name', 'b')]),
  }); // prettier-ignore
  const [, adjusted] = adjustTrace([client, server], { maxSkewAdjustMs: 60_500 });
  expect(adjusted).toEqual({
    span: {
      ...server,
      spanId: '0000000000000001',
      parentSpanId: '0000000000000005',
      startNanos: client.startNanos,
      attributes: [text('ip', '0.0.0.1'), text('telemetry.sdk.name', 'x')],
      links: [],
      resource: originOf([text('host.name', 'b'), text('telemetry.sdk.name', 'y')]),
    },
    warnings: [
      'carried',
      "This span's timestamps were adjusted by 1.5s",
      'conflicting values between Span and Resource for attribute telemetry.sdk.name',
      'Invalid span link removed',
    ],
  });
});

test('duplicates are found although their attributes come in another order', () => {
  const one = corpusSpan({ trace: 1, id: 1, attributes: [text('a', '1'), text('b', '2')] });
  const other = corpusSpan({ trace: 1, id: 1, attributes: [text('b', '2'), text('a', '1')] });
  const [only, ...others] = adjustTrace([one, other], { maxSkewAdjustMs: 0 });
  expect(only?.span.attributes).toEqual(one.attributes);
  expect(others).toEqual([]);
});

test.each<[string, Span['attributes'], Span['attributes'], readonly string[]]>([
  ['none', [text('a', 'b')], [text('a', 'b')], []],
  ['a list', [list('@jaeger@warnings', text('', 'one').value, text('', 'two').value), text('a', 'b')], [text('a', 'b')], ['one', 'two']], // prettier-ignore
  ['an empty list', [list('@jaeger@warnings')], [], []],
  ['a text', [text('@jaeger@warnings', 'one')], [], ['one']],
])('a raw trace is as it was sent, but for the warnings it carries: %s', (_, given, attributes, warnings) => {
  const span = corpusSpan({ trace: 1, id: 1, attributes: given });
  expect(rawTrace([span, span])).toEqual([
    { span: { ...span, attributes }, warnings },
    { span: { ...span, attributes }, warnings },
  ]);
});

test('spans of any shape come out once each, in their order', () => {
  const span = fc.record({
    id: fc.integer({ min: 1, max: 8 }),
    parent: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    kind: fc.constantFrom('client' as const, 'server' as const, 'internal' as const),
    atNanos: fc.bigInt({ min: -100n, max: 100n }),
    durationNanos: fc.bigInt({ min: 0n, max: 100n }),
    host: fc.constantFrom('a', 'b', ''),
  });
  fc.assert(
    fc.property(fc.array(span), fc.constantFrom(0, 10, 1e9), (drafts, maxSkewAdjustMs) => {
      const spans = drafts.map(({ parent, host, ...draft }, at) => ({
        ...corpusSpan({ trace: 1, ...draft, ...(parent === undefined ? {} : { parent }), resource: resourceOf('s', text('host.name', host)) }), // prettier-ignore
        name: String(at),
      }));
      const names = adjustTrace(spans, { maxSkewAdjustMs }).map(({ span: { name } }) => name);
      expect(names).toEqual(spans.map(({ name }) => name));
    }),
  );
});

const MANY = 100_000;

test.each<[string, (at: number) => { id: number; parent?: number }]>([
  ['a chain', (at) => ({ id: at + 1, ...(at === 0 ? {} : { parent: at }) })],
  ['a circle', (at) => ({ id: at + 1, parent: at === 0 ? MANY : at })],
  ['one id', () => ({ id: 1 })],
  ['one parent', (at) => ({ id: at + 2, parent: 1 })],
])('100,000 spans: %s', (_, draft) => {
  const spans = Array.from({ length: MANY }, (__, at) =>
    corpusSpan({ trace: 1, ...draft(at), name: String(at), kind: at % 2 === 0 ? 'client' : 'server' }),
  );
  expect(adjustTrace(spans, { maxSkewAdjustMs: 1 })).toHaveLength(MANY);
});

test('a large trace shares its resources after the adjustment, too', () => {
  const adjusted = adjustTrace(largeTrace(2_000), { maxSkewAdjustMs: 0 });
  expect(new Set(adjusted.map(({ span }) => span.resource)).size).toBe(24);
  expect(new Set(adjusted.map(({ span }) => span.scope)).size).toBe(8);
});
