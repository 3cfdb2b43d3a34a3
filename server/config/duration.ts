import { Fault } from '../errors/fault.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

export const DAY_MS = 86_400_000;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;

/** Milliseconds in a duration such as `14d`, `1.5h` or `500ms`. The unit is never guessed. */
export function parseDuration(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new Fault(
      'invalid',
      'must be a number with one of the units ms, s, m, h, d, w, such as 30s or 14d',
    );
  }
  return Math.round(Number(amount) * UNIT_MS[unit]!);
}
