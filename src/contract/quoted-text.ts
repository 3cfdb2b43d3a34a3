/** Text in quotes with backslashes before what would end it, as JSON has it; `\x` for any other `x` stands for `x`. */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

export interface QuotedText {
  readonly value: string;
  /** Behind the closing quote. */
  readonly end: number;
}

/** Reads from the opening quote; undefined where no quote like it closes. */
export function readQuoted(text: string, start: number): QuotedText | undefined {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === quote) return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    const [escaped, length] = unescape(text.slice(at + 1, at + 6));
    value += escaped;
    at += length;
  }
  return undefined;
}

/** What stands behind a backslash, and how many characters it takes. */
function unescape(behind: string): readonly [string, number] {
  const unicode = /^u([0-9a-fA-F]{4})/.exec(behind)?.[1];
  if (unicode !== undefined) return [String.fromCharCode(Number.parseInt(unicode, 16)), 5];
  const character = behind[0] ?? '';
  return [ESCAPES[character] ?? character, character.length];
}

export function printQuoted(text: string): string {
  return JSON.stringify(text);
}
