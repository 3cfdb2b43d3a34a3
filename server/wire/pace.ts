/**
 * Bytes read between two pauses: about a millisecond of work for spans as they are, a few dozen for the worst that can be
 * made up.
 */
export const BYTES_PER_TURN = 128 * 1024;

/** What a step costs beside the bytes it reads. */
const STEP_BYTES = 16;

/** Tells a decoder when to pause, so that one huge body does not keep everybody else waiting. */
export class Pace {
  #left = BYTES_PER_TURN;

  /** To be asked after each step of the work, with the bytes that it has read. */
  isOver(bytes: number): boolean {
    this.#left -= STEP_BYTES + bytes;
    if (this.#left > 0) return false;
    this.#left = BYTES_PER_TURN;
    return true;
  }
}
