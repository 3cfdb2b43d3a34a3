import { Bytes } from './bytes.ts';
import { FieldNames } from './field-names.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const LETTER_I = 0x69;
const LETTER_U = 0x75;
/** No name, tag or number that anybody means is so long, and passing over it takes its time. */
const LONGEST_NAME = 1 << 20;
const LONGEST_FLOAT = 512;
const FLOAT = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** 1 is true, 2 is false. */
const BOOLEANS = new FieldNames([
  ['t', 'T', 'true', 'True', 'TRUE'],
  ['f', 'F', 'false', 'False', 'FALSE'],
]);
/** What a backslash and a letter stand for in a quoted string, by the letter. */
const STRING_ESCAPES = tableOf([
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  ['n'.charCodeAt(0), NEWLINE],
  ['r'.charCodeAt(0), RETURN],
  ['t'.charCodeAt(0), TAB],
]);
/** Likewise in names and tags. */
const NAME_ESCAPES = tableOf([COMMA, EQUALS, SPACE].map((byte) => [byte, byte]));
/** Where a measurement, a tag's value or a bare value may end. */
const VALUE_STOPS = tableOf([COMMA, SPACE, NEWLINE, RETURN, BACKSLASH].map((byte) => [byte, 1]));
const KEY_STOPS = tableOf([COMMA, SPACE, NEWLINE, RETURN, BACKSLASH, EQUALS].map((byte) => [byte, 1]));

/** What `nextLine` found. */
export const LINE = {
  /** The body is over. */
  end: 0,
  /** A comment, or nothing. */
  blank: 1,
  /** A line whose measurement is the key. */
  line: 2,
} as const;

/** What `next` found. */
export const ELEMENT = {
  /** The line is over: its timestamp, if it has one, is known. */
  end: 0,
  tag: 1,
  field: 2,
  /** A string that is long: call again to go on. */
  more: 3,
  /** Not line protocol; `problem` says why. */
  bad: 4,
} as const;
export type Element = (typeof ELEMENT)[keyof typeof ELEMENT];

/** Of a value. */
export const KIND = { tag: 0, string: 1, int: 2, unsigned: 3, float: 4, bool: 5 } as const;

/**
 * Walks InfluxDB's line protocol in place: `nextLine`, then `next` until the line ends. No object is made; names and values
 * are ranges of the body, or of a buffer of the reader's where they have escapes, and are valid until the next call. Nothing
 * is thrown: a line that is bad is passed over by `skipLine`, and those behind it can be read.
 */
export class LineReader {
  readonly bytes: Uint8Array;
  at = 0;
  /** Where the line begins. */
  lineFrom = 0;
  /** The measurement after `nextLine`, the name of a tag or a field after `next`; without escapes. */
  keySource: Uint8Array;
  keyFrom = 0;
  keyTo = 0;
  kind: number = KIND.tag;
  /** The value as it stands: of strings what is between the quotes, of integers the digits. */
  from = 0;
  to = 0;
  /** Whether `from` and `to` hold escapes, so that the value is to be had by `copyText` only. */
  escaped = false;
  /** Digits of the timestamp, with their sign; empty if there is none. */
  timeFrom = 0;
  timeTo = 0;
  problem = '';
  #inFields = false;
  /** The string that is being read goes on. */
  #inString = false;
  readonly #key = new Bytes(64);
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.keySource = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  nextLine(): number {
    const { bytes } = this;
    const from = this.#passSpaces(this.at);
    this.lineFrom = this.at = from;
    this.#inFields = this.#inString = false;
    this.problem = '';
    if (from >= bytes.length) return LINE.end;
    const byte = bytes[from]!;
    if (byte === HASH || byte === SPACE || isEnd(byte)) {
      if (byte === HASH) this.skipLine();
      else this.at++;
      return LINE.blank;
    }
    const to = this.#passName(from, VALUE_STOPS);
    if (to === from) this.#fail('expected a measurement', from);
    else this.#setKey(from, to);
    this.at = to;
    return LINE.line;
  }

  /** To the beginning of the next line, from wherever it stands. */
  skipLine(): void {
    const end = this.#buffer.indexOf(NEWLINE, this.at);
    this.at = end < 0 ? this.bytes.length : end + 1;
  }

  /** `budgetBytes`: how far into a string it goes at once. */
  next(budgetBytes = Infinity): Element {
    if (this.problem !== '') return ELEMENT.bad;
    if (this.#inString) return this.#string(budgetBytes);
    const { at } = this;
    const byte = this.bytes[at];
    if (byte === COMMA) return this.#inFields ? this.#field(at + 1, budgetBytes) : this.#tag(at + 1);
    if (this.#inFields) return this.#end(at);
    if (byte !== SPACE) return this.#fail('expected fields', at);
    this.#inFields = true;
    return this.#field(this.#passSpaces(at), budgetBytes);
  }

  /** Whether there is another tag or field, which was read; for lines that are known to be good. */
  advance(): boolean {
    const found = this.next();
    return found === ELEMENT.tag || found === ELEMENT.field;
  }

  /** Appends the value without its escapes. */
  copyText(target: Bytes): void {
    if (this.escaped) {
      const escapes = this.kind === KIND.string ? STRING_ESCAPES : NAME_ESCAPES;
      unescape(this.bytes, this.from, this.to, escapes, target);
    } else target.copy(this.bytes, this.from, this.to);
  }

  get isTrue(): boolean {
    return BOOLEANS.find(this.bytes, this.from, this.to) === 1;
  }

  #tag(from: number): Element {
    const key = this.#passName(from, KEY_STOPS);
    if (this.bytes[key] !== EQUALS || key === from)
      return this.#fail('expected the name of a tag and =', key);
    this.#setKey(from, key);
    const to = this.#passName(key + 1, VALUE_STOPS);
    if (to === key + 1) return this.#fail('expected the value of a tag', to);
    this.kind = KIND.tag;
    this.from = key + 1;
    this.to = this.at = to;
    return ELEMENT.tag;
  }

  #field(from: number, budgetBytes: number): Element {
    const { bytes } = this;
    const key = this.#passName(from, KEY_STOPS);
    if (bytes[key] !== EQUALS || key === from) return this.#fail('expected the name of a field and =', key);
    this.#setKey(from, key);
    this.escaped = false;
    if (bytes[key + 1] === QUOTE) {
      this.kind = KIND.string;
      this.from = this.at = key + 2;
      this.#inString = true;
      return this.#string(budgetBytes);
    }
    const to = this.#passName(key + 1, VALUE_STOPS);
    this.at = to;
    return this.#bare(key + 1, to) ? ELEMENT.field : this.#fail('expected the value of a field', key + 1);
  }

  /** A value without quotes. */
  #bare(from: number, to: number): boolean {
    const { bytes } = this;
    this.from = from;
    this.to = to;
    const last = to === from ? 0 : bytes[to - 1]!;
    if (last === LETTER_I || last === LETTER_U) {
      this.to = to - 1;
      this.kind = last === LETTER_I ? KIND.int : KIND.unsigned;
      const digits = last === LETTER_I && bytes[from] === MINUS ? from + 1 : from;
      return digits < this.to && passDigits(bytes, digits) === this.to;
    }
    if (BOOLEANS.find(bytes, from, to) !== 0) {
      this.kind = KIND.bool;
      return true;
    }
    this.kind = KIND.float;
    return to - from <= LONGEST_FLOAT && FLOAT.test(this.#buffer.toString('latin1', from, to));
  }

  #string(budgetBytes: number): Element {
    const { bytes } = this;
    const limit = Math.min(bytes.length, this.at + budgetBytes);
    let at = this.at;
    while (at < limit) {
      const byte = bytes[at]!;
      if (byte === BACKSLASH) {
        this.escaped = true;
        at++;
      } else if (byte === QUOTE) {
        this.#inString = false;
        this.to = at;
        this.at = at + 1;
        return ELEMENT.field;
      }
      at++;
    }
    this.at = at;
    return at < bytes.length ? ELEMENT.more : this.#fail('a string without an end', at, this.from - 1);
  }

  #end(from: number): Element {
    const { bytes } = this;
    let at = this.#passSpaces(from);
    this.timeFrom = at;
    const digits = bytes[at] === MINUS ? at + 1 : at;
    this.timeTo = at = passDigits(bytes, digits);
    if (at === digits && digits > this.timeFrom) return this.#fail('expected a timestamp', digits);
    at = this.#passSpaces(at);
    if (bytes[at] === RETURN) at++;
    if (at < bytes.length && bytes[at] !== NEWLINE) {
      const said = from === this.timeFrom ? 'a comma or a space' : 'a timestamp or the end of the line';
      return this.#fail(`expected ${said}`, at);
    }
    this.at = Math.min(at + 1, bytes.length);
    return ELEMENT.end;
  }

  /** Where the name that begins there ends; sets `escaped`. */
  #passName(from: number, stops: Uint8Array): number {
    const { bytes } = this;
    const limit = Math.min(bytes.length, from + LONGEST_NAME);
    this.escaped = false;
    let at = from;
    while (at < limit) {
      const byte = bytes[at]!;
      if (stops[byte] !== 0) {
        if (byte !== BACKSLASH) return at;
        if (NAME_ESCAPES[bytes[at + 1] ?? 0] !== 0) {
          this.escaped = true;
          at++;
        }
      }
      at++;
    }
    return Math.min(at, bytes.length);
  }

  #passSpaces(from: number): number {
    const { bytes } = this;
    const limit = Math.min(bytes.length, from + LONGEST_NAME);
    let at = from;
    while (at < limit && bytes[at] === SPACE) at++;
    return at;
  }

  #setKey(from: number, to: number): void {
    if (this.escaped) {
      this.#key.length = 0;
      unescape(this.bytes, from, to, NAME_ESCAPES, this.#key);
      this.keySource = this.#key.data;
      this.keyFrom = 0;
      this.keyTo = this.#key.length;
    } else {
      this.keySource = this.bytes;
      this.keyFrom = from;
      this.keyTo = to;
    }
  }

  /** `shown` is where the sender should look, `at` how far the line was read. */
  #fail(problem: string, at: number, shown = at): Element {
    this.at = Math.min(at, this.bytes.length);
    this.problem = `${problem} at byte ${shown - this.lineFrom + 1} of the line`;
    return ELEMENT.bad;
  }
}

/** What does not stand for something with its backslash stays, and so does the backslash. */
function unescape(bytes: Uint8Array, from: number, to: number, escapes: Uint8Array, target: Bytes): void {
  target.reserve(to - from);
  const { data } = target;
  let length = target.length;
  let at = from;
  while (at < to) {
    let byte = bytes[at++]!;
    if (byte === BACKSLASH && at < to) {
      const meant = escapes[bytes[at]!]!;
      if (meant !== 0) {
        byte = meant;
        at++;
      }
    }
    data[length++] = byte;
  }
  target.length = length;
}

function passDigits(bytes: Uint8Array, from: number): number {
  const limit = Math.min(bytes.length, from + LONGEST_NAME);
  let at = from;
  while (at < limit && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}

function isEnd(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN;
}

function tableOf(entries: readonly (readonly number[])[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const [byte, value] of entries) table[byte!] = value!;
  return table;
}
