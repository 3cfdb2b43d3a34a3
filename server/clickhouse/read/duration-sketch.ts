import type { DurationSpread } from '../../store/trace-store.ts';

/**
 * A state of `quantilesDD` as the engine writes it: how many values lie in each bin, where a bin's bounds are powers of
 * `gamma`. Merged states add up bin by bin, so whatever is counted in bins only grows as spans come.
 */
export interface DurationSketch {
  readonly gamma: number;
  readonly indexOffset: number;
  /** Counts of positive values by the index of their bin. */
  readonly bins: readonly (readonly [index: number, count: number])[];
  readonly zeros: number;
}

/** Each block begins with one of these. */
const MAPPING = 0x02;
const POSITIVE = 0x01;
const NEGATIVE = 0x03;
const ZEROS = 0x04;
/** How the bins of a store are written. */
const SPARSE = 0x04;
const DENSE = 0x0c;

/** Throws TypeError on what is no such state. */
export function decodeSketch(bytes: Uint8Array): DurationSketch {
  const cursor = new Cursor(bytes);
  cursor.expect(MAPPING);
  const gamma = cursor.double();
  const indexOffset = cursor.double();
  cursor.expect(POSITIVE);
  const bins = decodeBins(cursor);
  cursor.expect(NEGATIVE);
  decodeBins(cursor);
  cursor.expect(ZEROS);
  return { gamma, indexOffset, bins, zeros: cursor.double() };
}

/**
 * Every value is taken for the middle of its bin: it is told within one percent. In whole numbers, so that a sum is the same
 * in whatever order it is made: a counter must not fall by a rounding.
 */
export function spreadOf(sketch: DurationSketch, boundsNanos: readonly number[]): DurationSpread {
  const { gamma, indexOffset, bins, zeros } = sketch;
  const accuracy = (gamma - 1) / (gamma + 1);
  const atMost = boundsNanos.map(() => zeros);
  let sumNanos = 0n;
  for (const [index, count] of bins) {
    const middle = gamma ** (index - indexOffset) * (1 + accuracy);
    sumNanos += BigInt(Math.round(middle)) * BigInt(count);
    for (let at = 0; at < boundsNanos.length; at++) if (middle <= boundsNanos[at]!) atMost[at]! += count;
  }
  return { atMost, sumNanos };
}

function decodeBins(cursor: Cursor): DurationSketch['bins'] {
  const form = cursor.byte();
  const length = cursor.varint();
  const bins: [number, number][] = [];
  if (form === SPARSE) {
    for (let at = 0, index = 0; at < length; at++) {
      index += cursor.signed();
      bins.push([index, cursor.double()]);
    }
    return bins;
  }
  if (form !== DENSE) throw new TypeError(`bins of an unknown form ${form}`);
  let index = cursor.signed();
  const step = cursor.signed();
  for (let at = 0; at < length; at++, index += step) bins.push([index, cursor.double()]);
  return bins;
}

class Cursor {
  readonly #bytes: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  expect(flag: number): void {
    const found = this.byte();
    if (found !== flag) throw new TypeError(`a sketch has block ${found} where block ${flag} is to be`);
  }

  byte(): number {
    this.#need(1);
    return this.#bytes.getUint8(this.#at++);
  }

  double(): number {
    this.#need(8);
    const value = this.#bytes.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** Zigzag: the sign is the last bit. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #need(count: number): void {
    if (this.#at + count > this.#bytes.byteLength) throw new TypeError('a sketch ends before its last value');
  }
}
