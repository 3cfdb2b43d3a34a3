import { Fault } from '../errors/fault.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
export const FIXED32 = 5;

/** Groups are long gone from proto3; unknown ones are skipped to this depth, and to this size of the outermost. */
const MAX_GROUPS = 32;
const MAX_GROUP_BYTES = 1 << 20;
const TWO_32 = 0x1_0000_0000;

/**
 * Walks protobuf bytes in place. A decoder reads a tag, then the value it expects or `skip`; 64-bit values come as two
 * halves in `low` and `high`. Messages are ranges: the caller remembers where one ends and never reads past it, because
 * every read checks against `end`, which `enter` narrows and `leave` widens again.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  at = 0;
  end: number;
  low = 0;
  high = 0;
  /** Range of the value that `range` read last. */
  from = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Field number times eight plus wire type; 0 at the end of the message. */
  tag(): number {
    if (this.at >= this.end) return 0;
    const first = this.bytes[this.at]!;
    if (first < 0x80 && first > 7) {
      this.at++;
      return first;
    }
    const begin = this.at;
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw this.fault('a field of number 0', begin);
    return tag;
  }

  /** A varint of which only the low 32 bits count, as protobuf has it for tags, enums and uint32. */
  uint32(): number {
    if (this.at < this.end) {
      const first = this.bytes[this.at]!;
      if (first < 0x80) {
        this.at++;
        return first;
      }
    }
    this.varint64();
    return this.low;
  }

  /** A varint into `low` and `high`. */
  varint64(): void {
    const { bytes, end } = this;
    const begin = this.at;
    let at = begin;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw this.fault('a number that is cut off', begin);
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.at = at;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.fault('a number of more than ten bytes', begin);
  }

  /** Eight bytes into `low` and `high`. */
  fixed64(): void {
    this.low = this.fixed32();
    this.high = this.fixed32();
  }

  fixed32(): number {
    const { bytes, at } = this;
    if (at + 4 > this.end) throw this.fault('a fixed-width number that is cut off', at);
    this.at = at + 4;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** A string, bytes or message: afterwards it lies from `from` to `at`. */
  range(): void {
    const begin = this.at;
    const length = this.#length(begin);
    this.from = this.at;
    this.at += length;
  }

  /** Goes into a message; give what it returns to `leave`. */
  enter(): number {
    const begin = this.at;
    const length = this.#length(begin);
    const outer = this.end;
    this.end = this.at + length;
    return outer;
  }

  /** Goes behind the message that `enter` went into. */
  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Passes over a field that nobody asked for. */
  skip(tag: number): void {
    this.#skip(tag, 0, this.at);
  }

  #skip(tag: number, depth: number, begin: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint64();
        return;
      case FIXED64:
        this.fixed64();
        return;
      case LENGTH:
        this.range();
        return;
      case FIXED32:
        this.fixed32();
        return;
      case GROUP_START:
        this.#skipGroup(tag >>> 3, depth, begin);
        return;
      default:
        throw this.fault(`wire type ${tag & 7}, which does not exist here`, this.at);
    }
  }

  /** `begin`: of the outermost. */
  #skipGroup(field: number, depth: number, begin: number): void {
    if (depth >= MAX_GROUPS) throw this.fault('groups nested too deep', begin);
    for (;;) {
      if (this.at - begin > MAX_GROUP_BYTES) throw this.fault('a group that is too long', begin);
      const tag = this.tag();
      if (tag === 0) throw this.fault('a group without an end', begin);
      if ((tag & 7) === GROUP_END) {
        if (tag >>> 3 !== field) throw this.fault('a group that ends as another', begin);
        return;
      }
      this.#skip(tag, depth + 1, begin);
    }
  }

  #length(begin: number): number {
    if (this.at < this.end) {
      const first = this.bytes[this.at]!;
      if (first < 0x80) {
        this.at++;
        if (this.at + first > this.end) throw this.#tooLong(first, begin);
        return first;
      }
    }
    this.varint64();
    const length = this.high * TWO_32 + this.low;
    if (length > this.end - this.at) throw this.#tooLong(length, begin);
    return length;
  }

  #tooLong(length: number, begin: number): Fault {
    return this.fault(`a field of ${length} bytes where ${this.end - this.at} are left`, begin);
  }

  fault(what: string, offset: number): Fault {
    return new Fault('invalid', `the body is not valid protobuf: ${what} at byte ${offset}`, { offset });
  }
}
