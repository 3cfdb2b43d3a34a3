/** Smaller bodies cost less than the bookkeeping; larger ones are too rare to keep room for. */
const SMALLEST_BYTES = 1 << 14;
const LARGEST_BYTES = 1 << 22;
/** Buffers kept per size: about as many as there are connections that send all the time. */
const KEPT_PER_SIZE = 8;

/**
 * Buffers for request bodies, used again and again. A fresh one per request is memory that the system must clear and the
 * collector must find; at a hundred thousand spans a second that is a tenth of all the work.
 */
export class BodyPool {
  /** By the binary logarithm of their size. */
  readonly #free = new Map<number, Buffer[]>();

  /** Room for so many bytes; what was in it before may still be there. */
  take(bytes: number): Buffer {
    if (bytes < SMALLEST_BYTES || bytes > LARGEST_BYTES) return Buffer.allocUnsafeSlow(bytes);
    const size = Math.ceil(Math.log2(bytes));
    return this.#free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(2 ** size);
  }

  /** Gives a buffer of `take`, or a view of its beginning, back. Nobody may hold it any more. */
  give(buffer: Buffer): void {
    const whole = Buffer.from(buffer.buffer, buffer.byteOffset);
    const size = Math.log2(whole.length);
    if (!Number.isInteger(size) || whole.length < SMALLEST_BYTES || whole.length > LARGEST_BYTES) return;
    const free = this.#free.get(size) ?? [];
    this.#free.set(size, free);
    if (free.length < KEPT_PER_SIZE) free.push(whole);
  }
}
