import { Dictionary } from './dictionary.ts';

/** Known names of fields, by number; a name may have several spellings. */
export class FieldNames {
  readonly #dictionary = new Dictionary();
  readonly #fields: number[] = [0];

  /** `names[n]` are the spellings of field n + 1; 0 stays for names nobody knows. */
  constructor(names: readonly (readonly string[])[]) {
    for (const [index, spellings] of names.entries()) {
      for (const spelling of spellings) this.#fields[this.#dictionary.internText(spelling)] = index + 1;
    }
  }

  find(source: Uint8Array, from: number, to: number): number {
    return this.#fields[this.#dictionary.lookup(source, from, to)]!;
  }
}
