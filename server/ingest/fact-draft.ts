import { createHash } from 'node:crypto';
import { Bytes } from '../wire/bytes.ts';
import type { CatalogBlock } from '../columns/catalog-block.ts';
import type { AttributeSink } from './attribute-sink.ts';
import {
  describeLarge,
  describeMany,
  describeNesting,
  describeSize,
  type SpanLimits,
} from './span-limits.ts';
import { Verdict } from './verdict.ts';

/** Where one attribute's key and value stand in the canonical bytes. */
interface Entry {
  readonly letter: number;
  readonly keyFrom: number;
  readonly keyTo: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

type DraftKind = 'resource' | 'scope' | 'fragment';

/** First 64 bits of a hash over everything that a fact says. */
export interface FactId {
  readonly low: number;
  readonly high: number;
}

/** The identity of what the texts and numbers say together. */
export function factId(...parts: readonly (string | number | Uint8Array)[]): FactId {
  const hash = createHash('sha1');
  for (const part of parts) {
    const bytes = typeof part === 'object' ? part : Buffer.from(String(part));
    hash.update(`${bytes.length} `).update(bytes);
  }
  const digest = hash.digest();
  return { low: digest.readUInt32LE(0), high: digest.readUInt32LE(4) };
}

/**
 * A resource, a scope or a fragment while it is being read. Its canonical bytes hold everything it says, unambiguously, so their hash
 * is its identity: the same resource sent as JSON or protobuf, by any sender, is the same fact.
 */
export class FactDraft implements AttributeSink {
  schemaUrl = '';
  droppedAttributes = 0;
  /** Whether spans of this origin may be kept. */
  readonly verdict = new Verdict();
  readonly #what: DraftKind;
  readonly #limits: SpanLimits;
  readonly #bytes = new Bytes();
  /** What the draft before this one said beside its numbers and its schema URL; undefined if that does not count. */
  readonly #previous = new Bytes();
  #previousTold: string | undefined;
  #entries: Entry[] = [];

  constructor(what: DraftKind, limits: SpanLimits) {
    this.#what = what;
    this.#limits = limits;
  }

  open(): void {
    this.verdict.clear();
    this.#bytes.length = 0;
    this.#entries = [];
    this.schemaUrl = '';
    this.droppedAttributes = 0;
  }

  get closed(): boolean {
    return this.verdict.reason !== undefined;
  }

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (this.#exceeds(keySource, keyFrom, keyTo, to - from)) return;
    const bytes = this.#bytes;
    bytes.byte(letter);
    bytes.lengthPrefixed(keySource, keyFrom, keyTo);
    const keyEnd = bytes.length;
    bytes.lengthPrefixed(source, from, to);
    this.#entries.push({
      letter,
      keyFrom: keyEnd - (keyTo - keyFrom),
      keyTo: keyEnd,
      valueFrom: bytes.length - (to - from),
      valueTo: bytes.length,
    });
  }

  refuseNesting(): void {
    this.verdict.refuse('nested-too-deep', () => this.#of(': ', describeNesting(this.#limits)));
  }

  /** A text that it has beside its attributes is limited like one of them. */
  checkText(name: string, { length }: string): void {
    const { attributeBytes } = this.#limits;
    if (length <= attributeBytes) return;
    const excess = `has ${length} characters, more than ${attributeBytes}`;
    this.verdict.refuse(
      'attribute-too-large',
      () => `its ${this.#what}'s ${name} ${excess} (SPANHOUSE_MAX_ATTRIBUTE_BYTES)`,
    );
  }

  /** The message as a whole is over the limit of a span, and its attributes are not looked at. */
  refuseSize(bytes: number): void {
    this.verdict.refuse('span-too-large', () => this.#of(' ', describeSize(bytes, this.#limits)));
  }

  /** What its attributes take. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /** The text of the last string attribute of that name; undefined if there is none or it is of another type. */
  text(key: string): string | undefined {
    const data = this.#bytes.data;
    const entry = this.#entries.findLast(
      ({ keyFrom, keyTo }) => data.toString('utf8', keyFrom, keyTo) === key,
    );
    if (entry?.letter !== 's'.charCodeAt(0)) return undefined;
    return data.toString('utf8', entry.valueFrom, entry.valueTo);
  }

  /** Whether it says what the draft before it said; to be asked once of each, when it is complete. */
  repeatsPrevious(): boolean {
    const bytes = this.#bytes;
    const previous = this.#previous;
    const told = `${this.droppedAttributes} ${this.schemaUrl}`;
    const repeats = told === this.#previousTold && Buffer.compare(bytes.view(), previous.view()) === 0;
    if (repeats) return true;
    this.#previousTold = told;
    previous.length = 0;
    previous.copy(bytes.data, 0, bytes.length);
    return false;
  }

  /** The next draft is taken for another one, whatever it says. */
  forgetPrevious(): void {
    this.#previousTold = undefined;
  }

  keys(): string[] {
    return this.#entries.map(({ keyFrom, keyTo }) => this.#bytes.data.toString('utf8', keyFrom, keyTo));
  }

  /** Its identity, with what it says beside its attributes. */
  id(...more: readonly (string | number)[]): FactId {
    return factId(...more, this.droppedAttributes, this.schemaUrl, this.#bytes.view());
  }

  #exceeds(source: Uint8Array, keyFrom: number, keyTo: number, valueBytes: number): boolean {
    const limits = this.#limits;
    if (valueBytes > limits.attributeBytes || keyTo - keyFrom > limits.attributeBytes) {
      const describe = (): string => describeLarge(source, keyFrom, keyTo, valueBytes, limits);
      this.verdict.refuse('attribute-too-large', () => this.#of("'s ", describe()));
    } else if (this.#entries.length >= limits.attributes) {
      const what = this.#what === 'fragment' ? 'span' : this.#what;
      this.verdict.refuse('too-many-attributes', () => describeMany(what, limits));
    }
    return this.closed;
  }

  /** A fragment is refused by itself, all else with each of its spans. */
  #of(link: string, words: string): string {
    return this.#what === 'fragment' ? words : `its ${this.#what}${link}${words}`;
  }

  writeAttributes(catalog: CatalogBlock): void {
    const data = this.#bytes.data;
    for (const { letter, keyFrom, keyTo, valueFrom, valueTo } of this.#entries) {
      catalog.attribute(data.subarray(keyFrom, keyTo), letter, data.subarray(valueFrom, valueTo));
    }
  }
}
