import { randomInt } from 'node:crypto';
import { Bytes } from './bytes.ts';

/** Drawn per process, so that nobody can prepare strings that share a slot. */
const SEED = randomInt(0x7fff_ffff);

const FIRST_ENTRIES = 256;
/** Tables that grew past this in one unusual block are given back after it. */
const KEEP_ENTRIES = 1 << 15;

/** A hash of bytes for tables in memory; not stable between processes, never stored. */
export function hashBytes(source: Uint8Array, from: number, to: number): number {
  let hash = SEED ^ (to - from);
  for (let index = from; index < to; index++) hash = Math.imul(hash ^ source[index]!, 0x0100_0193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b_3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/**
 * Distinct byte strings of a block, numbered as they come; number 0 is the empty string. The entries are kept as Native
 * writes them (length, bytes), so writing the dictionary is one copy. Strings stay bytes: none becomes a JavaScript string.
 */
export class Dictionary {
  readonly entries = new Bytes(4096);
  size = 0;
  /** Twice as many as there is room for entries. */
  #slots = new Int32Array(2 * FIRST_ENTRIES);
  #hashes = new Uint32Array(FIRST_ENTRIES);
  /** Where each entry's bytes (after the length) begin and end in `entries`. */
  #from = new Uint32Array(FIRST_ENTRIES);
  #to = new Uint32Array(FIRST_ENTRIES);
  /** The entry that followed each entry last time: instrumentation repeats its keys in order. */
  #next = new Uint32Array(FIRST_ENTRIES);
  #previous = 0;

  constructor() {
    this.reset();
  }

  /** The number of the string, which is added if it is new. */
  intern(source: Uint8Array, from: number, to: number): number {
    if (from === to) return 0;
    const guess = this.#next[this.#previous]!;
    if (this.#equals(guess, source, from, to)) return this.#follow(guess);
    const hash = hashBytes(source, from, to);
    const slot = this.#slotOf(hash, source, from, to);
    const index = this.#slots[slot]!;
    return this.#follow(index === 0 ? this.#add(slot, hash, source, from, to) : index);
  }

  /** The number of the string, or 0 if it was never added. */
  lookup(source: Uint8Array, from: number, to: number): number {
    if (from === to) return 0;
    const guess = this.#next[this.#previous]!;
    if (this.#equals(guess, source, from, to)) return this.#follow(guess);
    const index = this.#slots[this.#slotOf(hashBytes(source, from, to), source, from, to)]!;
    return index === 0 ? 0 : this.#follow(index);
  }

  internText(text: string): number {
    const bytes = Buffer.from(text, 'utf8');
    return this.intern(bytes, 0, bytes.length);
  }

  /** The entry's text; for rare paths only. */
  text(index: number): string {
    return this.entries.data.toString('utf8', this.#from[index], this.#to[index]);
  }

  /** Index width as Native writes it: 0 for bytes, 1 for 16 bits, 2 for 32. */
  get indexWidth(): 0 | 1 | 2 {
    if (this.size <= 0x100) return 0;
    return this.size <= 0x1_0000 ? 1 : 2;
  }

  /** Takes back every string but the first `size`. */
  truncate(size: number): void {
    if (size >= this.size) return;
    this.entries.length = this.#to[size - 1]!;
    this.size = size;
    this.#next.fill(0);
    this.#previous = 0;
    this.#placeAll(this.#slots.fill(0));
  }

  reset(): void {
    if (this.#hashes.length > KEEP_ENTRIES) this.#resize(FIRST_ENTRIES);
    this.entries.reset();
    this.entries.byte(0);
    this.size = 1;
    this.#from[0] = this.#to[0] = 1;
    this.#slots.fill(0);
    this.#next.fill(0);
    this.#previous = 0;
  }

  /** Remembers what came after what. */
  #follow(index: number): number {
    this.#next[this.#previous] = index;
    this.#previous = index;
    return index;
  }

  /** The slot that holds the string, or the free one where it belongs. */
  #slotOf(hash: number, source: Uint8Array, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === 0) return slot;
      if (this.#hashes[index] === hash && this.#equals(index, source, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const index = this.size++;
    this.#slots[slot] = index;
    this.#hashes[index] = hash;
    this.entries.lengthPrefixed(source, from, to);
    this.#to[index] = this.entries.length;
    this.#from[index] = this.entries.length - (to - from);
    this.#next[index] = 0;
    if (this.size === this.#hashes.length) this.#grow();
    return index;
  }

  #equals(index: number, source: Uint8Array, from: number, to: number): boolean {
    const start = this.#from[index]!;
    const count = to - from;
    if (this.#to[index]! - start !== count) return false;
    const data = this.entries.data;
    for (let offset = 0; offset < count; offset++) {
      if (data[start + offset] !== source[from + offset]) return false;
    }
    return true;
  }

  #grow(): void {
    this.#resize(this.size * 2);
    this.#placeAll(this.#slots);
  }

  /** Makes room for so many entries, of which at least those there are; the slots are empty afterwards. */
  #resize(entries: number): void {
    const resized = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
      const copy = new Uint32Array(entries);
      copy.set(array.subarray(0, entries));
      return copy;
    };
    this.#hashes = resized(this.#hashes);
    this.#from = resized(this.#from);
    this.#to = resized(this.#to);
    this.#next = resized(this.#next);
    this.#slots = new Int32Array(entries * 2);
  }

  /** Puts every entry into a slot of its own. */
  #placeAll(slots: Int32Array): void {
    const mask = slots.length - 1;
    for (let index = 1; index < this.size; index++) {
      let slot = this.#hashes[index]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
  }
}
