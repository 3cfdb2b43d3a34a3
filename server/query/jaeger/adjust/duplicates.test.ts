import { expect, test } from 'vitest';
import type { AttributeValue } from '../../../span/attribute.ts';
import type { Span, SpanId } from '../../../span/span.ts';
import { corpusSpan, eventOf, int, linkOf, list, resourceOf, scopeOf, text } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import type { AdjustedSpan } from './adjusted-span.ts';
import { findDuplicates } from './duplicates.ts';

const dropDuplicates = (spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] => {
  const duplicates = findDuplicates(spans, () => spans);
  return spans.filter((_, at) => !duplicates.has(at));
};

const one = corpusSpan({
  trace: 1,
  id: 2,
  parent: 3,
  attributes: [text('a', 'b')],
  events: [eventOf(1n, 'e', text('a', 'b'))],
  links: [linkOf(5, 6, text('a', 'b'))],
  resource: resourceOf('s'),
  scope: scopeOf('lib', '1'),
});

test('of what is the same the first is kept', () => {
  const other = corpusSpan({ trace: 1, id: 9 });
  const kept = dropDuplicates(rawTrace([one, other, structuredClone(one), one, other]));
  expect(kept.map(({ span }) => span)).toEqual([one, other]);
});

test.each<[string, Partial<Span>]>([
  ['parent', { parentSpanId: undefined }],
  ['trace state', { traceState: 'a=b' }],
  ['flags', { flags: 1 }],
  ['name', { name: 'other' }],
  ['kind', { kind: 'server' }],
  ['start', { startNanos: 1n }],
  ['duration', { durationNanos: 1n }],
  ['status', { statusCode: 'ok' }],
  ['message', { statusMessage: 'm' }],
  ['no attributes', { attributes: [] }],
  ['attribute', { attributes: [text('a', 'c')] }],
  ['key', { attributes: [text('c', 'b')] }],
  ['event time', { events: [eventOf(2n, 'e', text('a', 'b'))] }],
  ['event attribute', { events: [eventOf(1n, 'e', text('a', 'c'))] }],
  ['link', { links: [linkOf(5, 7, text('a', 'b'))] }],
  ['link attribute', { links: [linkOf(5, 6)] }],
  ['dropped attributes', { droppedAttributesCount: 1 }],
  ['dropped events', { droppedEventsCount: 1 }],
  ['dropped links', { droppedLinksCount: 1 }],
  ['resource', { resource: resourceOf('s', text('a', 'b')) }],
  ['schema of the resource', { resource: { ...resourceOf('s'), schemaUrl: 'https://s' } }],
  ['scope', { scope: scopeOf('lib', '2') }],
  ['scope attribute', { scope: scopeOf('lib', '1', text('a', 'b')) }],
  ['carried warning', { attributes: [...one.attributes, list('@jaeger@warnings', text('', 'w').value)] }],
  ['id', { spanId: '0000000000000007' as SpanId }],
])('another %s makes another span', (_, change) => {
  expect(dropDuplicates(rawTrace([one, { ...one, ...change }]))).toHaveLength(2);
});

const VALUES: readonly AttributeValue[] = [
  { type: 'empty' },
  { type: 'string', value: '' },
  { type: 'string', value: '1' },
  { type: 'string', value: 'true' },
  { type: 'int', value: 1n },
  { type: 'int', value: 2n },
  { type: 'double', value: 1 },
  { type: 'double', value: 0 },
  { type: 'double', value: -0 },
  { type: 'double', value: Number.NaN },
  { type: 'double', value: Number.POSITIVE_INFINITY },
  { type: 'bool', value: true },
  { type: 'bytes', value: Uint8Array.of() },
  { type: 'bytes', value: Uint8Array.of(1) },
  { type: 'array', value: [] },
  { type: 'array', value: [{ type: 'string', value: '1' }] },
  { type: 'array', value: [{ type: 'int', value: 1n }] },
  { type: 'map', value: [] },
  { type: 'map', value: [int('a', 1n)] },
  { type: 'map', value: [int('a', 1n), int('a', 1n)] },
];

test('no two values are taken for one another, nor a value for two', () => {
  const spans = VALUES.map((value) => ({ ...one, attributes: [{ key: 'k', value }] }));
  expect(dropDuplicates(rawTrace([...spans, ...structuredClone(spans)]))).toEqual(rawTrace(spans));
});
