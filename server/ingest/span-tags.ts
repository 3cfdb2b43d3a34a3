import { SPAN_KINDS } from '../span/span.ts';
import { Bytes } from '../wire/bytes.ts';
import { FieldNames } from '../wire/field-names.ts';
import { LETTER } from './value-text.ts';
import type { SpanWriter } from './span-writer.ts';

/**
 * What OpenTelemetry's exporters, and instrumentation older than it, say in tags because Jaeger's and Zipkin's spans have no
 * field for it.
 */
const TAGS = new FieldNames([
  ['span.kind'],
  ['error'],
  ['otel.status_code'],
  ['otel.status_description'],
  ['otel.scope.name', 'otel.library.name'],
  ['otel.scope.version', 'otel.library.version'],
  ['w3c.tracestate'],
  ['otel.dropped_attributes_count'],
  ['otel.dropped_events_count'],
  ['otel.dropped_links_count'],
]);
const TAG = {
  kind: 1,
  error: 2,
  statusCode: 3,
  statusMessage: 4,
  scopeName: 5,
  scopeVersion: 6,
  traceState: 7,
  droppedAttributes: 8,
  droppedEvents: 9,
  droppedLinks: 10,
} as const;
/** First bytes of the tags above: nearly every key is told by this one look to be another. */
const FIRST_BYTES = new Set(['s', 'e', 'o', 'w'].map((letter) => letter.charCodeAt(0)));
/** The Collector tells a status by its name in OTLP; libraries leave out what all of them begin with. */
const STATUS_PREFIX = 'STATUS_CODE_';
const LONGEST_STATUS = `${STATUS_PREFIX}ERROR`.length;
const STATUS = { unset: 0, ok: 1, error: 2 } as const;
const COUNT = /^\d{1,10}$/;
const MAX_COUNT = 0xffff_ffff;

type TextName = 'scopeName' | 'scopeVersion' | 'traceState' | 'message' | 'errorText';

/** How a protocol tells an error: by a flag, as Jaeger does, or by a tag whose text says what went wrong, as Zipkin does. */
export type ErrorTag = 'flag' | 'message';

/** Tells tags that say what the span itself has a field for from attributes, one span after the other. */
export class SpanTags {
  readonly #writer: SpanWriter;
  readonly #errorTag: ErrorTag;
  /** Texts of the open span that its end needs. */
  readonly #texts: Record<TextName, Bytes> = {
    scopeName: new Bytes(64),
    scopeVersion: new Bytes(64),
    traceState: new Bytes(64),
    message: new Bytes(64),
    errorText: new Bytes(64),
  };
  #hasTexts = false;
  #isError = false;
  /** The scope that is open in the writer. */
  #name: string | undefined;
  #version = '';

  constructor(writer: SpanWriter, errorTag: ErrorTag) {
    this.#writer = writer;
    this.#errorTag = errorTag;
  }

  openSpan(): void {
    this.#isError = false;
    if (!this.#hasTexts) return;
    this.#hasTexts = false;
    for (const text of Object.values(this.#texts)) text.length = 0;
  }

  /** Takes the tag if it says what a field of the span says; false for an attribute. */
  take(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    if (!FIRST_BYTES.has(keySource[keyFrom] ?? 0)) return false;
    const tag = TAGS.find(keySource, keyFrom, keyTo);
    if (tag === 0) return false;
    return this.#read(tag, letter, source, from, to);
  }

  /**
   * Sets status, message, trace state and scope. `keep` puts a text where the writer's ranges of the span refer to, and
   * tells where it stands.
   */
  closeSpan(keep: (text: Bytes) => readonly [number, number]): void {
    const writer = this.#writer;
    const { message, errorText, traceState } = this.#texts;
    if (this.#isError) writer.status = STATUS.error;
    const said = message.length > 0 ? message : errorText;
    if (said.length > 0) [writer.messageFrom, writer.messageTo] = keep(said);
    if (traceState.length > 0) [writer.stateFrom, writer.stateTo] = keep(traceState);
    this.#closeScope();
  }

  /** A resource was opened: the scope has to be told again. */
  forgetScope(): void {
    this.#name = undefined;
  }

  #read(tag: number, letter: number, source: Uint8Array, from: number, to: number): boolean {
    const writer = this.#writer;
    switch (tag) {
      case TAG.kind:
        return this.#kind(letter, source, from, to);
      case TAG.error:
        return this.#error(letter, source, from, to);
      case TAG.statusCode:
        return this.#statusCode(source, from, to);
      case TAG.statusMessage:
        return this.#keep('message', letter, source, from, to);
      case TAG.scopeName:
        return this.#keep('scopeName', letter, source, from, to);
      case TAG.scopeVersion:
        return this.#keep('scopeVersion', letter, source, from, to);
      case TAG.traceState:
        return this.#keep('traceState', letter, source, from, to);
      default:
        return this.#count(writer, tag, textOf(source, from, to));
    }
  }

  #kind(letter: number, source: Uint8Array, from: number, to: number): boolean {
    if (letter !== LETTER.string || to - from > 16) return false;
    const kind = SPAN_KINDS.indexOf(textOf(source, from, to).toLowerCase() as (typeof SPAN_KINDS)[number]);
    if (kind <= 0) return false;
    this.#writer.kind = kind;
    return true;
  }

  #error(letter: number, source: Uint8Array, from: number, to: number): boolean {
    const text = to - from <= 5 ? textOf(source, from, to).toLowerCase() : '';
    if (text === 'true') {
      this.#isError = true;
      return true;
    }
    if (text === 'false' || this.#errorTag === 'flag') return false;
    this.#isError = true;
    return this.#keep('errorText', letter, source, from, to);
  }

  #statusCode(source: Uint8Array, from: number, to: number): boolean {
    const name = to - from <= LONGEST_STATUS ? textOf(source, from, to).toUpperCase() : '';
    const text = name.startsWith(STATUS_PREFIX) ? name.slice(STATUS_PREFIX.length) : name;
    if (text === 'ERROR') this.#isError = true;
    else if (text === 'OK') this.#writer.status = STATUS.ok;
    else return text === 'UNSET';
    return true;
  }

  #count(writer: SpanWriter, tag: number, text: string): boolean {
    const count = COUNT.test(text) ? Number(text) : Infinity;
    if (count > MAX_COUNT) return false;
    if (tag === TAG.droppedAttributes) writer.droppedAttributes = count;
    else if (tag === TAG.droppedEvents) writer.droppedEvents = count;
    else writer.droppedLinks = count;
    return true;
  }

  #keep(name: TextName, letter: number, source: Uint8Array, from: number, to: number): boolean {
    if (letter !== LETTER.string) return false;
    const text = this.#texts[name];
    text.length = 0;
    text.copy(source, from, to);
    this.#hasTexts = true;
    return true;
  }

  /** Spans of one library follow each other: the scope is told when it changes. */
  #closeScope(): void {
    const { scopeName, scopeVersion } = this.#texts;
    const name = scopeName.length === 0 ? '' : textOf(scopeName.data, 0, scopeName.length);
    const version = scopeVersion.length === 0 ? '' : textOf(scopeVersion.data, 0, scopeVersion.length);
    if (name === this.#name && version === this.#version) return;
    this.#name = name;
    this.#version = version;
    const { origin } = this.#writer;
    origin.openScope();
    origin.closeScope(name, version);
  }
}

function textOf(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('utf8');
}
