import { expect, test } from 'vitest';
import type { Attribute } from '../../../span/attribute.ts';
import { bool, corpusSpan, double, eventOf, int, originOf, text } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import { createAddressWriter } from './ip-addresses.ts';

test.each<[Attribute, Attribute]>([
  [int('ip', 16_909_060n), text('ip', '1.2.3.4')],
  [int('peer.ipv4', 4_294_967_295n), text('peer.ipv4', '255.255.255.255')],
  [int('ip', -1n), text('ip', '255.255.255.255')],
  [int('ip', 4_294_967_297n), text('ip', '0.0.0.1')],
  [int('ip', 0n), text('ip', '0.0.0.0')],
  [double('ip', 3_232_235_777), text('ip', '192.168.1.1')],
  [double('ip', 1.9), text('ip', '0.0.0.1')],
  [double('ip', Number.NaN), text('ip', '0.0.0.0')],
  [text('ip', '16909060'), text('ip', '16909060')],
  [bool('ip', true), bool('ip', true)],
  [int('peer.ip', 1n), int('peer.ip', 1n)],
])('address %#', (given, want) => {
  const others = [text('a', 'b'), int('port', 80n)];
  const resource = originOf([given, ...others]);
  const events = [eventOf(0n, 'e', given)];
  const before = corpusSpan({ trace: 1, id: 1, attributes: [...others, given], resource, events });
  const [adjusted] = rawTrace([before]).map(createAddressWriter());
  expect(adjusted?.span.attributes).toEqual([...others, want]);
  expect(adjusted?.span.resource.attributes).toEqual([want, ...others]);
  expect(adjusted?.span.events).toEqual(events);
  expect(adjusted?.warnings).toEqual([]);
});

test('resources stay shared', () => {
  const resource = originOf([int('ip', 1n)]);
  const spans = [1, 2].map((id) => corpusSpan({ trace: 1, id, resource }));
  expect(
    new Set(
      rawTrace(spans)
        .map(createAddressWriter())
        .map(({ span }) => span.resource),
    ).size,
  ).toBe(1);
});
