import { Fault } from '../../errors/fault.ts';
import type { AttributeLevel, NestedLevel, ValueType } from '../../store/trace-store.ts';
import { type Call, type Expression, OPERATORS, OWN_OPERATORS, type Operator } from './expression.ts';

/** Far above what fits into a URL. */
const MAX_CHARACTERS = 1 << 16;
/** Calls inside of calls; people write five. */
const MAX_DEPTH = 32;
/** Expressions and values of lists: each may ask the store for what is known of a key. */
const MAX_PARTS = 256;

const LEVELS: readonly AttributeLevel[] = ['span', 'resource', 'scope', 'event', 'link'];
const NESTED_LEVELS: readonly NestedLevel[] = ['event', 'link'];
const TYPES: readonly ValueType[] = ['string', 'int', 'double', 'bool'];
const TERMS = ['attr', 'field', 'nested', 'scalar', 'list', 'call'] as const;

/**
 * A filter in JSON as a tree: a call with its operator and its arguments. Throws Fault `invalid` that names the place. What
 * the operators want of their arguments is not looked at here.
 */
export function parseFilter(text: string): Call {
  if (text.length > MAX_CHARACTERS) {
    throw refusal('the filter', `has ${text.length} characters, more than the ${MAX_CHARACTERS} allowed`);
  }
  return new FilterReader(OPERATORS).call(parseJson(text), '', 1);
}

/** The same of JSON that has been read already, with the operators of our own API. */
export function readFilter(json: unknown): Call {
  return new FilterReader(OWN_OPERATORS).call(json, '', 1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw refusal(
      'the filter',
      `is no JSON: ${cause instanceof Error ? cause.message : 'it cannot be read'}`,
    );
  }
}

/** Says what is wrong at a place in the filter; the filter itself has no path. */
export function refusal(at: string, what: string): Fault {
  return new Fault('invalid', `${at === '' ? 'the filter' : at} ${what}`, { field: at });
}

class FilterReader {
  readonly #operators: readonly Operator[];
  #parts = 0;

  constructor(operators: readonly Operator[]) {
    this.#operators = operators;
  }

  call(json: unknown, at: string, depth: number): Call {
    if (depth > MAX_DEPTH)
      throw refusal(at, `stands ${depth} calls deep, more than the ${MAX_DEPTH} allowed`);
    const { op, args = [] } = membersOf(json, at, ['op', 'args']);
    if (!Array.isArray(args)) throw refusal(inside(at, 'args'), 'must be a list');
    return {
      term: 'call',
      at,
      op: oneOf(op ?? '', inside(at, 'op'), 'an operator', this.#operators),
      args: args.map((arg, index) => this.#expression(arg, inside(at, `args[${index}]`), depth)),
    };
  }

  #expression(json: unknown, at: string, depth: number): Expression {
    this.#count(at);
    const members = membersOf(json, at, TERMS);
    const [term, ...others] = TERMS.filter((name) => members[name] !== undefined);
    if (term === undefined || others.length > 0) {
      throw refusal(at, `must hold exactly one of ${TERMS.join(', ')}`);
    }
    const place = inside(at, term);
    const value = members[term];
    return term === 'call' ? this.call(value, place, depth + 1) : this.#atom(term, value, place);
  }

  #atom(term: Exclude<(typeof TERMS)[number], 'call'>, json: unknown, at: string): Expression {
    switch (term) {
      case 'attr': {
        const { key, level } = membersOf(json, at, ['key', 'level']);
        return { term, at, key: textOf(key, inside(at, 'key')), level: optionalLevel(level, at) };
      }
      case 'field': {
        const { name, level } = membersOf(json, at, ['name', 'level']);
        return { term, at, name: textOf(name, inside(at, 'name')), level: levelOf(level, at, LEVELS) };
      }
      case 'nested': {
        const { level } = membersOf(json, at, ['level']);
        return { term, at, level: levelOf(level, at, NESTED_LEVELS) };
      }
      case 'scalar': {
        const { value = '', type } = membersOf(json, at, ['value', 'type']);
        return { term, at, value: stringOf(value, inside(at, 'value')), type: typeOf(type, at) };
      }
      case 'list': {
        const { values, type } = membersOf(json, at, ['values', 'type']);
        return { term, at, values: this.#values(values, inside(at, 'values')), type: typeOf(type, at) };
      }
    }
  }

  #values(json: unknown, at: string): readonly string[] {
    if (!Array.isArray(json) || json.length === 0) throw refusal(at, 'must be a list of at least one value');
    return json.map((value, index) => {
      const place = `${at}[${index}]`;
      this.#count(place);
      return stringOf(value, place);
    });
  }

  #count(at: string): void {
    this.#parts++;
    if (this.#parts > MAX_PARTS) {
      throw refusal(at, `is one part too many: a filter may have ${MAX_PARTS} expressions and values`);
    }
  }
}

function inside(at: string, member: string): string {
  return at === '' ? member : `${at}.${member}`;
}

/** The members of an object that may have these and no others; null is as good as none. */
function membersOf<Name extends string>(
  json: unknown,
  at: string,
  names: readonly Name[],
): Readonly<Partial<Record<Name, unknown>>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw refusal(at, `must be an object with ${names.join(' and ')}`);
  }
  const unknown = Object.keys(json).find((key) => !names.some((name) => name === key));
  if (unknown !== undefined) {
    throw refusal(at, `has a member ${JSON.stringify(unknown)}; it may have ${names.join(', ')}`);
  }
  const given = Object.entries(json).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as Partial<Record<Name, unknown>>;
}

function optionalLevel(json: unknown, at: string): AttributeLevel | undefined {
  return json === undefined || json === '' ? undefined : levelOf(json, at, LEVELS);
}

function levelOf<Level extends AttributeLevel>(json: unknown, at: string, levels: readonly Level[]): Level {
  return oneOf(json ?? '', inside(at, 'level'), 'a level', levels);
}

function typeOf(json: unknown, at: string): ValueType | undefined {
  return json === undefined || json === '' ? undefined : oneOf(json, inside(at, 'type'), 'a type', TYPES);
}

function oneOf<Word extends string>(json: unknown, at: string, what: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === json);
  if (word !== undefined) return word;
  throw refusal(at, `is ${JSON.stringify(json)}, and must be ${what}: one of ${words.join(', ')}`);
}

function textOf(json: unknown, at: string): string {
  const text = stringOf(json ?? '', at);
  if (text === '') throw refusal(at, 'must not be empty');
  return text;
}

function stringOf(json: unknown, at: string): string {
  if (typeof json === 'string') return json;
  throw refusal(at, `must be a string, as in "500" with "type" beside it for what is no text`);
}
