import { isDeepStrictEqual } from 'node:util';
import type { Attribute, AttributeValue, Attributes } from '../../../server/span/attribute.ts';
import type { Span, SpanEvent, SpanLink } from '../../../server/span/span.ts';
import { textOf } from './json-text.ts';

/** What can become of a part of a span on its way, in words; and what is read then, of a span that was sent. */
type Outcome = readonly [words: string, read: (sent: Span) => unknown];

/** A part of a span, and all that may become of it in some protocol. */
interface Part {
  readonly name: string;
  readonly of: (span: Span) => unknown;
  readonly outcomes: readonly Outcome[];
}

const YES = 'yes';
const NOTHING = '–';

type Change = (value: AttributeValue) => AttributeValue;

const AS_TEXT = ['text', textValue] as const;
const AS_JSON = ['JSON', textValue] as const;

/** The rows of the table. */
export const PARTS: readonly Part[] = [
  part('ids of 128 bits', (span) => [span.traceId, span.links.map(({ traceId }) => traceId).toSorted()]),
  part('start and duration in nanoseconds', (span) => [span.startNanos, span.durationNanos], [
    'microseconds',
    (span) => [wholeMicros(span.startNanos), wholeMicros(span.durationNanos)],
  ]),
  part('times of events in nanoseconds', (span) => eventsOf(span).map(({ timeNanos }) => timeNanos), [
    'microseconds',
    (span) => eventsOf(span).map(({ timeNanos }) => wholeMicros(timeNanos)),
  ]),
  part('kind', (span) => span.kind),
  part('status', (span) => span.statusCode),
  part("status's message", (span) => span.statusMessage),
  part('trace state', (span) => span.traceState, lost('')),
  part('flags', (span) => span.flags, ['sampled or not', (span) => span.flags & 1], [NOTHING, () => 0]),
  typed('attributes: text', 'string'),
  typed('attributes: integers', 'int', AS_TEXT),
  typed('attributes: fractions', 'double', AS_TEXT),
  typed('attributes: whole doubles', 'whole', AS_TEXT, ['integers', wholeValue]),
  typed('attributes: booleans', 'bool', AS_TEXT),
  typed('attributes: bytes', 'bytes', ['Base64', textValue]),
  typed('attributes: arrays', 'array', AS_JSON),
  typed('attributes: maps', 'map', AS_JSON),
  typed('attributes: empty values', 'empty', ['empty text', textValue]),
  part('resource: attributes with its names', (span) => knownOf(span.resource.attributes), [
    'text',
    (span) => knownOf(span.resource.attributes).map((one) => ({ ...one, value: textValue(one.value) })),
  ]),
  part(
    'resource: attributes with other names',
    (span) => [valuesOf(span.resource.attributes, 'team'), valuesOf(span.attributes, 'team')],
    ["the span's", (span) => [[], valuesOf(span.resource.attributes, 'team')]],
  ),
  part("scope's name and version", ({ scope }) => [scope.name, scope.version], lost(['', ''])),
  part("scope's attributes", ({ scope }) => scope.attributes, lost([])),
  part('schema URLs', ({ resource, scope }) => [resource.schemaUrl, scope.schemaUrl], lost(['', ''])),
  part('events', (span) => eventsOf(span).map(({ name }) => name), lost([])),
  part("events' attributes", (span) => eventsOf(span).map(({ attributes }) => attributes), lost([])),
  part('links', (span) => linksOf(span).map(({ traceId, spanId }) => [traceId, spanId]), lost([])),
  part("links' attributes", (span) => linksOf(span).map(({ attributes }) => attributes), [
    NOTHING,
    (span) => span.links.map(() => []),
  ]),
  part("links' trace state", (span) => linksOf(span).map(({ traceState }) => traceState), [
    NOTHING,
    (span) => span.links.map(() => ''),
  ]),
  part("links' flags", (span) => linksOf(span).map(({ flags }) => flags), [
    NOTHING,
    (span) => span.links.map(() => 0),
  ]),
  part('counts of what the span dropped', (span) => [
    span.droppedAttributesCount,
    span.droppedEventsCount,
    span.droppedLinksCount,
  ]),
  part(
    'counts of what its events and links dropped',
    (span) => [...eventsOf(span), ...linksOf(span)].map((one) => one.droppedAttributesCount),
    [NOTHING, (span) => [...span.events, ...span.links].map(() => 0)],
  ),
  part(
    'counts of what resource and scope dropped',
    ({ resource, scope }) => [resource.droppedAttributesCount, scope.droppedAttributesCount],
    lost([0, 0]),
  ),
];

/** What became of the part of every span; undefined if it is none of what may. */
export function outcomeOf(
  { of, outcomes }: Part,
  sent: readonly Span[],
  read: readonly Span[],
): string | undefined {
  const readById = new Map(read.map((span) => [span.spanId, span]));
  const found = outcomes.find(([, expected]) =>
    sent.every((span) => isDeepStrictEqual(of(readById.get(span.spanId)!), expected(span))),
  );
  return found?.[0];
}

/** In the order of their times. */
export function eventsOf({ events }: Span): readonly SpanEvent[] {
  return events.toSorted((a, b) => (a.timeNanos < b.timeNanos ? -1 : 1));
}

function part(name: string, of: Part['of'], ...others: readonly Outcome[]): Part {
  return { name, of, outcomes: [[YES, of], ...others] };
}

/** Attributes of the span whose keys begin so. */
function typed(name: string, prefix: string, ...others: readonly (readonly [string, Change])[]): Part {
  const of = ({ attributes }: Span): readonly Attribute[] =>
    attributes.filter(({ key }) => key.split('.')[0] === prefix).toSorted(byKey);
  const outcomes = others.map(([words, change]): Outcome => [
    words,
    (span) => of(span).map(({ key, value }) => ({ key, value: change(value) })),
  ]);
  return part(name, of, ...outcomes);
}

function textValue(value: AttributeValue): AttributeValue {
  return { type: 'string', value: textOf(value) };
}

function lost(nothing: unknown): Outcome {
  return [NOTHING, () => nothing];
}

function wholeValue(value: AttributeValue): AttributeValue {
  return value.type === 'double' ? { type: 'int', value: BigInt(value.value) } : value;
}

function wholeMicros(nanos: bigint): bigint {
  return (nanos / 1000n) * 1000n;
}

function linksOf({ links }: Span): readonly SpanLink[] {
  return links.toSorted((a, b) => (`${a.traceId}${a.spanId}` < `${b.traceId}${b.spanId}` ? -1 : 1));
}

/** All of a resource's but the one whose name does not tell that it is. */
function knownOf(attributes: Attributes): Attributes {
  return attributes.filter(({ key }) => key !== 'team').toSorted(byKey);
}

function valuesOf(attributes: Attributes, name: string): readonly AttributeValue[] {
  return attributes.filter(({ key }) => key === name).map(({ value }) => value);
}

function byKey(a: Attribute, b: Attribute): number {
  return a.key < b.key ? -1 : 1;
}
