import type { LineReader } from '../../wire/line-protocol.ts';
import { WholeNumber } from '../../wire/whole-number.ts';

/** What a timestamp counts. */
export type Precision = 'ns' | 'us' | 'ms' | 's';

/** Zeros that make nanoseconds of it. */
const ZEROS: Readonly<Record<Precision, number>> = { ns: 0, us: 3, ms: 6, s: 9 };
const TWO_31 = 0x8000_0000;
const LONGEST_SHOWN = 40;

/** The timestamp of a line in nanoseconds since 1970, as halves. */
export class LineTime {
  readonly #number = new WholeNumber();
  readonly #precision: Precision;

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  get low(): number {
    return this.#number.low;
  }

  get high(): number {
    return this.#number.high;
  }

  /** To be called at the end of a line; false if its timestamp stands for no time that can be kept. */
  read({ bytes, timeFrom, timeTo }: LineReader): boolean {
    const number = this.#number;
    const isRead = number.read(bytes, timeFrom, timeTo, ZEROS[this.#precision]);
    return isRead && !number.negative && number.high < TWO_31;
  }

  /** Words for a timestamp that could not be read, or is not there. */
  describe({ bytes, timeFrom, timeTo }: LineReader): string {
    if (timeFrom === timeTo) return 'it has no timestamp';
    const shown = Buffer.from(bytes.subarray(timeFrom, Math.min(timeTo, timeFrom + LONGEST_SHOWN)));
    return `its timestamp ${shown.toString('latin1')} (precision ${this.#precision}) must lie between 1970 and 2262`;
  }
}
