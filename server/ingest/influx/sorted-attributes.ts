import { Bytes } from '../../wire/bytes.ts';
import type { AttributeSink } from '../attribute-sink.ts';

/** Numbers that say where an attribute stands: key from and to, value to, letter. The value begins where the key ends. */
const NUMBERS = 4;

/**
 * Keeps attributes and puts them in the order of their keys. Fields of a line stand in any order, another one for each span
 * of the same resource, which would be another resource each time.
 */
export class SortedAttributes {
  readonly #bytes = new Bytes(512);
  #places: number[] = [];

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  clear(): void {
    this.#bytes.length = 0;
    this.#places = [];
  }

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    const bytes = this.#bytes;
    const begin = bytes.length;
    bytes.copy(keySource, keyFrom, keyTo);
    const middle = bytes.length;
    bytes.copy(source, from, to);
    this.#places.push(begin, middle, bytes.length, letter);
  }

  putInto(sink: AttributeSink): void {
    const places = this.#places;
    const { data } = this.#bytes;
    const order = Array.from({ length: places.length / NUMBERS }, (_, index) => index * NUMBERS);
    order.sort((one, other) =>
      data.compare(data, places[other], places[other + 1], places[one], places[one + 1]),
    );
    for (const at of order) {
      if (sink.closed) return;
      const middle = places[at + 1]!;
      sink.put(data, places[at]!, middle, places[at + 3]!, data, middle, places[at + 2]!);
    }
  }
}
