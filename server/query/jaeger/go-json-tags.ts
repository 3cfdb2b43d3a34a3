import { Fault } from '../../errors/fault.ts';
import { goQuote } from '../go/go-params.ts';

/**
 * A JSON object of strings, as Go's `json.Unmarshal` reads it into a `map[string]string`. Throws Fault `invalid` with
 * Go's text.
 */
export function parseGoTags(text: string): Readonly<Record<string, string>> {
  const value = parseJson(text);
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, 'map[string]string');
  // A key may be `__proto__`: entries are taken as they are, never assigned.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagValue(item)]));
}

/** To Go, null leaves a string as it was: empty. */
function tagValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  throw mismatch(value, 'string');
}

function mismatch(value: unknown, type: string): Fault {
  const name = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value;
  return invalid(`json: cannot unmarshal ${name} into Go value of type ${type}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw invalid(new JsonScan(text).complaint(), cause);
  }
}

function invalid(message: string, cause?: unknown): Fault {
  return new Fault('invalid', message, cause === undefined ? {} : { cause });
}

const END = 'unexpected end of JSON input';
const WORDS = ['true', 'false', 'null'];

/** Thrown inside of the scan alone. */
class Complaint extends Error {}

/** Walks text that is no JSON to the place where Go stops, and says what Go says there. */
class JsonScan {
  /** Go counts bytes: what is not ASCII is shown as its first one. */
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = Buffer.from(text).toString('latin1');
  }

  complaint(): string {
    try {
      this.#value();
      this.#space();
      return this.#at < this.#text.length ? this.#wrong('after top-level value').message : END;
    } catch (thrown) {
      if (thrown instanceof Complaint) return thrown.message;
      // Deeper than the stack: Go has a limit of its own.
      if (thrown instanceof RangeError) return 'exceeded max depth';
      throw thrown;
    }
  }

  #value(): void {
    this.#space();
    const first = this.#peek();
    if (first === '{') this.#object();
    else if (first === '[') this.#array();
    else if (first === '"') this.#string();
    else if (first === '-' || isDigit(first)) this.#number();
    else this.#word();
  }

  #object(): void {
    this.#at++;
    this.#space();
    if (this.#takes('}')) return;
    for (;;) {
      this.#space();
      if (this.#peek() !== '"') throw this.#wrong('looking for beginning of object key string');
      this.#string();
      this.#space();
      if (!this.#takes(':')) throw this.#wrong('after object key');
      this.#value();
      this.#space();
      if (this.#takes('}')) return;
      if (!this.#takes(',')) throw this.#wrong('after object key:value pair');
    }
  }

  #array(): void {
    this.#at++;
    this.#space();
    if (this.#takes(']')) return;
    for (;;) {
      this.#value();
      this.#space();
      if (this.#takes(']')) return;
      if (!this.#takes(',')) throw this.#wrong('after array element');
    }
  }

  #string(): void {
    this.#at++;
    while (!this.#takes('"')) {
      const character = this.#peek();
      if (character < ' ') throw this.#wrong('in string literal');
      this.#at++;
      if (character === '\\') this.#escape();
    }
  }

  #escape(): void {
    const letter = this.#peek();
    if (!'"\\/bfnrtu'.includes(letter)) throw this.#wrong('in string escape code');
    this.#at++;
    if (letter !== 'u') return;
    for (let digits = 0; digits < 4; digits++) {
      if (!/[0-9a-fA-F]/.test(this.#peek())) throw this.#wrong('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #number(): void {
    this.#takes('-');
    if (!this.#takes('0')) this.#digits('in numeric literal');
    if (this.#takes('.')) this.#digits('after decimal point in numeric literal');
    if (!this.#takes('e') && !this.#takes('E')) return;
    if (!this.#takes('+')) this.#takes('-');
    this.#digits('in exponent of numeric literal');
  }

  #digits(where: string): void {
    if (!isDigit(this.#peek())) throw this.#wrong(where);
    while (isDigit(this.#text[this.#at] ?? '')) this.#at++;
  }

  #word(): void {
    const word = WORDS.find((known) => known.startsWith(this.#peek()));
    if (word === undefined) throw this.#wrong('looking for beginning of value');
    for (const letter of word) {
      if (!this.#takes(letter)) throw this.#wrong(`in literal ${word} (expecting ${quoteByte(letter)})`);
    }
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #takes(character: string): boolean {
    if (this.#peekOrEnd() !== character) return false;
    this.#at++;
    return true;
  }

  #peek(): string {
    const character = this.#peekOrEnd();
    if (character === undefined) throw new Complaint(END);
    return character;
  }

  #peekOrEnd(): string | undefined {
    return this.#text[this.#at];
  }

  #wrong(where: string): Complaint {
    return new Complaint(`invalid character ${quoteByte(this.#peek())} ${where}`);
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function quoteByte(character: string): string {
  if (character === "'") return String.raw`'\''`;
  return character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;
}
