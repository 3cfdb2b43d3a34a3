const NEW_LINE = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** Brackets and braces differ in one bit, which is no other structural character's. */
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BRACE_BIT = 0x20;

const INDENT = 4;
/** What a text with many tags grows to; where it is not enough there will be more. */
const USUAL_GROWTH = 4;
const ROOM = 64;

/**
 * Compact JSON that comes in pieces, indented as Go's `json.MarshalIndent` does it with four spaces. Give it the pieces in
 * order, each of whole characters; each answer is what of the indented text is known by then, as bytes of UTF-8.
 */
export class PrettyJson {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** A bracket was opened, and nothing has come after it. */
  #opened = false;
  #out: Buffer = Buffer.alloc(0);
  #end = 0;

  push(piece: string): Buffer {
    const bytes = Buffer.from(piece);
    this.#out = Buffer.allocUnsafe(bytes.length * USUAL_GROWTH + ROOM);
    this.#end = 0;
    for (let at = 0; at < bytes.length;)
      at = this.#inString ? this.#ofString(bytes, at) : this.#next(bytes, at);
    return this.#out.subarray(0, this.#end);
  }

  /** As much of a string as there is; returns where the rest begins. */
  #ofString(bytes: Buffer, from: number): number {
    this.#room(bytes.length - from);
    const out = this.#out;
    let at = from;
    let end = this.#end;
    let escaped = this.#escaped;
    while (at < bytes.length && this.#inString) {
      const byte = bytes[at++]!;
      out[end++] = byte;
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    }
    this.#escaped = escaped;
    this.#end = end;
    return at;
  }

  /** One character outside of strings. */
  #next(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    this.#room(0);
    const bracket = byte & ~BRACE_BIT;
    const isClosing = bracket === CLOSE;
    const isEmpty = this.#opened && isClosing;
    if (isClosing) this.#depth--;
    if (this.#opened ? !isEmpty : isClosing) this.#newLine();
    this.#opened = false;
    this.#out[this.#end++] = byte;
    if (byte === QUOTE) this.#inString = true;
    else if (byte === COMMA) this.#newLine();
    else if (byte === COLON) this.#out[this.#end++] = SPACE;
    else if (bracket === OPEN) {
      this.#depth++;
      this.#opened = true;
    }
    return at + 1;
  }

  #newLine(): void {
    const out = this.#out;
    let end = this.#end;
    out[end++] = NEW_LINE;
    for (const to = end + INDENT * this.#depth; end < to;) out[end++] = SPACE;
    this.#end = end;
  }

  /** Makes room for so many bytes and for one character with the lines around it. */
  #room(bytes: number): void {
    const needed = this.#end + bytes + ROOM + 2 * INDENT * this.#depth;
    if (needed <= this.#out.length) return;
    const grown = Buffer.allocUnsafe(2 * needed);
    grown.set(this.#out.subarray(0, this.#end));
    this.#out = grown;
  }
}
