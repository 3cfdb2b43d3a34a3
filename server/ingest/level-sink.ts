import type { AttributeList } from '../columns/attribute-list.ts';
import type { AttributeSink } from './attribute-sink.ts';
import type { FactWriter } from './fact-writer.ts';
import type { KeyClass } from './key-class.ts';
import { describeLarge, describeMany, describeNesting, type SpanLimits } from './span-limits.ts';
import type { Verdict } from './verdict.ts';

/** Where the attributes of a level go; what is nested wants to know before the first of a span is put. */
export interface LevelColumns {
  readonly attributes: AttributeList;
  touch?(): void;
}

/** Attributes of one level (span, event or link) on their way into the columns. */
export class LevelSink implements AttributeSink {
  /** Whether the values of the open span are looked at, to learn which keys repeat. */
  sampled = false;
  readonly #columns: LevelColumns;
  readonly #list: AttributeList;
  readonly #level: 'span' | 'event' | 'link';
  readonly #facts: FactWriter;
  readonly #limits: SpanLimits;
  readonly #verdict: Verdict;
  /** By key number in the list's dictionary, for the space at hand. */
  #classes: (KeyClass | undefined)[] = [];
  /** Likewise: whose values the catalog knows to stand among the nearly unique ones. */
  #knownUnique: (true | undefined)[] = [];

  constructor(
    columns: LevelColumns,
    level: 'span' | 'event' | 'link',
    facts: FactWriter,
    limits: SpanLimits,
    verdict: Verdict,
  ) {
    this.#columns = columns;
    this.#list = columns.attributes;
    this.#level = level;
    this.#facts = facts;
    this.#limits = limits;
    this.#verdict = verdict;
  }

  get closed(): boolean {
    return this.#verdict.reason !== undefined;
  }

  forgetKeys(): void {
    this.#classes = [];
    this.#knownUnique = [];
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
    const list = this.#list;
    const limits = this.#limits;
    if (to - from > limits.attributeBytes || keyTo - keyFrom > limits.attributeBytes) {
      const describe = (): string => describeLarge(keySource, keyFrom, keyTo, to - from, limits);
      this.#verdict.refuse('attribute-too-large', describe);
      return;
    }
    if (list.count >= limits.attributes) {
      this.#verdict.refuse('too-many-attributes', () => describeMany(this.#level, limits));
      return;
    }
    const key = list.keys.intern(keySource, keyFrom, keyTo);
    const keyClass = this.#classes[key] ?? this.#learn(key);
    if (this.#level === 'span') {
      if (keyClass.unique && this.#knownUnique[key] === undefined) this.#tellUnique(key);
      list.push(key, letter, keyClass.unique, source, from, to);
      if (this.sampled) keyClass.note(source, from, to);
    } else {
      this.#columns.touch?.();
      list.push(key, letter, false, source, from, to);
    }
  }

  refuseNesting(): void {
    this.#verdict.refuse('nested-too-deep', () => describeNesting(this.#limits));
  }

  #tellUnique(key: number): void {
    this.#facts.uniqueKey(this.#list.keys.text(key));
    this.#knownUnique[key] = true;
  }

  #learn(key: number): KeyClass {
    const text = this.#list.keys.text(key);
    this.#facts.key(this.#level, text);
    const keyClass = this.#facts.memory.classOf(text);
    this.#classes[key] = keyClass;
    return keyClass;
  }
}
