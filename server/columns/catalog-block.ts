import { Bytes } from '../wire/bytes.ts';
import { AttributeList } from './attribute-list.ts';
import { BlockParts, type Mark } from './block-parts.ts';
import type { FrameKey } from './frame.ts';
import { type ColumnData, encodeNative } from './native-writer.ts';
import { Uint8Column, Uint16Column, Uint32Column, Uint64Column } from './number-columns.ts';
import { CATALOG_COLUMNS } from './span-columns.ts';
import { DictionaryColumn } from './string-columns.ts';

type ColumnName = (typeof CATALOG_COLUMNS)[number]['name'];

export const FACTS = {
  resource: 1,
  scope: 2,
  operation: 3,
  key: 4,
  cut: 5,
  service: 6,
  event: 7,
  link: 8,
} as const;
export const LEVELS = { none: 0, resource: 1, scope: 2, span: 3, event: 4, link: 5, unique: 6 } as const;

/** What a fact says beside its attributes; all that it does not say is empty. */
export interface Fact {
  readonly space: { readonly tenant: string; readonly db: string; readonly table: string };
  readonly fact: number;
  readonly idLow: number;
  readonly idHigh: number;
  readonly service?: string;
  readonly name?: string;
  readonly version?: string;
  readonly kind?: number;
  readonly level?: number;
  readonly schemaUrl?: string;
  readonly droppedAttributes?: number;
  /** Days since 1970. */
  readonly expiresDay: number;
}

/** Rows of the catalog: few and rare, so written for clearness. */
export class CatalogBlock {
  readonly #tenant = new DictionaryColumn();
  readonly #db = new DictionaryColumn();
  readonly #table = new DictionaryColumn();
  readonly #fact = new Uint8Column();
  readonly #id = new Uint64Column();
  readonly #service = new DictionaryColumn();
  readonly #name = new Bytes();
  readonly #version = new Bytes();
  readonly #kind = new Uint8Column();
  readonly #level = new Uint8Column();
  readonly #schemaUrl = new Bytes();
  readonly #attributes = new AttributeList();
  readonly #droppedAttributes = new Uint32Column();
  readonly #expires = new Uint16Column();
  readonly #words = [this.#tenant, this.#db, this.#table, this.#service];
  readonly #parts = new BlockParts(
    [
      ...this.#words.map((column) => column.indexes),
      ...[this.#fact, this.#id, this.#name, this.#version, this.#kind, this.#level, this.#schemaUrl],
      ...[...this.#attributes.parts, this.#droppedAttributes, this.#expires],
    ],
    [...this.#words.map((column) => column.dictionary), ...this.#attributes.dictionaries],
  );

  get rows(): number {
    return this.#fact.length;
  }

  /** Adds an attribute to the fact that the next `push` will add. */
  attribute(key: Uint8Array, letter: number, value: Uint8Array): void {
    const index = this.#attributes.keys.intern(key, 0, key.length);
    this.#attributes.push(index, letter, false, value, 0, value.length);
  }

  push(fact: Fact): void {
    pushText(this.#tenant, fact.space.tenant);
    pushText(this.#db, fact.space.db);
    pushText(this.#table, fact.space.table);
    this.#fact.push(fact.fact);
    this.#id.push(fact.idLow, fact.idHigh);
    pushText(this.#service, fact.service ?? '');
    appendText(this.#name, fact.name ?? '');
    appendText(this.#version, fact.version ?? '');
    this.#kind.push(fact.kind ?? 0);
    this.#level.push(fact.level ?? LEVELS.none);
    appendText(this.#schemaUrl, fact.schemaUrl ?? '');
    this.#attributes.closeRow();
    this.#droppedAttributes.push(fact.droppedAttributes ?? 0);
    this.#expires.push(fact.expiresDay);
  }

  /** Bytes of memory that are filled. */
  get byteLength(): number {
    return this.#parts.byteLength;
  }

  mark(): Mark {
    return this.#parts.mark();
  }

  truncate(mark: Mark): void {
    this.#parts.truncate(mark);
    this.#attributes.dropLetters();
  }

  /** No bytes at all when there are no facts, which is nearly always. */
  encode(key: FrameKey): Uint8Array[] {
    if (this.rows === 0) return [];
    const data = this.#data();
    return encodeNative(
      key,
      CATALOG_COLUMNS,
      this.rows,
      CATALOG_COLUMNS.map(({ name }) => data[name]),
    );
  }

  #data(): Record<ColumnName, ColumnData> {
    const dictionary = (column: DictionaryColumn) => ({ dictionaries: 1, chunks: column.chunks() });
    const plain = (column: { view(): Uint8Array }) => ({ dictionaries: 0, chunks: [column.view()] });
    return {
      tenant: dictionary(this.#tenant),
      db: dictionary(this.#db),
      table: dictionary(this.#table),
      fact: plain(this.#fact),
      id: plain(this.#id),
      service: dictionary(this.#service),
      name: plain(this.#name),
      version: plain(this.#version),
      kind: plain(this.#kind),
      level: plain(this.#level),
      schema_url: plain(this.#schemaUrl),
      attr: { dictionaries: 1, chunks: this.#attributes.repeated.chunks() },
      attr_types: dictionary(this.#attributes.types),
      dropped_attributes: plain(this.#droppedAttributes),
      expires: plain(this.#expires),
    };
  }

  reset(): void {
    this.#parts.reset();
    this.#attributes.dropLetters();
  }
}

function pushText(column: DictionaryColumn, text: string): void {
  column.indexes.push(column.dictionary.internText(text));
}

function appendText(target: Bytes, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  target.lengthPrefixed(bytes, 0, bytes.length);
}
