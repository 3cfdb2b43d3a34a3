import { Fault } from '../../errors/fault.ts';
import { quoteTime } from './go-params.ts';

const LAYOUT = '2006-01-02T15:04:05.999999999Z07:00';
const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_MILLI = 1_000_000n;

/**
 * `time.Parse(time.RFC3339Nano, text)` in nanoseconds since 1970, to the nanosecond; Fault `invalid` with Go's text for
 * what it refuses.
 */
export function parseGoTime(text: string): bigint {
  return new TimeScan(text).nanos();
}

/** An offset such as `+02:00` that was put into a URL as it is arrives with a space. */
export function restorePlus(text: string): string {
  return text.replace(/ (?=\d\d:\d\d$)/, '+');
}

/** Reads the layout's elements one by one, as Go does: the first that does not fit is told. */
class TimeScan {
  readonly #text: string;
  #rest: string;

  constructor(text: string) {
    this.#text = text;
    this.#rest = text;
  }

  nanos(): bigint {
    const year = this.#number('', '2006', /^\d{4}/);
    const month = this.#ranged('-', '01', TWO_DIGITS, 'month', 1, 12);
    const day = this.#number('-', '02', TWO_DIGITS);
    const hour = this.#ranged('T', '15', /^\d{1,2}/, 'hour', 0, 23);
    const minute = this.#ranged(':', '04', TWO_DIGITS, 'minute', 0, 59);
    const second = this.#ranged(':', '05', TWO_DIGITS, 'second', 0, 59);
    const fraction = this.#fraction();
    const offsetMinutes = this.#offset();
    if (this.#rest !== '') throw this.#because(`extra text: ${quoteTime(this.#rest)}`);
    if (day < 1 || day > daysIn(year, month)) throw this.#because('day out of range');
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute - offsetMinutes, second);
    return BigInt(date.getTime()) * NANOS_PER_MILLI + fraction;
  }

  #number(prefix: string, element: string, form: RegExp): number {
    if (!this.#rest.startsWith(prefix)) throw this.#mismatch(this.#rest, prefix);
    const held = this.#rest.slice(prefix.length);
    const [digits] = form.exec(held) ?? [];
    if (digits === undefined) throw this.#mismatch(held, element);
    this.#rest = held.slice(digits.length);
    return Number(digits);
  }

  #ranged(prefix: string, element: string, form: RegExp, name: string, least: number, most: number): number {
    const value = this.#number(prefix, element, form);
    if (value < least || value > most) throw this.#because(`${name} out of range`);
    return value;
  }

  /** Any number of digits, of which nine count. */
  #fraction(): bigint {
    const [matched, digits] = /^[.,](\d+)/.exec(this.#rest) ?? [];
    if (matched === undefined || digits === undefined) return 0n;
    this.#rest = this.#rest.slice(matched.length);
    return BigInt(digits.slice(0, 9).padEnd(9, '0')) % NANOS_PER_SECOND;
  }

  /** Minutes east of Greenwich. */
  #offset(): number {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const [matched, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(this.#rest) ?? [];
    if (matched === undefined) throw this.#mismatch(this.#rest, 'Z07:00');
    // Go takes 24 hours and 60 minutes, as some people write them.
    if (Number(minutes) > 60) throw this.#because('time zone offset minute out of range');
    if (Number(hours) > 24) throw this.#because('time zone offset hour out of range');
    this.#rest = this.#rest.slice(matched.length);
    const offset = Number(hours) * 60 + Number(minutes);
    return sign === '-' ? -offset : offset;
  }

  #mismatch(held: string, element: string): Fault {
    return invalid(
      `parsing time ${quoteTime(this.#text)} as ${quoteTime(LAYOUT)}: cannot parse ${quoteTime(held)} as ${quoteTime(element)}`,
    );
  }

  #because(reason: string): Fault {
    return invalid(`parsing time ${quoteTime(this.#text)}: ${reason}`);
  }
}

const TWO_DIGITS = /^\d\d/;

function daysIn(year: number, month: number): number {
  const next = new Date(0);
  // Day zero of the month after it.
  next.setUTCFullYear(year, month, 0);
  return next.getUTCDate();
}

function invalid(message: string): Fault {
  return new Fault('invalid', message);
}
