import { Fault } from '../errors/fault.ts';

const SHOWN_CHARACTERS = 80;

/** What a protocol takes, by content type in lower case. */
export type Types<Value> = ReadonlyMap<string, Value>;

/** What a content-type header names. Throws Fault `unsupported-media` for others, and for charsets but UTF-8. */
export function parseContentType<Value>(header: string | undefined, types: Types<Value>): Value {
  const taken = [...types.keys()].join(', ');
  if (header === undefined) throw unsupported(`content-type is missing; send one of ${taken}`);
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const value = types.get(type.toLowerCase());
  if (value === undefined) throw unsupported(`content-type is ${shown(type)}; send one of ${taken}`);
  const charset = parameters.map(charsetOf).find((one) => one !== undefined);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw unsupported(`content-type has charset ${shown(charset)}; send utf-8`);
  }
  return value;
}

/** What the header names, if that is taken: for an answer where the request itself is what is wrong. */
export function typeOfAnswer<Value>(header: string | undefined, types: Types<Value>): Value | undefined {
  return types.get(header?.split(';')[0]?.trim().toLowerCase() ?? '');
}

function charsetOf(parameter: string): string | undefined {
  return /^charset\s*=\s*"?([^"]*)"?$/i.exec(parameter)?.[1]?.trim();
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, SHOWN_CHARACTERS));
}

function unsupported(message: string): Fault {
  return new Fault('unsupported-media', message, { field: 'content-type' });
}
