import { Fault } from '../errors/fault.ts';
import { SPACE_PARTS, type Space } from '../space/space.ts';
import { DAY_MS, parseDuration } from './duration.ts';

/** How long the spans of some spaces are kept. Parts of the pattern are names, with `*` for any run of characters. */
export interface RetentionRule {
  /** `tenant/db/table`, as it was written. */
  readonly pattern: string;
  readonly days: number;
}

/** Each class of retention makes partitions of its own in every table: few, or merging suffers. */
const MAX_CLASSES = 4;
const MAX_DAYS = 3_650;

const PATTERN = /^[A-Za-z0-9_.*-]+\/[A-Za-z0-9_.*-]+\/[A-Za-z0-9_.*-]+$/;

/** Rules such as `acme/prod/traces=30d,acme/prod/debug-*=1d`; no rules when the text is empty. */
export function parseRetentionRules(text: string): readonly RetentionRule[] {
  const rules = text
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '')
    .map(parseRule);
  const classes = new Set(rules.map(({ days }) => days));
  if (classes.size > MAX_CLASSES) {
    throw new Fault(
      'invalid',
      `names ${classes.size} different durations, but at most ${MAX_CLASSES} are possible`,
    );
  }
  return rules;
}

/** Days to keep the spans of a space: the first rule that fits, else the default. */
export function retentionDaysOf(space: Space, rules: readonly RetentionRule[], defaultDays: number): number {
  return rules.find(({ pattern }) => fits(space, pattern))?.days ?? defaultDays;
}

/** Whole days in a duration: parts of the store expire by the day. */
export function parseRetentionDays(text: string): number {
  const days = parseDuration(text) / DAY_MS;
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new Fault('invalid', `must be whole days, 1d to ${MAX_DAYS}d`);
  }
  return days;
}

function parseRule(rule: string): RetentionRule {
  const [pattern, duration, ...more] = rule.split('=');
  if (pattern === undefined || duration === undefined || more.length > 0 || !PATTERN.test(pattern)) {
    throw new Fault('invalid', `must be tenant/db/table=duration, such as acme/*/*=30d, separated by commas`);
  }
  return { pattern, days: parseRetentionDays(duration) };
}

function fits(space: Space, pattern: string): boolean {
  const parts = pattern.split('/');
  return SPACE_PARTS.every((part, index) => wildcard(parts[index]!).test(space[part]));
}

function wildcard(pattern: string): RegExp {
  const literals = pattern.split('*').map((literal) => literal.replaceAll('.', String.raw`\.`));
  return new RegExp(`^${literals.join('.*')}$`);
}
