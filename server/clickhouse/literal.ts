/**
 * The one place where values from outside become SQL. Parameters would be the usual way, but the embedded engine runs
 * statements with parameters one at a time in the whole process; so values are written as literals, here alone.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  // A NUL would end the statement where it crosses into C; line ends would break the one line that logs show.
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
};

/** A String literal. Lone surrogates, which no UTF-8 can hold, become U+FFFD as everywhere in Node. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\'\0\n\r]/g, (char) => ESCAPES[char]!)}'`;
}

/** String literals for `IN`; of at least one, since `IN ()` does not parse. */
export function quoteTexts(texts: readonly string[]): string {
  return texts.map(quoteText).join(', ');
}

/** A FixedString of an id's bytes. The digits are checked again, so that a wrongly branded id cannot leave the literal. */
export function quoteHex(hex: string): string {
  if (!/^(?:[0-9a-f]{2})*$/.test(hex)) throw new TypeError(`${JSON.stringify(hex)} is not lower-case hex`);
  return `unhex('${hex}')`;
}

/** An integer of any width. */
export function quoteInteger(value: bigint | number): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`${value} is not a whole number`);
  }
  return value.toString();
}

/** A number as Float64, whatever it looks like. */
export function quoteDouble(value: number): string {
  if (Number.isFinite(value)) return `toFloat64(${value})`;
  if (Number.isNaN(value)) return 'nan';
  return value < 0 ? '-inf' : 'inf';
}

/** A name of a database or a cluster from the settings. */
export function quoteName(name: string): string {
  return `\`${name.replace(/[\\`]/g, (char) => `\\${char}`)}\``;
}
