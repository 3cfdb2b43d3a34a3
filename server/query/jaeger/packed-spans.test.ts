import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import type { Span } from '../../span/span.ts';
import { adjustList, adjustTrace } from './adjust/adjust-trace.ts';
import {
  CORPUS,
  corpusSpan,
  double,
  eventOf,
  int,
  largeTrace,
  linkOf,
  list,
  originOf,
  resourceOf,
  scopeOf,
  text,
} from './corpus.fixture.ts';
import { PackedSpans } from './packed-spans.ts';

function pack(spans: readonly Span[]): PackedSpans {
  const packed = new PackedSpans();
  for (const span of spans) packed.add(span);
  return packed;
}

describe.each(Object.entries(CORPUS))('%s', (_, spans) => {
  test('comes back as it was, each time', () => {
    const packed = pack(spans);
    expect([...packed.spans()]).toEqual(spans);
    expect([...packed.spans()]).toEqual(spans);
  });

  test('is adjusted as it is without packing', () => {
    const options = { maxSkewAdjustMs: 1_000 };
    expect([...adjustList(pack(spans), options)]).toEqual(adjustTrace(spans, options));
  });
});

const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }).map((value) => ({ type: 'string', value }) as const),
  fc.constantFrom('x', 'y').map((value) => ({ type: 'string', value }) as const),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: 'int', value }) as const),
  fc.double().map((value) => ({ type: 'double', value }) as const),
  fc.boolean().map((value) => ({ type: 'bool', value }) as const),
  fc.uint8Array().map((value) => ({ type: 'bytes', value: new Uint8Array(value) }) as const),
  fc.constant({ type: 'empty' } as const),
);
const attributes = (value: fc.Arbitrary<AttributeValue>): fc.Arbitrary<Attribute[]> =>
  fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', '', 'é'), value }), { maxLength: 8 });
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }).map((items) => ({ type: 'array', value: items }) as const),
  attributes(scalar).map((entries) => ({ type: 'map', value: entries }) as const),
);

test('attributes of every type, of spans, events and links, come back as they were', () => {
  const spans = fc.array(
    fc.record({ own: attributes(value), event: attributes(value), link: attributes(value) }).map((drawn) =>
      corpusSpan({
        trace: 1,
        id: 7,
        attributes: drawn.own,
        events: [eventOf(5n, 'e', ...drawn.event)],
        links: [linkOf(1, 2, ...drawn.link)],
      }),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(spans, (drawn) => {
      expect([...pack(drawn).spans()]).toEqual(drawn);
    }),
  );
});

describe('a trace with shared ids, cycles, repetitions, skewed clocks and what libraries say', () => {
  const MILLI = 1_000_000n;
  const LIBRARY = ['telemetry.sdk.name', 'telemetry.sdk.version', 'telemetry.distro.name'] as const;
  const odd = fc.oneof(
    fc
      .tuple(fc.constantFrom(...LIBRARY, 'telemetry.x', 'b', 'a'), fc.constantFrom('x', 'y'))
      .map(([key, says]) => text(key, says)),
    fc.constantFrom(
      int('ip', 16_909_060n),
      int('telemetry.sdk.name', 1n),
      double('peer.ipv4', 4_294_967_295),
    ),
    fc.constantFrom(double('a', Number.NaN), double('a', -0), double('a', 0)),
    fc.constantFrom(text('@jaeger@warnings', 'w'), list('@jaeger@warnings', { type: 'string', value: 'v' })),
  );
  const odds = fc.array(odd, { maxLength: 4 });
  const resources = [
    resourceOf('shop', text('host.name', 'a')),
    resourceOf('shop', text('host.name', 'a')),
    resourceOf('stock', text('host.name', 'b'), text('telemetry.sdk.name', 'x')),
    resourceOf('bill', text('z', '1'), int('ip', 1n), text('telemetry.sdk.version', 'y')),
    originOf([]),
  ];
  const scopes = [scopeOf('', ''), scopeOf('lib', '1', text('b', '1'), text('a', '2'))];
  const drafts = fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    parent: fc.integer({ min: 1, max: 7 }),
    isRoot: fc.boolean(),
    kind: fc.constantFrom('client', 'server', 'internal'),
    atNanos: fc.constantFrom(0n, 1n, MILLI, -MILLI, 5n * MILLI, 3_000n * MILLI),
    durationNanos: fc.constantFrom(0n, 1n, MILLI, 10n * MILLI),
    attributes: odds,
    resource: fc.constantFrom(...resources),
    scope: fc.constantFrom(...scopes),
    events: fc.array(
      fc
        .tuple(fc.constantFrom(0n, MILLI), fc.constantFrom('b', 'a'), odds)
        .map(([at, name, own]) => eventOf(at, name, ...own)),
      { maxLength: 2 },
    ),
    links: fc.array(
      fc.tuple(fc.constantFrom(0, 1), odds).map(([trace, own]) => linkOf(trace, 2, ...own)),
      { maxLength: 2 },
    ),
  });
  const span = drafts.map(({ isRoot, parent, ...draft }) =>
    corpusSpan({ trace: 1, ...draft, ...(isRoot ? {} : { parent }) }),
  );
  const trace = fc
    .array(span, { maxLength: 12 })
    .chain((spans) => fc.shuffledSubarray([...spans, ...spans], { minLength: spans.length }));

  test.each([0, 1, 1_000])('is adjusted by up to %d ms as it is without packing', (maxSkewAdjustMs) => {
    fc.assert(
      fc.property(trace, (spans) => {
        const adjusted = adjustTrace(spans, { maxSkewAdjustMs });
        expect([...adjustList(pack(spans), { maxSkewAdjustMs })]).toEqual(adjusted);
      }),
      { numRuns: 300 },
    );
  });
});

test('many spans fill many blocks, and an entry may be larger than one', () => {
  const long = 'é'.repeat(3 << 20);
  const spans = [
    ...Array.from({ length: 9_000 }, (_, at) =>
      corpusSpan({
        trace: 1,
        id: at + 1,
        name: `name ${at}`,
        attributes: [
          text('url', `https://example/${'x'.repeat(40)}/${at}`),
          int('at', BigInt(at)),
          text('same', 'x'),
        ],
      }),
    ),
    corpusSpan({ trace: 1, id: 1, attributes: [text('long', long), text('longer', `${long}${long}`)] }),
    ...largeTrace(100),
  ];
  expect([...pack(spans).spans()]).toEqual(spans);
});

test('attributes that repeat, resources and scopes are the same objects each time', () => {
  const resource = resourceOf('s');
  const spans = [1, 2, 3].map((id) => corpusSpan({ trace: 1, id, resource, attributes: [text('a', 'b')] }));
  const packed = pack(spans);
  const [first, second] = [[...packed.spans()], [...packed.spans()]];
  expect(new Set([...first, ...second].map((span) => span.attributes[0])).size).toBe(1);
  expect(new Set([...first, ...second].map((span) => span.resource))).toEqual(new Set([resource]));
});

test('says which keys there are, and does not say no when there are too many to know', () => {
  const has = (packed: PackedSpans, name: string): boolean => packed.mayHave((key) => key === name);
  const one = corpusSpan({ trace: 1, id: 1, attributes: [text('a', 'b')] });
  expect([has(pack([one]), 'a'), has(pack([one]), 'b')]).toEqual([true, false]);
  const many = Array.from({ length: 10_001 }, (_, at) => text(`key ${at}`, 'x'));
  const packed = pack([corpusSpan({ trace: 1, id: 1, attributes: many })]);
  expect(has(packed, 'b')).toBe(true);
  expect([...packed.spans()][0]!.attributes).toEqual(many);
});
