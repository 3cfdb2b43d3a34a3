import { isIP } from 'node:net';
import { z } from 'zod';
import { Fault, toFault } from '../errors/fault.ts';
import { NAME_RULE, createSpace } from '../space/space.ts';
import { parseDuration } from './duration.ts';
import { parseRetentionDays, parseRetentionRules, type RetentionRule } from './retention-rule.ts';
import { parseSize } from './size.ts';
import { parseSpacePorts, type SpacePort } from './space-port.ts';

/** What a setting's text may be, and what it becomes. */
export interface Kind<T> {
  readonly schema: z.ZodType<T, string>;
  /** For people: what may be written. */
  readonly range: string;
}

/** A listener's port: `0` lets the system pick one, `off` opens none. */
export type Port = number | 'off';

export function text(range: string): Kind<string> {
  return { schema: z.string(), range };
}

export function spaceName(): Kind<string> {
  return { schema: z.string().refine(isSpaceName, `must be ${NAME_RULE}`), range: NAME_RULE };
}

export function host(): Kind<string> {
  const range = 'an IP address, or localhost';
  return {
    schema: z.string().refine((name) => name === 'localhost' || isIP(name) !== 0, `must be ${range}`),
    range,
  };
}

export function port(): Kind<Port> {
  const range = '1 to 65535, 0 to have one picked, or off';
  const schema = z.union([z.literal('off'), wholeNumber(0, 65_535, range)], { error: `must be ${range}` });
  return { schema, range };
}

export function flag(): Kind<boolean> {
  const range = 'true or false';
  return { schema: z.stringbool({ truthy: ['true'], falsy: ['false'], error: `must be ${range}` }), range };
}

export function choice<const T extends string>(options: readonly T[]): Kind<T> {
  const range = options.join(', ');
  const find = (value: string): T => {
    const found = options.find((option) => option === value);
    if (found === undefined) throw new Fault('invalid', `must be one of ${range}`);
    return found;
  };
  return { schema: parsedBy(find), range };
}

export function integer(min: number, max: number): Kind<number> {
  return { schema: wholeNumber(min, max, `a whole number, ${min} to ${max}`), range: `${min} to ${max}` };
}

export function ratio(min: number, max: number): Kind<number> {
  const range = `${min} to ${max}`;
  const number = z.number().min(min, `must be ${range}`).max(max, `must be ${range}`);
  return {
    schema: z
      .string()
      .regex(/^\d*\.?\d+$/, `must be ${range}`)
      .transform(Number)
      .pipe(number),
    range,
  };
}

/** Milliseconds; the bounds are written as a setting would be. */
export function durationMs(min: string, max: string): Kind<number> {
  return between(parseDuration, min, max);
}

/** Bytes; the bounds are written as a setting would be. */
export function bytes(min: string, max: string): Kind<number> {
  return between(parseSize, min, max);
}

export function retentionDays(): Kind<number> {
  return { schema: parsedBy(parseRetentionDays), range: 'whole days, 1d to 3650d' };
}

export function retentionRules(): Kind<readonly RetentionRule[]> {
  return {
    schema: parsedBy(parseRetentionRules),
    range: 'rules such as `acme/*/*=30d`, the first that fits wins',
  };
}

export function spacePorts(): Kind<readonly SpacePort[]> {
  return {
    schema: parsedBy(parseSpacePorts),
    range: 'a list of `http:PORT=tenant/db/table`, or `grpc:`, or `udp:`',
  };
}

/** Credentials have settings of their own: an address is logged and printed. */
export function optionalUrl(): Kind<string | undefined> {
  const range = 'an http or https address without credentials';
  const isPlain = (value: string): boolean => {
    if (!URL.canParse(value)) return false;
    const { protocol, username, password } = new URL(value);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  };
  const schema = z.string().refine((value) => value === '' || isPlain(value), `must be ${range}`);
  return { schema: schema.transform(absent), range };
}

export function optionalIdentifier(): Kind<string | undefined> {
  const range = 'letters, digits and underscores';
  return { schema: z.string().regex(/^\w*$/, `must be ${range}`).transform(absent), range };
}

export function optionalPath(range: string): Kind<string | undefined> {
  return { schema: z.string().transform(absent), range };
}

function isSpaceName(name: string): boolean {
  try {
    createSpace(name, name, name);
    return true;
  } catch {
    return false;
  }
}

function absent(value: string): string | undefined {
  return value === '' ? undefined : value;
}

function between(parse: (text: string) => number, min: string, max: string): Kind<number> {
  const range = `${min} to ${max}`;
  const number = z.number().min(parse(min), `must be ${range}`).max(parse(max), `must be ${range}`);
  return { schema: parsedBy(parse).pipe(number), range };
}

function wholeNumber(min: number, max: number, range: string): z.ZodType<number, string> {
  const message = `must be ${range}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** Lets a pure parser, which throws a Fault, take part in a schema, which collects every problem. */
function parsedBy<T>(parse: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((value, context) => {
    try {
      return parse(value);
    } catch (thrown) {
      context.addIssue({ code: 'custom', message: toFault(thrown).message });
      return z.NEVER;
    }
  });
}
