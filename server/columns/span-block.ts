import { Bytes } from '../wire/bytes.ts';
import { AttributeList } from './attribute-list.ts';
import { BlockParts, type Mark } from './block-parts.ts';
import type { FrameKey } from './frame.ts';
import { type ColumnData, encodeNative } from './native-writer.ts';
import { Uint8Column, Uint16Column, Uint32Column, Uint64Column } from './number-columns.ts';
import type { Part } from './part.ts';
import { SPAN_COLUMNS } from './span-columns.ts';
import { DictionaryColumn } from './string-columns.ts';

type ColumnName = (typeof SPAN_COLUMNS)[number]['name'];

/** Columns of what a span has many of. Most spans have none, so where the open span's begin is noted with the first. */
abstract class NestedColumns {
  readonly offsets = new Uint64Column();
  readonly attributes = new AttributeList();
  readonly #mark: number[] = [];
  #isTouched = false;

  /** Everything but the offsets, which are written when the span is closed. */
  abstract readonly parts: readonly Part[];

  /** To be called before anything of the open span is put. */
  touch(): void {
    if (this.#isTouched) return;
    this.#isTouched = true;
    for (const [index, part] of this.parts.entries()) this.#mark[index] = part.length;
  }

  /** Ends the span's list, of which `end` is the last element's place. */
  closeSpan(end: number): void {
    this.offsets.push(end, 0);
    this.#isTouched = false;
  }

  dropSpan(): void {
    if (!this.#isTouched) return;
    for (const [index, part] of this.parts.entries()) part.length = this.#mark[index]!;
    this.attributes.dropLetters();
    this.#isTouched = false;
  }
}

/** The columns of events, which belong to the spans by offsets. */
class EventColumns extends NestedColumns {
  readonly time = new Uint64Column();
  readonly name = new DictionaryColumn();
  readonly droppedAttributes = new Uint32Column();

  override readonly parts = [this.time, this.name.indexes, ...this.attributes.parts, this.droppedAttributes];

  data(): ColumnData {
    return {
      dictionaries: 3,
      chunks: [
        this.offsets.view(),
        this.time.view(),
        ...this.name.chunks(),
        ...this.attributes.repeated.chunks(),
        ...this.attributes.types.chunks(),
        this.droppedAttributes.view(),
      ],
    };
  }
}

/** The columns of links; ids are kept as sent, of whatever length. */
class LinkColumns extends NestedColumns {
  readonly traceId = new Bytes();
  readonly spanId = new Bytes();
  readonly traceState = new Bytes();
  readonly droppedAttributes = new Uint32Column();
  readonly flags = new Uint32Column();

  override readonly parts = [
    this.traceId,
    this.spanId,
    this.traceState,
    ...this.attributes.parts,
    this.droppedAttributes,
    this.flags,
  ];

  data(): ColumnData {
    return {
      dictionaries: 2,
      chunks: [
        this.offsets.view(),
        this.traceId.view(),
        this.spanId.view(),
        this.traceState.view(),
        ...this.attributes.repeated.chunks(),
        ...this.attributes.types.chunks(),
        this.droppedAttributes.view(),
        this.flags.view(),
      ],
    };
  }
}

/**
 * Rows of spans as columns, filled straight from a sender's bytes and written as one Native block. Knows bytes, not
 * protocols and not rules: whoever fills it (`ingest/span-writer.ts`) decides what is let in. Reused from block to block.
 */
export class SpanBlock {
  readonly tenant = new DictionaryColumn();
  readonly db = new DictionaryColumn();
  readonly table = new DictionaryColumn();
  readonly bucket = new Uint32Column();
  readonly traceId = new Bytes();
  readonly spanId = new Bytes();
  readonly parentSpanId = new Bytes();
  readonly start = new Uint64Column();
  readonly duration = new Uint64Column();
  readonly service = new DictionaryColumn();
  readonly name = new DictionaryColumn();
  readonly kind = new Uint8Column();
  readonly status = new Uint8Column();
  readonly statusMessage = new Bytes();
  readonly traceState = new Bytes();
  readonly flags = new Uint32Column();
  readonly droppedAttributes = new Uint32Column();
  readonly droppedEvents = new Uint32Column();
  readonly droppedLinks = new Uint32Column();
  readonly resourceId = new Uint64Column();
  readonly scopeId = new Uint64Column();
  readonly attributes = new AttributeList();
  readonly events = new EventColumns();
  readonly links = new LinkColumns();
  readonly expires = new Uint16Column();
  readonly listed = new Uint8Column();

  readonly #words = [this.tenant, this.db, this.table, this.service, this.name];
  readonly #parts: BlockParts = new BlockParts(
    [
      ...this.attributes.parts,
      ...this.events.parts,
      ...this.links.parts,
      this.events.offsets,
      this.links.offsets,
      ...this.#words.map((column) => column.indexes),
      ...[this.bucket, this.start, this.duration, this.kind, this.status, this.flags, this.droppedAttributes],
      ...[this.droppedEvents, this.droppedLinks, this.resourceId, this.scopeId, this.expires, this.listed],
      ...[this.traceId, this.spanId, this.parentSpanId, this.statusMessage, this.traceState],
    ],
    [
      ...[...this.#words, this.events.name].map((column) => column.dictionary),
      ...[this, this.events, this.links].flatMap(({ attributes }) => attributes.dictionaries),
    ],
  );

  get rows(): number {
    return this.bucket.length;
  }

  /** Bytes of memory that are filled. */
  get byteLength(): number {
    return this.#parts.byteLength;
  }

  openSpan(): void {
    this.attributes.openRow();
  }

  /** Takes back all that was put since `openSpan`. */
  dropSpan(): void {
    this.attributes.dropRow();
    this.events.dropSpan();
    this.links.dropSpan();
  }

  mark(): Mark {
    return this.#parts.mark();
  }

  /** Takes back everything since the mark. */
  truncate(mark: Mark): void {
    this.dropSpan();
    this.#parts.truncate(mark);
  }

  /**
   * The block's bytes as views into its buffers: do not fill or reset it before they are written. No bytes at all when
   * there are no rows: the engine takes what stands in columns without rows for the head of the next block.
   */
  encode(key: FrameKey): Uint8Array[] {
    if (this.rows === 0) return [];
    const data = this.#data();
    return encodeNative(
      key,
      SPAN_COLUMNS,
      this.rows,
      SPAN_COLUMNS.map(({ name }) => data[name]),
    );
  }

  #data(): Record<ColumnName, ColumnData> {
    return {
      tenant: dictionary(this.tenant),
      db: dictionary(this.db),
      table: dictionary(this.table),
      bucket: plain(this.bucket),
      trace_id: plain(this.traceId),
      span_id: plain(this.spanId),
      parent_span_id: plain(this.parentSpanId),
      start: plain(this.start),
      duration: plain(this.duration),
      service: dictionary(this.service),
      name: dictionary(this.name),
      kind: plain(this.kind),
      status: plain(this.status),
      status_message: plain(this.statusMessage),
      trace_state: plain(this.traceState),
      flags: plain(this.flags),
      dropped_attributes: plain(this.droppedAttributes),
      dropped_events: plain(this.droppedEvents),
      dropped_links: plain(this.droppedLinks),
      resource_id: plain(this.resourceId),
      scope_id: plain(this.scopeId),
      attr: { dictionaries: 1, chunks: this.attributes.repeated.chunks() },
      attr_u: { dictionaries: 1, chunks: this.attributes.unique.chunks() },
      attr_types: dictionary(this.attributes.types),
      events: this.events.data(),
      links: this.links.data(),
      expires: plain(this.expires),
      listed: plain(this.listed),
    };
  }

  reset(): void {
    this.dropSpan();
    this.#parts.reset();
  }
}

function plain(column: { view(): Uint8Array }): ColumnData {
  return { dictionaries: 0, chunks: [column.view()] };
}

function dictionary(column: DictionaryColumn): ColumnData {
  return { dictionaries: 1, chunks: column.chunks() };
}
