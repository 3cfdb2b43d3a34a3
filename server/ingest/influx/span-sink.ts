import type { AttributeSink } from '../attribute-sink.ts';
import { isResourceKey } from '../resource-keys.ts';
import type { SpanWriter } from '../span-writer.ts';

/** Attributes of a span's line: those that are known to tell who made it go to its resource, the others to itself. */
export class SpanSink implements AttributeSink {
  readonly #writer: SpanWriter;

  constructor(writer: SpanWriter) {
    this.#writer = writer;
  }

  get closed(): boolean {
    return this.#writer.closed || this.#writer.origin.resource.closed;
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
    const { attributes, origin } = this.#writer;
    const sink = isResourceKey(keySource, keyFrom, keyTo) ? origin.resource : attributes;
    sink.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  refuseNesting(): void {
    this.#writer.attributes.refuseNesting();
  }
}
