import { presentDouble } from '../../columns/attribute-text.ts';
import { Fault } from '../../errors/fault.ts';
import type { ValueType } from '../../store/trace-store.ts';
import { parseGoBool, parseGoDuration, parseGoFloat, parseGoInt } from '../go/go-params.ts';
import { parseGoTime } from '../go/go-time.ts';
import { type BuiltInField, type Holds, WORDS } from './built-in-fields.ts';
import { refusal } from './parse-filter.ts';

/** A constant as it was written, with where it stands. */
export interface Constant {
  readonly at: string;
  readonly value: string;
  readonly type: ValueType | undefined;
}

/** The constant as the store compares the values of this field. */
export function readForField({ holds }: BuiltInField, name: string, constant: Constant): string {
  const { at, type, value } = constant;
  const isText = holds !== 'time' && holds !== 'duration';
  if (type !== undefined && !(isText && type === 'string')) {
    throw refusal(at, `is of type ${type}, and ${name} holds ${HELD[holds]}`);
  }
  return read(at, () => READERS[holds](value));
}

/** The text under which the store has values of this type, if it is one. */
export function readAsType(type: ValueType, { at, value }: Constant): string {
  return read(at, () => TYPED[type](value));
}

/** In words. */
export const HELD: Readonly<Record<Holds, string>> = {
  text: 'text',
  traceId: 'an id',
  id: 'an id',
  kind: 'a span kind',
  status: 'a status',
  time: 'a time',
  duration: 'a duration',
};

const READERS: Readonly<Record<Holds, (value: string) => string>> = {
  text: (value) => value,
  // The first generation's JSON has short ones.
  traceId: (value) => (/^[0-9a-fA-F]{1,32}$/.test(value) ? value.toLowerCase().padStart(32, '0') : value),
  id: (value) => value.toLowerCase(),
  kind: (value) => oneOf(value, WORDS.kind!),
  status: (value) => oneOf(value, WORDS.status!),
  time: (value) => parseGoTime(value).toString(),
  duration: (value) => parseGoDuration(value).toString(),
};

const TYPED: Readonly<Record<ValueType, (value: string) => string>> = {
  string: (value) => value,
  int: (value) => parseGoInt(value).toString(),
  double: (value) => presentDouble(parseGoFloat(value)),
  bool: (value) => String(parseGoBool(value)),
};

function oneOf(value: string, words: readonly string[]): string {
  if (words.includes(value)) return value;
  throw new Fault('invalid', `not one of ${words.join(', ')}`);
}

/** A refusal that says where the constant stands. */
function read(at: string, parse: () => string): string {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'invalid')
      throw refusal(at, `cannot be read: ${thrown.message}`);
    throw thrown;
  }
}
