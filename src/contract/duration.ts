import { QueryError } from './query-error.ts';

const NANOS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  // The micro sign and the Greek letter.
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

const TERM = /(\d+)(?:\.(\d+))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w)/gy;
/** What the server can hold. */
const MAX_NANOS = 2n ** 63n - 1n;

/** Nanoseconds in `1.2s`, `100ms`, `500us`, `1h30m` or `2d`. The unit is never guessed. */
export function parseDuration(text: string): bigint {
  const trimmed = text.trim();
  if (trimmed === '0') return 0n;
  const terms = [...trimmed.matchAll(TERM)];
  const length = terms.reduce((sum, [term]) => sum + term.length, 0);
  if (terms.length === 0 || length !== trimmed.length) {
    throw new QueryError(
      `${JSON.stringify(text)} is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m`,
    );
  }
  const nanos = terms.reduce(
    (sum, [, whole, fraction, unit]) => sum + termNanos(whole!, fraction, unit!),
    0n,
  );
  if (nanos > MAX_NANOS) throw new QueryError(`${JSON.stringify(text)} is longer than 292 years`);
  return nanos;
}

/** What is less than a nanosecond is cut off. */
function termNanos(whole: string, fraction: string | undefined, unit: string): bigint {
  const scale = NANOS_PER_UNIT[unit]!;
  const rest = fraction === undefined ? 0n : (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  return BigInt(whole) * scale + rest;
}

const MINUTE = 60_000_000_000n;
const HOUR = 60n * MINUTE;

/** The shortest text that parses to the same; Go's `time.ParseDuration` reads it too. */
export function printDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${nanos}ns`;
  if (nanos < 1_000_000n) return `${decimal(nanos, 3)}us`;
  if (nanos < 1_000_000_000n) return `${decimal(nanos, 6)}ms`;
  const [hours, minutes, rest] = [nanos / HOUR, (nanos % HOUR) / MINUTE, nanos % MINUTE];
  const terms = [
    hours === 0n ? '' : `${hours}h`,
    minutes === 0n ? '' : `${minutes}m`,
    rest === 0n ? '' : `${decimal(rest, 9)}s`,
  ];
  return terms.join('');
}

/** The number with that many digits behind the point, less the zeros at its end. */
function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`;
}
