import { z } from 'zod';
import { Fault } from '../../errors/fault.ts';
import type { AttributeLevel } from '../../store/trace-store.ts';

export const LEVELS = [
  'resource',
  'scope',
  'span',
  'event',
  'link',
] as const satisfies readonly AttributeLevel[];

/** Items of a list that are given as texts: names that are looked for, dimensions, columns. */
const MAX_NAMES = 100;
/** All of them together: they stand in statements several times. */
const MAX_NAMES_CHARACTERS = 1 << 14;
/** What a DateTime64 of nanoseconds holds, and a trace can last. */
const MAX_NANOS = 2n ** 63n - 1n;

const NANOS_TEXT = 'must be a whole number of nanoseconds in text, as in "1500000000"';

/** Of a time, since 1970; of a duration. In text, because JSON's numbers do not hold them. */
export const nanosField = z
  .string(NANOS_TEXT)
  .regex(/^\d{1,19}$/, NANOS_TEXT)
  .transform(BigInt)
  .refine((nanos) => nanos <= MAX_NANOS, 'must fit into 63 bits');

/** Of a key, a name, a cursor. */
const MAX_TEXT_CHARACTERS = 4_096;

export const textField = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(MAX_TEXT_CHARACTERS, `may have ${MAX_TEXT_CHARACTERS} characters at most`);

export const namesField = z
  .array(z.string('must be text'), 'must be a list of texts')
  .max(MAX_NAMES, `may have ${MAX_NAMES} items at most`)
  .refine(
    (names) => names.join('').length <= MAX_NAMES_CHARACTERS,
    `may have ${MAX_NAMES_CHARACTERS} characters together at most`,
  );

export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, `must be one of ${words.join(', ')}`);
}

export function countField(most: number): z.ZodNumber {
  const text = `must be a whole number from 1 to ${most}`;
  return z.number(text).int(text).min(1, text).max(most, text);
}

/** An attribute by its key, at one level or wherever it stands. */
export const attributeField = z.strictObject(
  { key: textField, level: oneOf(LEVELS).optional() },
  'must be an attribute, as in {"key":"http.method","level":"span"}',
);

/** What is right of a value, or a refusal that names the first field that is not. `whole` is what it is called itself. */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown, whole: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const at = pathOf(issue.path);
  const field = at === '' ? whole : at;
  if (issue.code !== 'unrecognized_keys') throw new Fault('invalid', `${field} ${issue.message}`, { field });
  const unknown = inside(at, issue.keys[0]!);
  throw new Fault('invalid', `there is no field ${JSON.stringify(unknown)} here`, { field: unknown });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[${part}]` : inside(at, String(part))),
    '',
  );
}

function inside(at: string, member: string): string {
  return at === '' ? member : `${at}.${member}`;
}
