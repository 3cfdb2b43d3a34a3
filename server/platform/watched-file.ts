import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** Content of a file as of now: asked of the system at every look, read again only when it has changed. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  readonly #onRefused: (thrown: unknown) => void;
  #stamp: string;
  #value: T;

  /** Reads it the first time; throws what reading or `parse` throws. */
  constructor(path: string, parse: (text: string) => T, onRefused: (thrown: unknown) => void) {
    this.#path = path;
    this.#parse = parse;
    this.#onRefused = onRefused;
    this.#stamp = stampOf(statSync(path));
    this.#value = parse(readFileSync(path, 'utf8'));
  }

  /** What cannot be used is told to `onRefused`, once for each change, and what was there before stays. */
  async value(): Promise<T> {
    let stamp = '';
    try {
      stamp = stampOf(await stat(this.#path));
      if (stamp !== this.#stamp) this.#value = this.#parse(await readFile(this.#path, 'utf8'));
    } catch (thrown) {
      if (stamp !== this.#stamp) this.#onRefused(thrown);
    }
    this.#stamp = stamp;
    return this.#value;
  }
}

function stampOf({ mtimeMs, size, ino }: { mtimeMs: number; size: number; ino: number }): string {
  return `${mtimeMs} ${size} ${ino}`;
}
