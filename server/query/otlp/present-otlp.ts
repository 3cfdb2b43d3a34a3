import type { Attribute, AttributeValue, Attributes } from '../../span/attribute.ts';
import {
  type Resource,
  SPAN_KINDS,
  STATUS_CODES,
  type Scope,
  type Span,
  type SpanEvent,
  type SpanLink,
} from '../../span/span.ts';
import { goFloat, goString } from '../go/go-json.ts';
import { countMember, listMember, nanosMember, objectOf, textMember } from './proto-members.ts';

/** Enough that a write is worth its while, and little enough to be held for a slow client. */
const PIECE_CHARACTERS = 1 << 15;

/**
 * The spans as elements of OTLP's `resourceSpans`, joined by commas, in pieces of about 32 KiB. Spans that stand next to
 * each other share the entry of a resource, and in it of a scope, if they share the object.
 */
export function* presentResourceSpans(spans: Iterable<Span>): Generator<string> {
  const known = new KnownAttributes();
  let piece = '';
  let last: Span | undefined;
  for (const span of spans) {
    piece += between(last, span);
    piece += presentSpan(span, known);
    last = span;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (last !== undefined) yield `${piece}${closeScope(last.scope)}${closeResource(last.resource)}`;
}

/** Closes what the next span does not share with the one before, and opens what it needs. */
function between(last: Span | undefined, next: Span): string {
  if (last === undefined) return `${openResource(next.resource)}${openScope(next.scope)}`;
  if (last.resource !== next.resource) {
    const closing = `${closeScope(last.scope)}${closeResource(last.resource)}`;
    return `${closing},${openResource(next.resource)}${openScope(next.scope)}`;
  }
  return last.scope === next.scope ? ',' : `${closeScope(last.scope)},${openScope(next.scope)}`;
}

function openResource({ attributes, droppedAttributesCount }: Resource): string {
  const resource = objectOf([
    attributesMember(attributes),
    countMember('droppedAttributesCount', droppedAttributesCount),
  ]);
  return `{"resource":${resource},"scopeSpans":[`;
}

function closeResource({ schemaUrl }: Resource): string {
  return schemaUrl === '' ? ']}' : `],"schemaUrl":${goString(schemaUrl)}}`;
}

function openScope({ name, version, attributes, droppedAttributesCount }: Scope): string {
  const scope = objectOf([
    textMember('name', name),
    textMember('version', version),
    attributesMember(attributes),
    countMember('droppedAttributesCount', droppedAttributesCount),
  ]);
  return `{"scope":${scope},"spans":[`;
}

function closeScope({ schemaUrl }: Scope): string {
  return schemaUrl === '' ? ']}' : `],"schemaUrl":${goString(schemaUrl)}}`;
}

/** What has the value zero is left out, but `status`. */
function presentSpan(span: Span, known: KnownAttributes): string {
  let members = `{"traceId":"${span.traceId}","spanId":"${span.spanId}"`;
  members += behind(textMember('traceState', span.traceState));
  if (span.parentSpanId !== undefined) members += `,"parentSpanId":"${span.parentSpanId}"`;
  members += behind(countMember('flags', span.flags));
  members += behind(textMember('name', span.name));
  members += behind(countMember('kind', SPAN_KINDS.indexOf(span.kind)));
  members += behind(nanosMember('startTimeUnixNano', span.startNanos));
  members += behind(nanosMember('endTimeUnixNano', span.startNanos + span.durationNanos));
  if (span.attributes.length > 0) members += `,"attributes":[${known.present(span.attributes)}]`;
  members += behind(countMember('droppedAttributesCount', span.droppedAttributesCount));
  members += behind(listMember('events', span.events, presentEvent));
  members += behind(countMember('droppedEventsCount', span.droppedEventsCount));
  members += behind(listMember('links', span.links, presentLink));
  members += behind(countMember('droppedLinksCount', span.droppedLinksCount));
  return `${members},"status":${presentStatus(span)}}`;
}

function behind(member: string): string {
  return member === '' ? '' : `,${member}`;
}

/** The attributes of one key and type: what stands before the value, and the last of them whole. */
interface KnownAttribute {
  readonly before: string;
  value: string | bigint | undefined;
  attribute: string;
}

/** Spans repeat their keys, and often their values: a key is presented once, a value once for as long as it stays the same. */
class KnownAttributes {
  readonly #texts = new Map<string, KnownAttribute>();
  readonly #integers = new Map<string, KnownAttribute>();

  /** With commas between. */
  present(attributes: Attributes): string {
    let all = '';
    for (const attribute of attributes) {
      if (all !== '') all += ',';
      all += this.#attribute(attribute);
    }
    return all;
  }

  #attribute(attribute: Attribute): string {
    const { key, value } = attribute;
    if (value.type === 'string') {
      const known = knownOf(this.#texts, key, '"stringValue":');
      return known.value === value.value ? known.attribute : learn(known, value.value, goString(value.value));
    }
    if (value.type === 'int') {
      const known = knownOf(this.#integers, key, '"intValue":');
      return known.value === value.value ? known.attribute : learn(known, value.value, `"${value.value}"`);
    }
    return presentAttribute(attribute);
  }
}

function knownOf(of: Map<string, KnownAttribute>, key: string, type: string): KnownAttribute {
  let known = of.get(key);
  if (known === undefined) {
    const before = `{${key === '' ? '' : `"key":${goString(key)},`}"value":{${type}`;
    known = { before, value: undefined, attribute: '' };
    of.set(key, known);
  }
  return known;
}

function learn(known: KnownAttribute, value: string | bigint, json: string): string {
  known.value = value;
  known.attribute = `${known.before}${json}}}`;
  return known.attribute;
}

function presentStatus({ statusCode, statusMessage }: Span): string {
  return objectOf([
    textMember('message', statusMessage),
    countMember('code', STATUS_CODES.indexOf(statusCode)),
  ]);
}

function presentEvent(event: SpanEvent): string {
  return objectOf([
    nanosMember('timeUnixNano', event.timeNanos),
    textMember('name', event.name),
    attributesMember(event.attributes),
    countMember('droppedAttributesCount', event.droppedAttributesCount),
  ]);
}

function presentLink(link: SpanLink): string {
  return objectOf([
    textMember('traceId', link.traceId),
    textMember('spanId', link.spanId),
    textMember('traceState', link.traceState),
    attributesMember(link.attributes),
    countMember('droppedAttributesCount', link.droppedAttributesCount),
    countMember('flags', link.flags),
  ]);
}

function presentAttribute({ key, value }: Attribute): string {
  return objectOf([textMember('key', key), `"value":${presentAnyValue(value)}`]);
}

/** One that holds nothing is empty. */
function presentAnyValue(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return `{"stringValue":${goString(value.value)}}`;
    case 'bool':
      return `{"boolValue":${value.value}}`;
    case 'int':
      return `{"intValue":"${value.value}"}`;
    case 'double':
      return `{"doubleValue":${goFloat(value.value)}}`;
    case 'bytes':
      return `{"bytesValue":"${Buffer.from(value.value).toString('base64')}"}`;
    case 'array':
      return `{"arrayValue":${objectOf([listMember('values', value.value, presentAnyValue)])}}`;
    case 'map':
      return `{"kvlistValue":${objectOf([listMember('values', value.value, presentAttribute)])}}`;
    case 'empty':
      return '{}';
  }
}

function attributesMember(attributes: Attributes): string {
  return listMember('attributes', attributes, presentAttribute);
}
