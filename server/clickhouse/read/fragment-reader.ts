import { eventTimeOf, linkedOf, ownerOf, presentOwner } from '../../columns/fragment.ts';
import { presentValue } from '../../columns/attribute-text.ts';
import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { Attributes } from '../../span/attribute.ts';
import type { Space } from '../../space/space.ts';
import type { Span, SpanEvent, SpanLink } from '../../span/span.ts';
import type { Call } from '../../store/trace-store.ts';
import { compileFragments } from '../compile/fragments.ts';
import type { EngineReads } from '../engine/engine.ts';
import { attributesOf } from './attributes-of.ts';

/** Spans of one statement: as many as are read at once, but for large traces. */
const OWNERS_A_READ = 4_000;

/** How many events and links a span may have, as when it is written. */
export interface FragmentLimits {
  readonly events: number;
  readonly links: number;
}

/** Spans as they were read, and which of them came apart from their events and links. */
export interface SpanBatch {
  readonly spans: readonly Span[];
  readonly apart: ReadonlySet<Span>;
}

interface Fragments {
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
}

/** Reads events and links that came apart from their span, and adds them to it (ADR 008). */
export class FragmentReader {
  readonly #engine: EngineReads;
  readonly #limits: FragmentLimits;

  constructor(engine: EngineReads, limits: FragmentLimits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** The same spans in their order, whole. Where none came apart nothing is asked. */
  async complete(space: Space, { spans, apart }: SpanBatch, call: Call): Promise<readonly Span[]> {
    if (apart.size === 0) return spans;
    const fragments = await this.#read(space, [...apart], call);
    if (fragments.size === 0) return spans;
    return spans.map((span) => {
      const own = apart.has(span) ? fragments.get(ownerOfSpan(span)) : undefined;
      return own === undefined ? span : merge(span, own, this.#limits);
    });
  }

  async #read(space: Space, spans: readonly Span[], call: Call): Promise<ReadonlyMap<string, Fragments>> {
    const byOwner = new Map<string, Fragments>();
    // One more than may be shown says that there are more.
    const limit = Math.max(this.#limits.events, this.#limits.links) + 1;
    for (let at = 0; at < spans.length; at += OWNERS_A_READ) {
      const sql = compileFragments(space, spans.slice(at, at + OWNERS_A_READ), limit);
      for (const block of decodeNative(await this.#engine.read(sql, call))) collect(block, byOwner);
    }
    return byOwner;
  }
}

function collect(block: NativeBlock, byOwner: Map<string, Fragments>): void {
  const facts = block.column('fact');
  const versions = block.column('version');
  for (let row = 0; row < block.rows; row++) {
    const version = versions.text(row);
    const owner = ownerOf(version);
    let fragments = byOwner.get(owner);
    if (fragments === undefined) byOwner.set(owner, (fragments = { events: [], links: [] }));
    if (facts.text(row) === 'event') fragments.events.push(decodeEvent(block, row, version));
    else fragments.links.push(decodeLink(block, row, version));
  }
}

function decodeEvent(block: NativeBlock, row: number, version: string): SpanEvent {
  return {
    timeNanos: eventTimeOf(version),
    name: block.column('name').text(row),
    attributes: attributesOf(row, block.column('attr_types'), block.column('attr')),
    droppedAttributesCount: block.column('dropped_attributes').number(row),
  };
}

function decodeLink(block: NativeBlock, row: number, version: string): SpanLink {
  const { traceId, spanId, flags } = linkedOf(version);
  return {
    traceId,
    spanId,
    traceState: block.column('schema_url').text(row),
    attributes: attributesOf(row, block.column('attr_types'), block.column('attr')),
    droppedAttributesCount: block.column('dropped_attributes').number(row),
    flags,
  };
}

/** What the span says itself is not said again: a sender's retry may tell it once with the span and once apart. */
function merge(span: Span, { events, links }: Fragments, limits: FragmentLimits): Span {
  const moreEvents = events.sort(byTime).filter(isNew(span.events.map(keyOfEvent), keyOfEvent));
  const moreLinks = links.sort(byIds).filter(isNew(span.links.map(keyOfLink), keyOfLink));
  const eventRoom = Math.max(0, limits.events - span.events.length);
  const linkRoom = Math.max(0, limits.links - span.links.length);
  return {
    ...span,
    events: [...span.events, ...moreEvents.slice(0, eventRoom)].sort(byTime),
    links: [...span.links, ...moreLinks.slice(0, linkRoom)],
    droppedEventsCount: span.droppedEventsCount + moreEvents.slice(eventRoom).length,
    droppedLinksCount: span.droppedLinksCount + moreLinks.slice(linkRoom).length,
  };
}

/** Lets each pass once, and none of those that are known. */
function isNew<T>(known: readonly string[], keyOf: (item: T) => string): (item: T) => boolean {
  const seen = new Set(known);
  return (item) => {
    const { size } = seen;
    seen.add(keyOf(item));
    return seen.size > size;
  };
}

function byTime(a: SpanEvent, b: SpanEvent): number {
  return compare(a.timeNanos, b.timeNanos);
}

function byIds(a: SpanLink, b: SpanLink): number {
  return compare(a.traceId, b.traceId) || compare(a.spanId, b.spanId);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function keyOfEvent({ timeNanos, name, attributes }: SpanEvent): string {
  return `${timeNanos} ${JSON.stringify(name)} ${keyOfAttributes(attributes)}`;
}

function keyOfLink({ traceId, spanId, traceState, attributes }: SpanLink): string {
  return `${traceId} ${spanId} ${JSON.stringify(traceState)} ${keyOfAttributes(attributes)}`;
}

function keyOfAttributes(attributes: Attributes): string {
  return JSON.stringify(attributes.map(({ key, value }) => [key, value.type, presentValue(value)]));
}

function ownerOfSpan({ traceId, spanId }: Span): string {
  return presentOwner(traceId, spanId);
}
