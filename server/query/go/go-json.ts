/** What must not stand in a string of Go's JSON as it is: what JSON forbids, what HTML may stumble over, half characters. */
const SPECIAL = /["\\<>&\u0000-\u001f\u2028\u2029\ud800-\udfff]/;
const SPECIAL_IN_TEXT = /["\\\u0000-\u001f\u2028\u2029\ud800-\udfff]/;
/** What JSON allows and Go escapes none the less. */
const UNLIKE_JSON = /[<>&\u2028\u2029]/g;
const UNLIKE_JSON_IN_TEXT = /[\u2028\u2029]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
/** Halves of a pair without the other. */
const HALVES = /[\ud800-\udfff]/u;

/** A JSON string as Go's encoder writes it, in its quotes. */
export function goString(text: string): string {
  return SPECIAL.test(text) ? quote(text, UNLIKE_JSON) : `"${text}"`;
}

/** The same where Go was told that it is not for HTML: `<`, `>` and `&` are left alone. */
export function goPlainString(text: string): string {
  return SPECIAL_IN_TEXT.test(text) ? quote(text, UNLIKE_JSON_IN_TEXT) : `"${text}"`;
}

/** A JSON number as Go's encoder writes it; what no number can say is a string, where Go would refuse the whole document. */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  // Both languages write the shortest digits, and take to an exponent at the same sizes.
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Invalid text is the replacement character in Go, and escaped. */
function quote(text: string, unlikeJson: RegExp): string {
  const quoted = HALVES.test(text)
    ? `"${text.split(HALVES).map(inner).join('\\ufffd')}"`
    : JSON.stringify(text);
  return quoted.replace(unlikeJson, (character) => ESCAPES[character]!);
}

function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
