import { hashBytes } from '../wire/dictionary.ts';

/** Values looked at before a first opinion; until then a key is taken to repeat. */
const WARM_UP = 64;
/** Values in one look. A key whose values come back within so many spans is worth the text index. */
const WINDOW = 16_384;
/** First chance in a look to call a key unique: what draws almost no value twice is not worth waiting for. */
const EARLY = 2048;
const EARLY_SHARE = 0.97;
/** Share of distinct values above which a key counts as nearly unique, and below which it stops to. */
const UNIQUE_SHARE = 0.55;
const REPEATED_SHARE = 0.45;
/** Values let pass between two looks: an opinion costs a hash per value only while it is being formed. */
const PAUSE = 50_000;
const SKETCH_BITS = 32_768;
/** Looks under way at once in the process; 4 KiB each. Keys beyond wait for their turn. */
const MAX_SKETCHES = 4096;

let sketches = 0;
/** A space may be forgotten in the middle of a look: its places are given back when its keys are collected. */
const abandoned = new FinalizationRegistry(() => {
  sketches--;
});

/** Looks under way in the process. */
export function countLooks(): number {
  return sketches;
}

/**
 * Learns whether the values of one attribute key of one space repeat or are nearly unique, by counting distinct values
 * in short looks (linear counting). The answer only decides which map, and so which index, a value goes to: a search asks
 * both, so a wrong or a changed answer costs speed, never a result.
 */
export class KeyClass {
  unique = false;
  #pause = WARM_UP;
  #seen = 0;
  #distinctBits = 0;
  #sketch: Uint8Array | undefined;

  note(source: Uint8Array, from: number, to: number): void {
    if (this.#pause > 0) {
      this.#pause--;
      return;
    }
    const sketch = this.#sketch ?? this.#open();
    if (sketch === undefined) return;
    const bit = hashBytes(source, from, to) % SKETCH_BITS;
    const mask = 1 << (bit & 7);
    if ((sketch[bit >>> 3]! & mask) === 0) {
      sketch[bit >>> 3]! |= mask;
      this.#distinctBits++;
    }
    this.#seen++;
    if (this.#seen === EARLY && this.#share() > EARLY_SHARE) this.unique = true;
    if (this.#seen === WINDOW) this.#decide();
  }

  /** Estimated distinct values as a share of those seen. */
  #share(): number {
    const free = Math.max(1, SKETCH_BITS - this.#distinctBits);
    return (-SKETCH_BITS * Math.log(free / SKETCH_BITS)) / this.#seen;
  }

  #decide(): void {
    const share = this.#share();
    this.unique = share > (this.unique ? REPEATED_SHARE : UNIQUE_SHARE);
    this.#pause = PAUSE;
    abandoned.unregister(this.#sketch!);
    this.#sketch = undefined;
    sketches--;
  }

  #open(): Uint8Array | undefined {
    if (sketches >= MAX_SKETCHES) {
      this.#pause = WINDOW;
      return undefined;
    }
    sketches++;
    this.#seen = 0;
    this.#distinctBits = 0;
    this.#sketch = new Uint8Array(SKETCH_BITS / 8);
    abandoned.register(this, undefined, this.#sketch);
    return this.#sketch;
  }
}
