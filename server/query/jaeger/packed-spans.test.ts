import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import type { Span } from '../../span/span.ts';
import { adjustList, adjustTrace } from './adjust/adjust-trace.ts';
import { CORPUS, corpusSpan, eventOf, int, largeTrace, linkOf, resourceOf, text } from './corpus.fixture.ts';
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
