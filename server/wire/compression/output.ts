import { broken, tooLarge } from './refusals.ts';

/** Shorter copies are faster byte by byte than through a call into the engine. */
const SHORT_COPY_BYTES = 24;
const FIRST_BYTES = 64 * 1024;

/**
 * What the LZ77 codings (lz4, snappy) unpack into: literals and matches, checked against the limit and against what is
 * there. By hand because the libraries for these codings either cannot be told a limit, or keep working past it.
 */
export class Output {
  private readonly coding: string;
  private readonly maxBytes: number;
  private bytes: Uint8Array;
  private floor = 0;
  length = 0;

  constructor(coding: string, maxBytes: number) {
    this.coding = coding;
    this.maxBytes = maxBytes;
    this.bytes = Buffer.allocUnsafe(Math.min(maxBytes, FIRST_BYTES));
  }

  /** Matches reach no further back than here. */
  beginUnit(): void {
    this.floor = this.length;
  }

  /** Makes room for `count` bytes more; throws Fault `too-large` when that is past the limit. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.maxBytes) throw tooLarge(this.maxBytes);
    const grown = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Appends `count` bytes of `from` that begin at `start`; the caller has checked that they are there. */
  literals(from: Uint8Array, start: number, count: number): void {
    this.reserve(count);
    const { bytes, length } = this;
    if (count > SHORT_COPY_BYTES) bytes.set(from.subarray(start, start + count), length);
    else for (let index = 0; index < count; index++) bytes[length + index] = from[start + index]!;
    this.length = length + count;
  }

  /** Appends `count` bytes again that were appended `distance` ago; the two may overlap, which repeats them. */
  match(distance: number, count: number): void {
    if (distance === 0 || distance > this.length - this.floor) {
      throw broken(
        this.coding,
        `a match reaches ${distance} bytes back, and ${this.length - this.floor} are there`,
      );
    }
    this.reserve(count);
    const { bytes, length } = this;
    const start = length - distance;
    if (count > SHORT_COPY_BYTES && distance >= count) bytes.copyWithin(length, start, start + count);
    else if (distance === 1) bytes.fill(bytes[start]!, length, length + count);
    else for (let index = 0; index < count; index++) bytes[length + index] = bytes[start + index]!;
    this.length = length + count;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
