import { ProtobufBuffer } from '../protobuf-buffer.ts';
import type { AttributeDraw } from '../shape.ts';

/** Writes OTLP's KeyValue. */
export class ProtobufAttributes {
  readonly #attribute = new ProtobufBuffer();
  readonly #value = new ProtobufBuffer();

  encode(into: ProtobufBuffer, field: number, attributes: readonly AttributeDraw[]): void {
    for (const [key, value] of attributes) {
      this.#value.clear();
      if (typeof value === 'string') this.#value.text(1, value);
      else this.#value.varint(3, value);
      this.#attribute.clear();
      this.#attribute.text(1, key);
      this.#attribute.message(2, this.#value);
      into.message(field, this.#attribute);
    }
  }
}
