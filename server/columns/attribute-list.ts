import { Bytes } from '../wire/bytes.ts';
import { Dictionary } from '../wire/dictionary.ts';
import type { Part } from './part.ts';
import { DictionaryColumn, MapColumn } from './string-columns.ts';

/** Added to a lower-case letter to make it a capital. */
const CAPITAL = -32;

/** Attribute columns of one level: a map, where the level has two the map of nearly unique values, and the types. */
export class AttributeList {
  /** Both maps share the dictionary, so a key is looked up once, before it is known where its value goes. */
  readonly keys = new Dictionary();
  readonly repeated = new MapColumn(this.keys);
  readonly unique = new MapColumn(this.keys);
  readonly types = new DictionaryColumn();
  /** Letters of the open row. */
  readonly #pattern = new Bytes(64);
  /** Where the values of the open row begin, per map. */
  #repeatedFrom = 0;
  #uniqueFrom = 0;

  /** Attributes in the open row. */
  get count(): number {
    return this.#pattern.length;
  }

  /** `letter` is the character code of a type letter. */
  push(key: number, letter: number, unique: boolean, source: Uint8Array, from: number, to: number): void {
    if (unique) {
      this.unique.push(key, source, from, to);
      this.#pattern.byte(letter + CAPITAL);
    } else {
      this.repeated.push(key, source, from, to);
      this.#pattern.byte(letter);
    }
  }

  openRow(): void {
    this.#repeatedFrom = this.repeated.values.length;
    this.#uniqueFrom = this.unique.values.length;
  }

  closeRow(): void {
    this.repeated.closeRow();
    this.unique.closeRow();
    this.types.push(this.#pattern.data, 0, this.#pattern.length);
    this.#pattern.length = 0;
  }

  /** Takes back what was put since `openRow`. */
  dropRow(): void {
    this.repeated.dropRow(this.#repeatedFrom);
    this.unique.dropRow(this.#uniqueFrom);
    this.#pattern.length = 0;
  }

  /** Forgets the open row's letters, when its entries are taken back with the parts. */
  dropLetters(): void {
    this.#pattern.length = 0;
  }

  /** Everything whose length grows with entries, for marks. */
  get parts(): Part[] {
    const maps = [this.repeated, this.unique].flatMap((map) => [map.keys.indexes, map.values, map.offsets]);
    return [...maps, this.types.indexes];
  }

  get dictionaries(): Dictionary[] {
    return [this.keys, this.types.dictionary];
  }
}
