const INDENT = '    ';

/**
 * Compact JSON that comes in pieces, indented as Go's `json.MarshalIndent` does it with four spaces. Give it the pieces in
 * order; each answer is what of the indented text is known by then.
 */
export class PrettyJson {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** A bracket was opened, and nothing has come after it. */
  #opened = false;

  push(piece: string): string {
    let out = '';
    for (const character of piece) out += this.#inString ? this.#ofString(character) : this.#next(character);
    return out;
  }

  #ofString(character: string): string {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') this.#inString = false;
    return character;
  }

  #next(character: string): string {
    const isEmpty = this.#opened && (character === '}' || character === ']');
    const before = this.#opened && !isEmpty ? this.#newLine() : '';
    this.#opened = false;
    switch (character) {
      case '{':
      case '[':
        this.#depth++;
        this.#opened = true;
        return before + character;
      case '}':
      case ']':
        this.#depth--;
        return isEmpty ? character : this.#newLine() + character;
      case ',':
        return character + this.#newLine();
      case ':':
        return ': ';
      case '"':
        this.#inString = true;
        return before + character;
      default:
        return before + character;
    }
  }

  #newLine(): string {
    return `\n${INDENT.repeat(this.#depth)}`;
  }
}
