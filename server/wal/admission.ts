import { Fault } from '../errors/fault.ts';
import { RETRY_AFTER_MS } from './disk-fault.ts';

/** Closed at the high-water mark, admission opens again below this part of it: not at once, or it would flutter. */
const LOW_WATER = 0.9;

/** Decides from the log's size whether senders may go on. */
export class Admission {
  readonly #maxBytes: number;
  readonly #highWaterBytes: number;
  #closed = false;

  constructor(maxBytes: number, highWaterRatio: number) {
    this.#maxBytes = maxBytes;
    this.#highWaterBytes = maxBytes * highWaterRatio;
  }

  isOpen(logBytes: number): boolean {
    const mark = this.#closed ? this.#highWaterBytes * LOW_WATER : this.#highWaterBytes;
    this.#closed = logBytes >= mark;
    return !this.#closed;
  }

  /** For whoever asks before reading a body. */
  checkRoom(logBytes: number): void {
    if (!this.isOpen(logBytes)) throw this.#overloaded(logBytes);
  }

  /** For what was let in before the mark was passed: the limit itself holds whatever arrives. */
  checkLimit(logBytes: number): void {
    if (logBytes > this.#maxBytes) throw this.#overloaded(logBytes);
  }

  #overloaded(logBytes: number): Fault {
    return new Fault(
      'overloaded',
      `the write-ahead log holds ${logBytes} bytes of at most ${this.#maxBytes} (SPANHOUSE_LOG_MAX_BYTES): ` +
        'try again when more of it is loaded',
      { value: String(logBytes), setting: 'SPANHOUSE_LOG_MAX_BYTES', retryAfterMs: RETRY_AFTER_MS },
    );
  }
}
