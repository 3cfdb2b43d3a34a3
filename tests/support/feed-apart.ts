import { TYPE_LETTERS, presentValue } from '../../server/columns/attribute-text.ts';
import { feedSpans } from '../../server/ingest/feed-spans.ts';
import type { FragmentIds } from '../../server/ingest/fragment-writer.ts';
import type { Decode } from '../../server/ingest/intake.ts';
import { type SpanWriter, emptyLink } from '../../server/ingest/span-writer.ts';
import type { Attributes } from '../../server/span/attribute.ts';
import type { Span, SpanEvent, SpanLink } from '../../server/span/span.ts';
import type { ApartSpans } from '../../server/store/conformance-apart.ts';
import { Bytes } from '../../server/wire/bytes.ts';

/** Spans marked as ones that came apart, and of others only their events and links, as one input. */
export function feedApart({ spans, fragmentsOf }: ApartSpans): Decode {
  return function* feed(body, writer) {
    yield* feedSpans(spans)(body, marking(writer));
    for (const span of fragmentsOf) {
      for (const event of span.events) feedEvent(writer, span, event);
      for (const link of span.links) feedLink(writer, span, link);
    }
  };
}

/** The same writer, by which every span comes apart. */
function marking(writer: SpanWriter): SpanWriter {
  return new Proxy(writer, {
    get(target, name) {
      if (name === 'closeSpan') target.apart = true;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

function feedEvent(writer: SpanWriter, span: Span, event: SpanEvent): void {
  const scratch = new Bytes();
  const ids = feedIds(scratch, span);
  const [nameFrom, nameTo] = put(scratch, Buffer.from(event.name));
  feedAttributes(writer, event.attributes);
  const low = Number(event.timeNanos & 0xffff_ffffn);
  const high = Number(event.timeNanos >> 32n);
  writer.fragments.event(scratch.data, ids, low, high, nameFrom, nameTo, event.droppedAttributesCount);
}

function feedLink(writer: SpanWriter, span: Span, link: SpanLink): void {
  const scratch = new Bytes();
  const ids = feedIds(scratch, span);
  const draft = emptyLink();
  [draft.traceIdFrom, draft.traceIdTo] = put(scratch, Buffer.from(link.traceId, 'hex'));
  [draft.spanIdFrom, draft.spanIdTo] = put(scratch, Buffer.from(link.spanId, 'hex'));
  [draft.stateFrom, draft.stateTo] = put(scratch, Buffer.from(link.traceState));
  draft.droppedAttributes = link.droppedAttributesCount;
  draft.flags = link.flags;
  feedAttributes(writer, link.attributes);
  writer.fragments.link(scratch.data, ids, draft);
}

function feedIds(scratch: Bytes, { traceId, spanId }: Span): FragmentIds {
  const [traceIdFrom, traceIdTo] = put(scratch, Buffer.from(traceId, 'hex'));
  const [spanIdFrom, spanIdTo] = put(scratch, Buffer.from(spanId, 'hex'));
  return { traceIdFrom, traceIdTo, spanIdFrom, spanIdTo };
}

function feedAttributes({ fragments }: SpanWriter, attributes: Attributes): void {
  for (const { key, value } of attributes) {
    const name = Buffer.from(key);
    const text = Buffer.from(presentValue(value));
    const letter = TYPE_LETTERS[value.type].charCodeAt(0);
    fragments.attributes.put(name, 0, name.length, letter, text, 0, text.length);
  }
}

function put(scratch: Bytes, bytes: Uint8Array): readonly [number, number] {
  const from = scratch.length;
  scratch.copy(bytes, 0, bytes.length);
  return [from, scratch.length];
}
