import { Bytes } from '../wire/bytes.ts';
import { Dictionary } from '../wire/dictionary.ts';
import { Uint32Column, Uint64Column } from './number-columns.ts';

/** Native's flags for LowCardinality with its own dictionary in each block; the index width is added. */
const DICTIONARY_FLAGS = 0x600;

/** Key version that precedes every LowCardinality stream of a block. */
export const DICTIONARY_PREFIX = uint64(1);

/** LowCardinality(String). */
export class DictionaryColumn {
  readonly dictionary: Dictionary;
  readonly indexes = new Uint32Column();

  /** Several columns may share one dictionary: each writes all of it. */
  constructor(dictionary = new Dictionary()) {
    this.dictionary = dictionary;
  }

  push(source: Uint8Array, from: number, to: number): void {
    this.indexes.push(this.dictionary.intern(source, from, to));
  }

  /** Without the prefix, which stands before the offsets when the column is nested. */
  chunks(): Uint8Array[] {
    const rows = this.indexes.length;
    if (rows === 0) return [];
    const { dictionary } = this;
    const head = Buffer.allocUnsafe(16);
    head.writeBigUInt64LE(BigInt(DICTIONARY_FLAGS | dictionary.indexWidth), 0);
    head.writeBigUInt64LE(BigInt(dictionary.size), 8);
    return [head, dictionary.entries.view(), uint64(rows), narrow(this.indexes, dictionary.indexWidth)];
  }
}

/** Map(LowCardinality(String), String). */
export class MapColumn {
  readonly keys: DictionaryColumn;
  readonly values = new Bytes(16_384);
  readonly offsets = new Uint64Column();

  constructor(keys = new Dictionary()) {
    this.keys = new DictionaryColumn(keys);
  }

  /** Adds an entry to the row that `closeRow` will end. */
  push(key: number, source: Uint8Array, from: number, to: number): void {
    this.keys.indexes.push(key);
    this.values.lengthPrefixed(source, from, to);
  }

  closeRow(): void {
    this.offsets.push(this.keys.indexes.length, 0);
  }

  /** Takes back the entries of the row that was not closed; its values began at `valuesFrom`. */
  dropRow(valuesFrom: number): void {
    const { words, length } = this.offsets;
    this.keys.indexes.length = length === 0 ? 0 : words[length - 2]!;
    this.values.length = valuesFrom;
  }

  chunks(): Uint8Array[] {
    return [this.offsets.view(), ...this.keys.chunks(), this.values.view()];
  }
}

function narrow(indexes: Uint32Column, width: 0 | 1 | 2): Uint8Array {
  if (width === 2) return indexes.view();
  const source = indexes.words;
  const rows = indexes.length;
  const target = width === 0 ? new Uint8Array(rows) : new Uint16Array(rows);
  for (let row = 0; row < rows; row++) target[row] = source[row]!;
  return new Uint8Array(target.buffer);
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
