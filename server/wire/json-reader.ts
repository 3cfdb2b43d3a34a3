import { Bytes } from './bytes.ts';
import { Fault } from '../errors/fault.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const REPLACEMENT = 0xfffd;
/** What a backslash and a letter stand for, by the letter. */
const ESCAPES: ReadonlyMap<number, number> = new Map(
  ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [
    pair.charCodeAt(0),
    pair.charCodeAt(1),
  ]),
);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LONGEST_NUMBER = 512;
/** No field that anybody knows has a name so long; unescaping takes its time. */
const LONGEST_NAME = 1 << 16;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/**
 * Walks JSON bytes in place, for decoders that know what they expect: no object is made, 64-bit numbers keep every digit,
 * and whatever is wrong is reported with its offset. Strings without escapes are ranges of the body; others are unescaped
 * into a buffer of the reader's, so a string is always a range of `source`, valid until the next string.
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  at = 0;
  source: Uint8Array;
  from = 0;
  to = 0;
  /** Where a value that is being passed over goes on. */
  #depth = 0;
  #inString = false;
  readonly #unescaped = new Bytes(256);
  readonly #buffer: Buffer;
  readonly #format: string;

  /** `format` is what the body should be, for refusals: `OTLP JSON`. */
  constructor(bytes: Uint8Array, format: string) {
    this.bytes = bytes;
    this.#format = format;
    this.source = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A byte order mark is allowed to be there and means nothing.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /** The next character that is not white space; 0 at the end. */
  peek(): number {
    const { bytes } = this;
    let at = this.at;
    while (at < bytes.length && isSpace(bytes[at]!)) at++;
    this.at = at;
    return at < bytes.length ? bytes[at]! : 0;
  }

  /** Goes into an object; false (and passed over) for null. */
  openObject(what: string): boolean {
    if (this.#passNull()) return false;
    this.#expect(OPEN_OBJECT, what, 'an object');
    return true;
  }

  openArray(what: string): boolean {
    if (this.#passNull()) return false;
    this.#expect(OPEN_ARRAY, what, 'an array');
    return true;
  }

  /** Moves to the next field's value and leaves its name as the string read last; false behind the last one. */
  nextField(first: boolean): boolean {
    if (!this.#nextItem(first, CLOSE_OBJECT)) return false;
    if (this.peek() !== QUOTE) throw this.fault('expected the name of a field');
    this.string('name', LONGEST_NAME);
    if (this.peek() !== COLON) throw this.fault('expected a colon');
    this.at++;
    return true;
  }

  nextElement(first: boolean): boolean {
    return this.#nextItem(first, CLOSE_ARRAY);
  }

  /** Reads a string; an empty one for null. One with escapes that is longer than `maxBytes` cannot be read. */
  string(what: string, maxBytes = Infinity): void {
    if (this.#passNull()) {
      this.from = this.to = 0;
      return;
    }
    this.#expect(QUOTE, what, 'a string');
    const { bytes } = this;
    const from = this.at;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.source = bytes;
        this.from = from;
        this.to = at;
        this.at = at + 1;
        return;
      }
      if (byte === BACKSLASH) {
        this.#unescape(from, at, maxBytes);
        return;
      }
      if (byte < 0x20) throw this.fault('a control character inside a string', at);
    }
    throw this.fault('a string without an end', from - 1);
  }

  /** A string as JavaScript has it; for rare paths. */
  text(what: string): string {
    this.string(what);
    return Buffer.from(this.source.subarray(this.from, this.to)).toString('utf8');
  }

  /** Digits of a number, be it written as a number or as a string; `''` for null. */
  numeral(what: string): string {
    const first = this.peek();
    if (first === QUOTE) return this.text(what).trim();
    if (this.#passNull()) return '';
    const from = this.at;
    const limit = Math.min(this.bytes.length, from + LONGEST_NUMBER);
    let at = from;
    while (at < limit && isNumberByte(this.bytes[at]!)) at++;
    const text = this.#buffer.toString('latin1', from, at);
    if (!NUMBER.test(text)) throw this.fault(`expected a number for ${what}`, from);
    this.at = at;
    return text;
  }

  boolean(what: string): boolean {
    if (this.#passNull()) return false;
    for (const word of [TRUE, FALSE]) {
      if (this.#stands(word)) {
        this.at += word.length;
        return word === TRUE;
      }
    }
    throw this.fault(`expected true or false for ${what}`);
  }

  /**
   * Passes over a value of any kind, without recursion: depth is a counter. Of a value that nobody asked for only strings
   * and the number of brackets are looked at. False when it stopped after about `budgetBytes`: call it again to go on.
   */
  skip(budgetBytes = Infinity): boolean {
    const until = this.at + budgetBytes;
    do {
      if (this.at >= until) return false;
      if (this.#inString) this.#skipString(until);
      else this.#skipToken();
    } while (this.#depth > 0 || this.#inString);
    return true;
  }

  /** Nothing but white space may follow. */
  end(): void {
    if (this.peek() !== 0 || this.at < this.bytes.length)
      throw this.fault('something follows the end of the request');
  }

  fault(what: string, offset = this.at): Fault {
    return new Fault('invalid', `the body is not valid ${this.#format}: ${what} at byte ${offset}`, {
      offset,
    });
  }

  #nextItem(first: boolean, close: number): boolean {
    const byte = this.peek();
    if (byte === close) {
      this.at++;
      return false;
    }
    if (first) return true;
    if (byte !== COMMA) throw this.fault('expected a comma or a closing bracket');
    this.at++;
    return true;
  }

  #expect(byte: number, what: string, kind: string): void {
    if (this.peek() !== byte) throw this.fault(`expected ${kind} for ${what}`);
    this.at++;
  }

  #passNull(): boolean {
    if (this.peek() !== NULL[0] || !this.#stands(NULL)) return false;
    this.at += NULL.length;
    return true;
  }

  #stands(word: Uint8Array): boolean {
    const { bytes, at } = this;
    return word.every((byte, index) => bytes[at + index] === byte);
  }

  #skipToken(): void {
    const byte = this.peek();
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++;
    else if (byte === QUOTE) this.#inString = true;
    else if (this.#depth > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY)) this.#depth--;
    else if (this.#depth === 0 || (byte !== COMMA && byte !== COLON)) {
      this.#skipWord();
      return;
    }
    this.at++;
  }

  /** To its end, or as far as `until`. */
  #skipString(until: number): void {
    const { bytes } = this;
    const end = Math.min(until, bytes.length);
    let at = this.at;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.#inString = false;
        this.at = at + 1;
        return;
      }
    }
    if (at >= bytes.length) throw this.fault('a string without an end', bytes.length);
    this.at = at;
  }

  #skipWord(): void {
    const { bytes } = this;
    const from = this.at;
    const limit = Math.min(bytes.length, from + LONGEST_NUMBER);
    let at = from;
    while (at < limit && isNumberByte(bytes[at]!)) at++;
    if (at === from || (bytes[from]! | 0x20) === LETTER_E) {
      const word = [TRUE, FALSE, NULL].find((candidate) => this.#stands(candidate));
      if (word === undefined) throw this.fault('expected a value');
      at = from + word.length;
    }
    this.at = at;
  }

  /** The rest of a string from its first escape on. */
  #unescape(from: number, firstEscape: number, maxBytes: number): void {
    const { bytes } = this;
    const target = this.#unescaped;
    target.length = 0;
    target.copy(bytes, from, firstEscape);
    let at = firstEscape;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.source = target.data;
        this.from = 0;
        this.to = target.length;
        this.at = at + 1;
        return;
      }
      if (byte < 0x20) throw this.fault('a control character inside a string', at);
      if (at - from > maxBytes) throw this.fault(`a string of more than ${maxBytes} bytes`, from - 1);
      if (byte === BACKSLASH) at = this.#appendEscape(at + 1);
      else {
        target.byte(byte);
        at++;
      }
    }
    throw this.fault('a string without an end', from - 1);
  }

  /** Appends the character of the escape whose letter stands at `at`; returns where the string goes on. */
  #appendEscape(at: number): number {
    const letter = this.bytes[at] ?? 0;
    if (letter !== LETTER_U) {
      const byte = ESCAPES.get(letter);
      if (byte === undefined) throw this.fault('an unknown escape', at - 1);
      this.#unescaped.byte(byte);
      return at + 1;
    }
    const unit = this.#hex4(at + 1);
    const pairs =
      unit >= 0xd800 && unit < 0xdc00 && this.bytes[at + 5] === BACKSLASH && this.bytes[at + 6] === LETTER_U;
    const second = pairs ? this.#hex4(at + 7) : 0;
    if (second >= 0xdc00 && second < 0xe000) {
      this.#unescaped.codePoint(0x1_0000 + (unit - 0xd800) * 0x400 + (second - 0xdc00));
      return at + 11;
    }
    const alone = unit >= 0xd800 && unit < 0xe000;
    this.#unescaped.codePoint(alone ? REPLACEMENT : unit);
    return at + 5;
  }

  #hex4(at: number): number {
    let unit = 0;
    for (let index = at; index < at + 4; index++) {
      const digit = hexDigit(this.bytes[index] ?? 0);
      if (digit < 0) throw this.fault('an escape without four hex digits', at - 2);
      unit = unit * 16 + digit;
    }
    return unit;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** -1 for what is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isNumberByte(byte: number): boolean {
  // Digits, plus, minus, point, e and E.
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    (byte | 0x20) === LETTER_E
  );
}
