import { APART } from '../columns/fragment.ts';
import type { Batch } from './batch.ts';
import { expiryDay } from './expiry.ts';
import { FactWriter } from './fact-writer.ts';
import { FragmentWriter } from './fragment-writer.ts';
import { LevelSink } from './level-sink.ts';
import { type Receipt, ReceiptDraft, type RefusalReason } from './receipt.ts';
import type { SpaceMemory } from './space-memory.ts';
import { SPAN_ID_BYTES, checkSpanId, checkTraceId, presentId } from './span-ids.ts';
import { describeSize, type SpanLimits, type TimeRules } from './span-limits.ts';
import { SpanOrigin } from './span-origin.ts';
import { TimeBounds } from './time-bounds.ts';
import { Verdict } from './verdict.ts';

const TWO_32 = 0x1_0000_0000;
/** Ten seconds in nanoseconds are 2^10 times this. */
const BUCKET_DIVISOR = 9_765_625;
const BUCKET_MS = 10_000;
const BUCKETS_PER_MINUTE = 6;
/** Younger spans come before their minute is summed up. */
const LATE_MS = 60_000;
/** One span in eight tells which keys repeat. */
const SAMPLE_MASK = 7;
const MAX_KIND = 5;
const MAX_STATUS = 2;

/** A link as ranges of the decoder's bytes. */
export interface LinkDraft {
  traceIdFrom: number;
  traceIdTo: number;
  spanIdFrom: number;
  spanIdTo: number;
  stateFrom: number;
  stateTo: number;
  droppedAttributes: number;
  flags: number;
}

export function emptyLink(): LinkDraft {
  return {
    traceIdFrom: 0,
    traceIdTo: 0,
    spanIdFrom: 0,
    spanIdTo: 0,
    stateFrom: 0,
    stateTo: 0,
    droppedAttributes: 0,
    flags: 0,
  };
}

/**
 * Takes a request's spans from a decoder, applies every rule and limit, and fills the batch. One per batch, used by one
 * request at a time. Between `openSpan` and `closeSpan` the decoder sets the scalars of the span, as numbers and as ranges
 * of `source`, and puts attributes, events and links; no object is made per span.
 */
export class SpanWriter {
  readonly limits: SpanLimits;
  readonly origin: SpanOrigin;
  readonly attributes: LevelSink;
  readonly eventAttributes: LevelSink;
  readonly linkAttributes: LevelSink;
  /** For events and links whose span is in another request. */
  readonly fragments: FragmentWriter;

  /** The bytes that the ranges below refer to. */
  source: Uint8Array = new Uint8Array(0);
  traceIdFrom = 0;
  traceIdTo = 0;
  spanIdFrom = 0;
  spanIdTo = 0;
  parentFrom = 0;
  parentTo = 0;
  nameFrom = 0;
  nameTo = 0;
  stateFrom = 0;
  stateTo = 0;
  messageFrom = 0;
  messageTo = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  kind = 0;
  status = 0;
  flags = 0;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  /** Events and links of the open span may come with other requests: whoever reads it asks for them. */
  apart = false;

  readonly #batch: Batch;
  readonly #bounds: TimeBounds;
  readonly #facts: FactWriter;
  #receipt = new ReceiptDraft();
  #memory: SpaceMemory | undefined;
  #generation = -1;
  #nowSeconds = 0;
  /** The bucket before which a span is late: what sums up closed minutes must look at its minute again. */
  #lateBefore = 0;
  #tenant = 0;
  #db = 0;
  #table = 0;
  /** Place of the open span in its request, for refusals. */
  #index = 0;
  readonly #verdict = new Verdict();
  readonly #refuse = this.#verdict.refuse.bind(this.#verdict);

  constructor(batch: Batch, limits: SpanLimits, rules: TimeRules) {
    this.#batch = batch;
    this.limits = limits;
    this.#bounds = new TimeBounds(rules);
    const { spans } = batch;
    this.#facts = new FactWriter(batch);
    this.origin = new SpanOrigin(spans, this.#facts, limits);
    this.attributes = new LevelSink(spans, 'span', this.#facts, limits, this.#verdict);
    this.eventAttributes = new LevelSink(spans.events, 'event', this.#facts, limits, this.#verdict);
    this.linkAttributes = new LevelSink(spans.links, 'link', this.#facts, limits, this.#verdict);
    this.fragments = new FragmentWriter(this.#facts, limits, this.#bounds);
  }

  openRequest(memory: SpaceMemory, nowMs: number): void {
    const { spans, generation } = this.#batch;
    if (this.#generation !== generation || this.#memory !== memory) this.#forgetNumbers();
    this.#generation = generation;
    this.#memory = memory;
    this.#facts.openRequest(memory, nowMs);
    this.#receipt = new ReceiptDraft();
    this.fragments.openRequest(this.#receipt);
    this.#index = 0;
    this.#nowSeconds = nowMs / 1000;
    this.#lateBefore = Math.floor((nowMs - LATE_MS) / BUCKET_MS);
    this.#bounds.open(memory.retentionDays, nowMs);
    this.#tenant = spans.tenant.dictionary.internText(memory.space.tenant);
    this.#db = spans.db.dictionary.internText(memory.space.db);
    this.#table = spans.table.dictionary.internText(memory.space.table);
  }

  closeRequest(): Receipt {
    return this.#receipt.close();
  }

  openSpan(source: Uint8Array): void {
    this.#batch.spans.openSpan();
    this.attributes.sampled = (this.#index & SAMPLE_MASK) === 0;
    this.source = source;
    this.traceIdFrom = this.traceIdTo = 0;
    this.spanIdFrom = this.spanIdTo = 0;
    this.parentFrom = this.parentTo = 0;
    this.nameFrom = this.nameTo = 0;
    this.stateFrom = this.stateTo = 0;
    this.messageFrom = this.messageTo = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.kind = this.status = this.flags = 0;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
    this.apart = false;
    this.#verdict.clear();
  }

  /** The open span is refused: the decoder reads on for its ids and name, and need only pass over the rest. */
  get closed(): boolean {
    return this.#verdict.reason !== undefined;
  }

  /** Refuses the open span for what only its decoder can tell; of several reasons the first counts. */
  refuse(reason: RefusalReason, describe: () => string): void {
    this.#verdict.refuse(reason, describe);
  }

  /** The open span's own message is over the limit. */
  refuseSize(bytes: number): void {
    this.refuse('span-too-large', () => describeSize(bytes, this.limits));
  }

  /** Refuses, between spans, a line that is none. */
  refuseLine(reason: RefusalReason, describe: () => string): void {
    this.#receipt.refuseLine(reason, describe);
  }

  /** Tells of a log record, between spans: some senders have one measurement for these and for events. */
  passLogRecord(): void {
    this.#receipt.logRecords++;
  }

  /** Ends an event of the open span whose attributes were put into `eventAttributes`. */
  closeEvent(
    timeLow: number,
    timeHigh: number,
    source: Uint8Array,
    nameFrom: number,
    nameTo: number,
    droppedAttributes: number,
  ): void {
    const { events } = this.#batch.spans;
    if (this.closed) return;
    events.touch();
    events.time.push(timeLow, timeHigh);
    events.name.push(source, nameFrom, nameTo);
    events.attributes.closeRow();
    events.droppedAttributes.push(droppedAttributes);
    if (events.time.length / 2 - lastOffset(events.offsets) > this.limits.events) {
      const describe = (): string => `has more than ${this.limits.events} events (SPANHOUSE_MAX_EVENTS)`;
      this.refuse('too-many-events', describe);
    }
  }

  /** Ends a link of the open span whose attributes were put into `linkAttributes`; its ranges are of `source`. */
  closeLink(source: Uint8Array, link: LinkDraft): void {
    const { links } = this.#batch.spans;
    if (this.closed) return;
    links.touch();
    links.traceId.lengthPrefixed(source, link.traceIdFrom, link.traceIdTo);
    links.spanId.lengthPrefixed(source, link.spanIdFrom, link.spanIdTo);
    links.traceState.lengthPrefixed(source, link.stateFrom, link.stateTo);
    links.attributes.closeRow();
    links.droppedAttributes.push(link.droppedAttributes);
    links.flags.push(link.flags);
    if (links.flags.length - lastOffset(links.offsets) > this.limits.links) {
      const describe = (): string => `has more than ${this.limits.links} links (SPANHOUSE_MAX_LINKS)`;
      this.refuse('too-many-links', describe);
    }
  }

  /** Ends the open span: a row of the batch, or a refusal in the receipt. */
  closeSpan(): void {
    const { reason, text } = this.origin.verdict;
    if (reason !== undefined) this.refuse(reason, () => text);
    this.#checkIds();
    const startSeconds = this.#bounds.check(
      this.startLow,
      this.startHigh,
      'start_time_unix_nano',
      this.#refuse,
    );
    if (this.#verdict.reason === undefined) this.#writeRow(startSeconds);
    else this.#dropRow(this.#verdict.reason);
    this.#index++;
  }

  #writeRow(startSeconds: number): void {
    const block = this.#batch.spans;
    const { source } = this;
    const kind = this.kind > MAX_KIND ? 0 : this.kind;
    block.tenant.indexes.push(this.#tenant);
    block.db.indexes.push(this.#db);
    block.table.indexes.push(this.#table);
    const bucket = bucketOf(this.startLow, this.startHigh);
    if (bucket < this.#lateBefore) this.#batch.noteLate(Math.floor(bucket / BUCKETS_PER_MINUTE));
    block.bucket.push(bucket);
    block.traceId.copy(source, this.traceIdFrom, this.traceIdTo);
    block.spanId.copy(source, this.spanIdFrom, this.spanIdTo);
    if (this.parentTo === this.parentFrom) block.parentSpanId.zeros(SPAN_ID_BYTES);
    else block.parentSpanId.copy(source, this.parentFrom, this.parentTo);
    block.start.push(this.startLow, this.startHigh);
    this.#writeDuration();
    const name = block.name.dictionary.intern(source, this.nameFrom, this.nameTo);
    block.name.indexes.push(name);
    block.listed.push(this.origin.span(name, kind));
    block.service.indexes.push(this.origin.service);
    block.kind.push(kind);
    block.status.push(this.status > MAX_STATUS ? 0 : this.status);
    block.statusMessage.lengthPrefixed(source, this.messageFrom, this.messageTo);
    block.traceState.lengthPrefixed(source, this.stateFrom, this.stateTo);
    block.flags.push(markedFlags(this.flags, this.apart));
    block.droppedAttributes.push(this.droppedAttributes);
    block.droppedEvents.push(this.droppedEvents);
    block.droppedLinks.push(this.droppedLinks);
    block.resourceId.push(this.origin.resourceId.low, this.origin.resourceId.high);
    block.scopeId.push(this.origin.scopeId.low, this.origin.scopeId.high);
    block.attributes.closeRow();
    block.events.closeSpan(block.events.droppedAttributes.length);
    block.links.closeSpan(block.links.flags.length);
    block.expires.push(this.#expiresDay(startSeconds));
    this.#receipt.accepted++;
  }

  #writeDuration(): void {
    let low = this.endLow - this.startLow;
    let high = this.endHigh - this.startHigh;
    if (low < 0) {
      low += TWO_32;
      high--;
    }
    if (high < 0) {
      low = high = 0;
      this.#receipt.clamped++;
    }
    this.#batch.spans.duration.push(low, high);
  }

  #expiresDay(startSeconds: number): number {
    const { retentionDays } = this.#memory!;
    return expiryDay(this.#bounds.holds(startSeconds) ? startSeconds : this.#nowSeconds, retentionDays);
  }

  #checkIds(): void {
    const { source } = this;
    checkTraceId(source, this.traceIdFrom, this.traceIdTo, this.#refuse);
    checkSpanId(source, this.spanIdFrom, this.spanIdTo, this.#refuse);
    const parentBytes = this.parentTo - this.parentFrom;
    if (parentBytes !== 0 && parentBytes !== SPAN_ID_BYTES) {
      const shown = (): string => presentId(source, this.parentFrom, this.parentTo);
      this.refuse('span-id', () => `parent_span_id ${shown()} must be 8 bytes, or empty for a root`);
    }
  }

  #dropRow(reason: RefusalReason): void {
    const index = this.#index;
    this.#receipt.refuse(reason, () => {
      const name = Buffer.from(
        this.source.subarray(this.nameFrom, Math.min(this.nameTo, this.nameFrom + 60)),
      );
      return `span ${index} (${JSON.stringify(name.toString('utf8'))}, trace ${presentId(this.source, this.traceIdFrom, this.traceIdTo)}): ${this.#verdict.text}`;
    });
    this.#batch.spans.dropSpan();
  }

  #forgetNumbers(): void {
    this.origin.forgetNumbers();
    this.attributes.forgetKeys();
    this.eventAttributes.forgetKeys();
    this.linkAttributes.forgetKeys();
  }
}

/** Where the last closed row ends. */
function lastOffset(offsets: { readonly words: Uint32Array; readonly length: number }): number {
  return offsets.length === 0 ? 0 : offsets.words[offsets.length - 2]!;
}

/**
 * Start in units of ten seconds, exactly: shifted right by ten bits the nanoseconds fit a double, and the quotient is
 * small enough that no rounding takes it over a whole number.
 */
function bucketOf(low: number, high: number): number {
  return Math.floor((high * 0x40_0000 + (low >>> 10)) / BUCKET_DIVISOR);
}

/** Whether a span came apart stands in a bit of its flags that no sender has a meaning for; what one sends there is not kept. */
function markedFlags(flags: number, apart: boolean): number {
  const sent = flags & (APART - 1);
  return apart ? sent + APART : sent;
}
