import type { Dictionary } from '../wire/dictionary.ts';
import type { Part } from './part.ts';

/** How far a block was filled: a place to go back to. */
export type Mark = readonly number[];

/** What a word of a dictionary takes beside its bytes: its tables, and what writers remember of it. */
const WORD_BYTES = 200;

/** All that a block is made of: measured, taken back and emptied as one. */
export class BlockParts {
  readonly #parts: readonly Part[];
  readonly #dictionaries: readonly Dictionary[];

  constructor(parts: readonly Part[], dictionaries: readonly Dictionary[]) {
    this.#parts = parts;
    this.#dictionaries = dictionaries;
  }

  /** Bytes of memory that are filled. */
  get byteLength(): number {
    const parts = this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
    return this.#dictionaries.reduce(
      (sum, { entries, size }) => sum + entries.byteLength + size * WORD_BYTES,
      parts,
    );
  }

  mark(): Mark {
    return [...this.#parts.map(({ length }) => length), ...this.#dictionaries.map(({ size }) => size)];
  }

  truncate(mark: Mark): void {
    for (const [index, part] of this.#parts.entries()) part.length = mark[index]!;
    for (const [index, dictionary] of this.#dictionaries.entries()) {
      dictionary.truncate(mark[this.#parts.length + index]!);
    }
  }

  reset(): void {
    for (const part of this.#parts) part.reset();
    for (const dictionary of this.#dictionaries) dictionary.reset();
  }
}
