import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import type { SpanLimits } from '../span-limits.ts';
import { LETTER } from '../value-text.ts';
import { EndpointDraft } from './endpoint-draft.ts';
import { Nanos } from '../nanos.ts';

/** Values of annotations that say where a span begins and ends, and for whom: the two letters are all that they say. */
const CORE_NAMES = ['cs', 'cr', 'sr', 'ss', 'ms', 'ws', 'wr', 'mr'];
const CORES = new FieldNames(CORE_NAMES.map((name) => [name]));
export const CORE = { cs: 1, cr: 2, sr: 3, ss: 4, ms: 5, ws: 6, wr: 7, mr: 8 } as const;
/** How many tags may be addresses or markers, beside those that become attributes. */
const ADDRESSES = 4;

/** What happened at a time, in one of the processes that have a part in the span. */
export interface V1Annotation {
  readonly time: Nanos;
  readonly endpoint: EndpointDraft;
  /** Range of the span's `texts`. */
  valueFrom: number;
  valueTo: number;
  /** One of `CORE`; 0 for an event. */
  core: number;
}

/** A tag, or the address of one of the sides. */
export interface V1Tag {
  readonly endpoint: EndpointDraft;
  /** Range of the span's `texts`. */
  keyFrom: number;
  keyTo: number;
  source: Uint8Array;
  from: number;
  to: number;
  letter: number;
}

/**
 * A span of Zipkin's first version, where one span may be told by two processes: all of it is read before it is known what
 * it becomes. Its records are used again for the next span.
 */
export class V1Span {
  readonly scratch = new Bytes(4096);
  readonly timestamp = new Nanos();
  readonly duration = new Nanos();
  isDebug = false;
  /** Ranges of the scratch buffer. */
  traceIdFrom = 0;
  traceIdTo = 0;
  spanIdFrom = 0;
  spanIdTo = 0;
  parentFrom = 0;
  parentTo = 0;
  nameFrom = 0;
  nameTo = 0;
  /** Of its own message, if that is over the limit. */
  tooManyBytes = 0;
  tooManyAnnotations = false;
  tooManyTags = false;
  /** Whether ids are hex digits or bytes. */
  readonly idsAreHex: boolean;
  readonly limits: SpanLimits;
  readonly #body: Uint8Array | undefined;
  readonly #annotations: V1Annotation[] = [];
  readonly #tags: V1Tag[] = [];
  #annotationCount = 0;
  #tagCount = 0;

  /** With a body, texts are its ranges, and ids are bytes; without one, texts are copied, and ids are hex digits. */
  constructor(limits: SpanLimits, body?: Uint8Array) {
    this.limits = limits;
    this.#body = body;
    this.idsAreHex = body === undefined;
  }

  /** What the ranges of annotations and tags refer to. */
  get texts(): Uint8Array {
    return this.#body ?? this.scratch.data;
  }

  clear(): void {
    this.scratch.length = 0;
    this.timestamp.clear();
    this.duration.clear();
    this.isDebug = false;
    this.traceIdFrom = this.traceIdTo = this.spanIdFrom = this.spanIdTo = 0;
    this.parentFrom = this.parentTo = this.nameFrom = this.nameTo = 0;
    this.tooManyBytes = 0;
    this.tooManyAnnotations = this.tooManyTags = false;
    this.#annotationCount = this.#tagCount = 0;
  }

  get annotationCount(): number {
    return this.#annotationCount;
  }

  get tagCount(): number {
    return this.#tagCount;
  }

  annotation(index: number): V1Annotation {
    return this.#annotations[index]!;
  }

  tag(index: number): V1Tag {
    return this.#tags[index]!;
  }

  /** A record to be filled; undefined when there are more than a span may have, which refuses it. */
  addAnnotation(): V1Annotation | undefined {
    const count = this.#annotationCount;
    this.tooManyAnnotations ||= count >= this.limits.events + CORE_NAMES.length;
    if (this.tooManyAnnotations) return undefined;
    this.#annotationCount++;
    const record = (this.#annotations[count] ??= {
      time: new Nanos(),
      endpoint: new EndpointDraft(this.scratch),
      valueFrom: 0,
      valueTo: 0,
      core: 0,
    });
    record.time.clear();
    record.endpoint.clear();
    record.valueFrom = record.valueTo = record.core = 0;
    return record;
  }

  /** Likewise. */
  addTag(): V1Tag | undefined {
    const count = this.#tagCount;
    this.tooManyTags ||= count >= this.limits.attributes + ADDRESSES;
    if (this.tooManyTags) return undefined;
    this.#tagCount++;
    const record = (this.#tags[count] ??= {
      endpoint: new EndpointDraft(this.scratch),
      keyFrom: 0,
      keyTo: 0,
      source: this.texts,
      from: 0,
      to: 0,
      letter: 0,
    });
    record.endpoint.clear();
    record.keyFrom = record.keyTo = record.from = record.to = 0;
    record.letter = LETTER.empty;
    return record;
  }

  /** The range of `texts` that an annotation's value is. */
  setAnnotationValue(annotation: V1Annotation, from: number, to: number): void {
    annotation.valueFrom = from;
    annotation.valueTo = to;
    annotation.core = to - from === 2 ? CORES.find(this.texts, from, to) : 0;
  }

  /** A value that stands nowhere else. */
  keepTagValue(tag: V1Tag, letter: number, source: Uint8Array, from: number, to: number): void {
    tag.letter = letter;
    tag.from = this.keep(source, from, to);
    tag.to = this.scratch.length;
    tag.source = this.scratch.data;
  }

  /** Copies into the scratch buffer; where the copy begins, which ends where the buffer does. */
  keep(source: Uint8Array, from: number, to: number): number {
    const begin = this.scratch.length;
    this.scratch.copy(source, from, to);
    return begin;
  }
}
