import { Fault } from '../../errors/fault.ts';

/**
 * Parameters as Go's standard library reads them, with its texts for what it cannot read: clients and their tests compare
 * these. Every parser throws Fault `invalid`.
 */

const MAX_UINT64 = 2n ** 64n - 1n;
/** Above this, `ParseUint` gives up before it multiplies by ten. */
const CUTOFF = MAX_UINT64 / 10n + 1n;
/** As a duration is read, and before its sign is known. */
const MAX_MAGNITUDE = 2n ** 63n;

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

const NANOS_PER_UNIT: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  // The micro sign and the Greek letter.
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** `strconv.ParseInt(text, 10, bits)`. */
export function parseGoInt(text: string, bits: 32 | 64 = 64): bigint {
  const isNegative = text.startsWith('-');
  const digits = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const magnitude = parseMagnitude(digits);
  if (magnitude === 'invalid syntax') throw numberFault('ParseInt', text, magnitude);
  const limit = 2n ** BigInt(bits - 1);
  if (magnitude === 'value out of range' || magnitude > (isNegative ? limit : limit - 1n)) {
    throw numberFault('ParseInt', text, 'value out of range');
  }
  return isNegative ? -magnitude : magnitude;
}

/** What is wrong first counts, read from the left: a digit too many may come before a character that is none. */
function parseMagnitude(digits: string): bigint | 'invalid syntax' | 'value out of range' {
  if (digits === '') return 'invalid syntax';
  let value = 0n;
  for (const digit of digits) {
    if (digit < '0' || digit > '9') return 'invalid syntax';
    if (value >= CUTOFF) return 'value out of range';
    value = value * 10n + BigInt(digit);
    if (value > MAX_UINT64) return 'value out of range';
  }
  return value;
}

/** `strconv.ParseBool`. */
export function parseGoBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw numberFault('ParseBool', text, 'invalid syntax');
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEX_FLOAT = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)$/i;
const SPECIAL = /^(?:nan|[+-]?inf(?:inity)?)$/i;

/** `strconv.ParseFloat(text, 64)`. */
export function parseGoFloat(text: string): number {
  // Underscores may stand between digits.
  const plain = text.replace(/(?<=\d)_(?=\d)/g, '');
  const value = readFloat(plain);
  if (value === undefined) throw numberFault('ParseFloat', text, 'invalid syntax');
  if (!Number.isFinite(value) && !SPECIAL.test(plain)) {
    throw numberFault('ParseFloat', text, 'value out of range');
  }
  return value;
}

function readFloat(text: string): number | undefined {
  if (SPECIAL.test(text)) return readSpecial(text.toLowerCase());
  if (DECIMAL.test(text)) return Number(text);
  const [, sign, whole = '', fraction = '', exponent] = HEX_FLOAT.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const magnitude = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}

function readSpecial(text: string): number {
  if (text === 'nan') return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** `time.ParseDuration`, in nanoseconds. */
export function parseGoDuration(text: string): bigint {
  const isNegative = text.startsWith('-');
  let rest = isNegative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') throw durationFault(text);
  let total = 0n;
  while (rest !== '') {
    const [matched, whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^.\d]*)/.exec(rest)!;
    total += readTerm(text, whole, fraction, unit);
    if (total > MAX_MAGNITUDE) throw durationFault(text);
    rest = rest.slice(matched.length);
  }
  if (isNegative) return -total;
  if (total === MAX_MAGNITUDE) throw durationFault(text);
  return total;
}

function readTerm(text: string, whole: string, fraction: string, unit: string): bigint {
  if (whole + fraction === '') throw durationFault(text);
  const count = BigInt(whole.replace(/^0+/, '').slice(0, 20) || '0');
  if (count > MAX_MAGNITUDE) throw durationFault(text);
  if (unit === '') throw invalid(`time: missing unit in duration ${quoteTime(text)}`);
  const nanos = NANOS_PER_UNIT.get(unit);
  if (nanos === undefined) {
    throw invalid(`time: unknown unit ${quoteTime(unit)} in duration ${quoteTime(text)}`);
  }
  const amount = count * nanos;
  if (amount > MAX_MAGNITUDE) throw durationFault(text);
  // More digits than these say nothing of nanoseconds.
  const digits = fraction.slice(0, 18);
  return amount + (digits === '' ? 0n : (BigInt(digits) * nanos) / 10n ** BigInt(digits.length));
}

function durationFault(text: string): Fault {
  return invalid(`time: invalid duration ${quoteTime(text)}`);
}

/** As package time quotes: bytes that are no printable ASCII in hex. */
export function quoteTime(text: string): string {
  const quoted = Array.from(text, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character >= ' ' && character < '\u0080') return character;
    return [...Buffer.from(character)].map((byte) => `\\x${hexOf(byte, 2)}`).join('');
  });
  return `"${quoted.join('')}"`;
}

function numberFault(name: string, text: string, why: string): Fault {
  return invalid(`strconv.${name}: parsing ${goQuote(text)}: ${why}`);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** `strconv.Quote`. */
export function goQuote(text: string): string {
  return `"${Array.from(text, quoteCharacter).join('')}"`;
}

function quoteCharacter(character: string): string {
  const escaped = ESCAPES.get(character);
  if (escaped !== undefined) return escaped;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${hexOf(code, 2)}`;
  return code > 0xffff ? `\\U${hexOf(code, 8)}` : `\\u${hexOf(code, 4)}`;
}

function hexOf(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function invalid(message: string): Fault {
  return new Fault('invalid', message);
}
