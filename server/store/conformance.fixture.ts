import type { Attribute, Attributes } from '../span/attribute.ts';
import type { Span, SpanId, SpanKind, StatusCode, TraceId } from '../span/span.ts';
import type { Call, Window } from './trace-store.ts';

export const MINUTE = 60_000_000_000n;

/** The first moment of a minute of a few hours ago: every store keeps spans of then. */
export const NOW = (BigInt(Date.now()) * 1_000_000n / MINUTE - 180n) * MINUTE; // prettier-ignore

/** What a test says of a span; the rest does not matter to it. */
export interface SpanDraft {
  readonly trace: number;
  readonly span?: number;
  readonly parent?: number;
  /** Milliseconds after NOW. */
  readonly ms?: number;
  readonly durationMs?: number;
  readonly service?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly status?: StatusCode;
  readonly attributes?: Attributes;
  readonly resourceKey?: string;
  readonly resourceAttributes?: Attributes;
  readonly resourceSchemaUrl?: string;
  readonly eventKey?: string;
  readonly eventName?: string;
  /** Instead of the one that the two above make. */
  readonly events?: Span['events'];
  readonly linkKey?: string;
  readonly scopeName?: string;
  readonly scopeSchemaUrl?: string;
  /** Something in every field, of every type. */
  readonly full?: boolean;
}

let spans = 1_000_000;

export function makeSpan(draft: SpanDraft): Span {
  const service = draft.service ?? 'shop';
  const span: Span = {
    traceId: traceIdOf(draft.trace),
    spanId: spanIdOf(draft.span ?? spans++),
    parentSpanId: draft.parent === undefined ? undefined : spanIdOf(draft.parent),
    traceState: '',
    flags: 0,
    name: draft.name ?? 'op',
    service,
    kind: draft.kind ?? 'internal',
    startNanos: NOW + BigInt(draft.ms ?? 0) * 1_000_000n,
    durationNanos: BigInt(draft.durationMs ?? 2) * 1_000_000n,
    statusCode: draft.status ?? 'unset',
    statusMessage: '',
    attributes: draft.attributes ?? [],
    events: draft.events ?? eventsOf(draft),
    links: draft.linkKey === undefined ? [] : [makeLink([attribute(draft.linkKey, 'v')])],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: {
      attributes: [
        attribute('service.name', service),
        ...(draft.resourceKey === undefined ? [] : [attribute(draft.resourceKey, 'v')]),
        ...(draft.resourceAttributes ?? []),
      ],
      droppedAttributesCount: 0,
      schemaUrl: draft.resourceSchemaUrl ?? '',
    },
    scope: {
      name: draft.scopeName ?? '',
      version: '',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: draft.scopeSchemaUrl ?? '',
    },
  };
  return draft.full === true ? fill(span) : span;
}

function fill(span: Span): Span {
  return {
    ...span,
    parentSpanId: spanIdOf(5),
    traceState: 'vendor=1',
    flags: 2_147_483_647,
    name: "it's \\ a 'name'\n with 😀",
    kind: 'consumer',
    startNanos: span.startNanos + 123_456_789n,
    durationNanos: 9_007_199_254_740_993n,
    statusCode: 'error',
    statusMessage: 'out of cheese\n\nplease reboot',
    attributes: EVERY_TYPE,
    events: [keyedEvent('k', 'first'), { ...keyedEvent('k', ''), attributes: EVERY_TYPE }],
    links: [makeLink(EVERY_TYPE), makeLink([])],
    droppedAttributesCount: 1,
    droppedEventsCount: 2,
    droppedLinksCount: 3,
    resource: { ...span.resource, attributes: [...span.resource.attributes, ...EVERY_TYPE], droppedAttributesCount: 4, schemaUrl: 'https://r' }, // prettier-ignore
    scope: {
      name: 'lib',
      version: '1.2',
      attributes: EVERY_TYPE,
      droppedAttributesCount: 5,
      schemaUrl: 'https://s',
    },
  };
}

/** Keys twice, values of every type, at their ends. */
const EVERY_TYPE: Attributes = [
  attribute('s', 'text with = and \n'),
  attribute('s', ''),
  { key: 'int', value: { type: 'int', value: -9_223_372_036_854_775_808n } },
  { key: 'double', value: { type: 'double', value: 0.1 } },
  { key: 'nan', value: { type: 'double', value: Number.NaN } },
  { key: 'infinity', value: { type: 'double', value: Number.NEGATIVE_INFINITY } },
  { key: 'whole', value: { type: 'double', value: 3 } },
  { key: 'true', value: { type: 'bool', value: true } },
  { key: 'bytes', value: { type: 'bytes', value: Buffer.from([0, 255, 10, 10]) } },
  { key: 'empty', value: { type: 'empty' } },
  {
    key: 'array',
    value: {
      type: 'array',
      value: [{ type: 'int', value: 1n }, { type: 'double', value: 1 }, { type: 'empty' }],
    },
  },
  {
    key: 'map',
    value: { type: 'map', value: [attribute('$x', 'y'), { key: 'z', value: { type: 'array', value: [] } }] },
  },
];

function eventsOf({ eventKey, eventName }: SpanDraft): Span['events'] {
  return eventKey === undefined ? [] : [keyedEvent(eventKey, eventName ?? 'e')];
}

/** An event so many milliseconds after NOW. */
export function makeEvent({
  name,
  ms,
  attributes,
}: {
  readonly name: string;
  readonly ms: number;
  readonly attributes: Attributes;
}): Span['events'][number] {
  return { timeNanos: NOW + BigInt(ms) * 1_000_000n, name, attributes, droppedAttributesCount: 0 };
}

function keyedEvent(key: string, name: string): Span['events'][number] {
  return { timeNanos: NOW + 1n, name, attributes: [attribute(key, 'v')], droppedAttributesCount: 7 };
}

function makeLink(attributes: Attributes): Span['links'][number] {
  return {
    traceId: traceIdOf(77),
    spanId: spanIdOf(78),
    traceState: 'a=b',
    attributes,
    droppedAttributesCount: 8,
    flags: 1,
  };
}

export function attribute(key: string, value: string): Attribute {
  return { key, value: { type: 'string', value } };
}

export function traceIdOf(number: number): TraceId {
  return number.toString(16).padStart(32, '0') as TraceId;
}

function spanIdOf(number: number): SpanId {
  return number.toString(16).padStart(16, '0') as SpanId;
}

/** A day around NOW. */
export function windowOf(): Window {
  return { fromNanos: NOW - 720n * MINUTE, toNanos: NOW + 720n * MINUTE };
}

export function call(): Call {
  return { deadlineMs: performance.now() + 60_000 };
}

export async function collect(chunks: AsyncIterable<readonly Span[]>): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const chunk of chunks) spans.push(...chunk);
  return spans;
}

/** Anything as text, for titles and for looking for words in it. */
export function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}
