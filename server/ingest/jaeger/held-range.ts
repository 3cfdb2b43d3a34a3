import { Bytes } from '../../wire/bytes.ts';
import type { ThriftReader } from '../../wire/thrift/thrift-reader.ts';

/** A range that the reader found, for as long as it is needed: a copy, unless it is one of the body. */
export class HeldRange {
  source: Uint8Array;
  from = 0;
  to = 0;
  readonly #copy = new Bytes(64);

  constructor() {
    this.source = this.#copy.data;
  }

  clear(): void {
    this.from = this.to = 0;
  }

  hold({ bytes, source, from, to }: ThriftReader): void {
    if (source === bytes) {
      this.set(source, from, to);
      return;
    }
    const copy = this.#copy;
    copy.length = 0;
    copy.copy(source, from, to);
    this.set(copy.data, 0, copy.length);
  }

  /** For a range that stays valid by itself. */
  set(source: Uint8Array, from: number, to: number): void {
    this.source = source;
    this.from = from;
    this.to = to;
  }
}
