import type { Space } from '../space/space.ts';
import type { Receipt } from './receipt.ts';
import type { SpanWriter } from './span-writer.ts';

/**
 * Reads a body span by span into the writer. Pauses (yields) every few hundred spans, so that one huge body does not keep
 * everybody else waiting. Throws a Fault `invalid` with the offset when the body cannot be read on; whatever it added is
 * then taken back.
 */
export type Decode = (body: Uint8Array, writer: SpanWriter) => Generator<void, void>;

/** The door every receiver goes through. */
export interface Intake {
  /**
   * Asks for room for a body of so many bytes (unpacked size where known). Throws Fault `overloaded` or `unavailable`
   * with `retryAfterMs` when the log or memory is full; otherwise call the returned function when done.
   */
  admit(bytes: number): () => void;
  /** Throws Fault `not-found` if the space is unknown and spaces are not made by their first span. */
  accept(space: Space, body: Uint8Array, decode: Decode): Promise<Receipt>;
}
