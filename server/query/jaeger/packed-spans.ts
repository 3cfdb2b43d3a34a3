import type { Attribute, AttributeValue, Attributes } from '../../span/attribute.ts';
import type { Scope, Span, SpanEvent, SpanLink } from '../../span/span.ts';
import { ByteReader, ByteWriter } from './byte-log.ts';
import type { Outline, SpanList } from './span-list.ts';

/** Attributes of one key that are kept as objects. */
const MAX_VALUES = 1_024;
/** Keys of which attributes are kept. */
const MAX_KEYS = 10_000;
/** Names, services and the like that are kept as they are; further ones are written out each time. */
const MAX_WORDS = 10_000;
/** Longer texts are hardly ever repeated. */
const MAX_WORD_CHARACTERS = 256;

const NONE: readonly never[] = [];

/** Heads of an attribute: below are the types, from here on are attributes that are kept, by their number. */
const TYPES = ['string', 'int', 'double', 'bool', 'bytes', 'array', 'map', 'empty'] as const;
const KEPT = TYPES.length;

/** What is known of a key: the attributes with the values that it had first. */
interface KnownKey {
  readonly kept: Map<string | bigint | boolean, number>;
  seen: number;
}

/**
 * Many spans in few bytes: a span of fifteen attributes takes about two hundred of them, where objects take two thousand
 * and the collector of garbage as much time as reading. Attributes that repeat are kept once, as the objects they are;
 * the rest is bytes, made into spans again as they are asked for.
 */
export class PackedSpans implements SpanList {
  readonly #outlines: Outline[] = [];
  readonly #log = new ByteWriter();
  readonly #words = new Map<string, number>();
  readonly #wordList: string[] = [];
  readonly #scopes = new Map<Scope, number>();
  readonly #scopeList: Scope[] = [];
  readonly #keys = new Map<string, KnownKey>();
  readonly #kept: Attribute[] = [];
  #hasUnknownKeys = false;

  get outlines(): readonly Outline[] {
    return this.#outlines;
  }

  add(span: Span): void {
    const { spanId, parentSpanId, kind, startNanos, durationNanos, resource } = span;
    this.#outlines.push({ spanId, parentSpanId, kind, startNanos, durationNanos, resource, events: NONE });
    this.#word(span.traceId);
    this.#word(span.traceState);
    this.#word(span.name);
    this.#word(span.service);
    this.#word(span.statusCode);
    this.#word(span.statusMessage);
    this.#log.count(this.#scopeNumber(span.scope));
    this.#log.count(span.flags);
    this.#log.count(span.droppedAttributesCount);
    this.#log.count(span.droppedEventsCount);
    this.#log.count(span.droppedLinksCount);
    this.#attributes(span.attributes);
    this.#log.count(span.events.length);
    for (const event of span.events) this.#event(event);
    this.#log.count(span.links.length);
    for (const link of span.links) this.#link(link);
    this.#log.endEntry();
  }

  *spans(): Generator<Span> {
    const log = new ByteReader(this.#log);
    for (const outline of this.#outlines) {
      log.nextEntry();
      yield this.#span(log, outline);
    }
  }

  mayHave(isKey: (key: string) => boolean): boolean {
    if (this.#hasUnknownKeys) return true;
    for (const key of this.#keys.keys()) if (isKey(key)) return true;
    return false;
  }

  #scopeNumber(scope: Scope): number {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    this.#scopes.set(scope, this.#scopeList.length);
    return this.#scopeList.push(scope) - 1;
  }

  /** A text that repeats: its number from one on, or zero and the text itself. */
  #word(text: string): void {
    let number = this.#words.get(text);
    if (number === undefined && this.#wordList.length < MAX_WORDS && text.length <= MAX_WORD_CHARACTERS) {
      number = this.#wordList.push(text);
      this.#words.set(text, number);
    }
    this.#log.count(number ?? 0);
    if (number === undefined) this.#log.text(text);
  }

  #attributes(attributes: Attributes): void {
    this.#log.count(attributes.length);
    for (const attribute of attributes) this.#attribute(attribute);
  }

  #attribute(attribute: Attribute): void {
    const { key, value } = attribute;
    const known = this.#knownKey(key);
    const number = known === undefined ? undefined : this.#numberOf(known, attribute);
    if (number !== undefined) {
      this.#log.count(KEPT + number);
      return;
    }
    this.#log.count(TYPES.indexOf(value.type));
    this.#word(key);
    this.#content(value);
  }

  #knownKey(key: string): KnownKey | undefined {
    let known = this.#keys.get(key);
    if (known !== undefined) return known;
    if (this.#keys.size >= MAX_KEYS) {
      this.#hasUnknownKeys = true;
      return undefined;
    }
    known = { kept: new Map(), seen: 0 };
    this.#keys.set(key, known);
    return known;
  }

  /** The number of an attribute that is kept, or may be from now on. */
  #numberOf(known: KnownKey, attribute: Attribute): number | undefined {
    const { value } = attribute;
    if (value.type !== 'string' && value.type !== 'int' && value.type !== 'bool') return undefined;
    known.seen++;
    if (isUnique(known)) return undefined;
    const number = known.kept.get(value.value);
    if (number !== undefined) return number;
    if (
      known.kept.size >= MAX_VALUES ||
      (value.type === 'string' && value.value.length > MAX_WORD_CHARACTERS)
    ) {
      return undefined;
    }
    known.kept.set(value.value, this.#kept.length);
    return this.#kept.push(attribute) - 1;
  }

  #content(value: AttributeValue): void {
    switch (value.type) {
      case 'string':
        this.#log.text(value.value);
        return;
      case 'int':
        this.#log.integer(value.value);
        return;
      case 'double':
        this.#log.double(value.value);
        return;
      case 'bool':
        this.#log.count(value.value ? 1 : 0);
        return;
      case 'bytes':
        this.#log.bytes(value.value);
        return;
      case 'array':
        this.#log.count(value.value.length);
        for (const item of value.value) {
          this.#log.count(TYPES.indexOf(item.type));
          this.#content(item);
        }
        return;
      case 'map':
        this.#attributes(value.value);
        return;
      case 'empty':
    }
  }

  #event(event: SpanEvent): void {
    this.#log.integer(event.timeNanos);
    this.#word(event.name);
    this.#log.count(event.droppedAttributesCount);
    this.#attributes(event.attributes);
  }

  #link(link: SpanLink): void {
    this.#log.text(link.traceId);
    this.#log.text(link.spanId);
    this.#word(link.traceState);
    this.#log.count(link.droppedAttributesCount);
    this.#log.count(link.flags);
    this.#attributes(link.attributes);
  }

  #span(log: ByteReader, outline: Outline): Span {
    return {
      traceId: this.#readWord(log) as Span['traceId'],
      spanId: outline.spanId,
      parentSpanId: outline.parentSpanId,
      traceState: this.#readWord(log),
      name: this.#readWord(log),
      service: this.#readWord(log),
      statusCode: this.#readWord(log) as Span['statusCode'],
      statusMessage: this.#readWord(log),
      scope: this.#scopeList[log.count()]!,
      flags: log.count(),
      droppedAttributesCount: log.count(),
      droppedEventsCount: log.count(),
      droppedLinksCount: log.count(),
      attributes: this.#readAttributes(log),
      events: this.#readList(log, () => this.#readEvent(log)),
      links: this.#readList(log, () => this.#readLink(log)),
      kind: outline.kind,
      startNanos: outline.startNanos,
      durationNanos: outline.durationNanos,
      resource: outline.resource,
    };
  }

  #readWord(log: ByteReader): string {
    const number = log.count();
    return number === 0 ? log.text() : this.#wordList[number - 1]!;
  }

  #readList<Item>(log: ByteReader, read: () => Item): readonly Item[] {
    const count = log.count();
    if (count === 0) return NONE;
    const items: Item[] = [];
    for (let at = 0; at < count; at++) items.push(read());
    return items;
  }

  #readAttributes(log: ByteReader): Attributes {
    const count = log.count();
    if (count === 0) return NONE;
    const attributes = new Array<Attribute>(count);
    for (let at = 0; at < count; at++) attributes[at] = this.#readAttribute(log);
    return attributes;
  }

  #readAttribute(log: ByteReader): Attribute {
    const head = log.count();
    if (head >= KEPT) return this.#kept[head - KEPT]!;
    return { key: this.#readWord(log), value: this.#readContent(log, TYPES[head]!) };
  }

  #readContent(log: ByteReader, type: AttributeValue['type']): AttributeValue {
    switch (type) {
      case 'string':
        return { type, value: log.text() };
      case 'int':
        return { type, value: log.integer() };
      case 'double':
        return { type, value: log.double() };
      case 'bool':
        return { type, value: log.count() === 1 };
      case 'bytes':
        return { type, value: log.bytes() };
      case 'array':
        return { type, value: this.#readList(log, () => this.#readContent(log, TYPES[log.count()]!)) };
      case 'map':
        return { type, value: this.#readAttributes(log) };
      case 'empty':
        return { type };
    }
  }

  #readEvent(log: ByteReader): SpanEvent {
    return {
      timeNanos: BigInt.asUintN(64, log.integer()),
      name: this.#readWord(log),
      droppedAttributesCount: log.count(),
      attributes: this.#readAttributes(log),
    };
  }

  #readLink(log: ByteReader): SpanLink {
    return {
      traceId: log.text(),
      spanId: log.text(),
      traceState: this.#readWord(log),
      droppedAttributesCount: log.count(),
      flags: log.count(),
      attributes: this.#readAttributes(log),
    };
  }
}

/** Its table filled up before values came again: looking for them in it is not worth the time. */
function isUnique({ kept, seen }: KnownKey): boolean {
  return kept.size >= MAX_VALUES && seen < 2 * MAX_VALUES;
}
