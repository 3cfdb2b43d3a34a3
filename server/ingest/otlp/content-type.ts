import { Fault } from '../../errors/fault.ts';
import type { OtlpEncoding } from './edge.ts';

const ENCODINGS: ReadonlyMap<string, OtlpEncoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json'],
]);
const TAKEN = [...ENCODINGS.keys()].join(', ');
const SHOWN_CHARACTERS = 80;

/** The encoding a content-type header names. Throws Fault `unsupported-media` for others, and for charsets but UTF-8. */
export function parseContentType(header: string | undefined): OtlpEncoding {
  if (header === undefined) throw unsupported(`content-type is missing; send one of ${TAKEN}`);
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  const encoding = ENCODINGS.get(type.toLowerCase());
  if (encoding === undefined) throw unsupported(`content-type is ${shown(type)}; send one of ${TAKEN}`);
  const charset = parameters.map(charsetOf).find((value) => value !== undefined);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw unsupported(`content-type has charset ${shown(charset)}; send utf-8`);
  }
  return encoding;
}

/** The encoding to answer in when the request itself is what is wrong. */
export function encodingOfAnswer(contentType: string | undefined): OtlpEncoding {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return ENCODINGS.get(type) ?? 'json';
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
