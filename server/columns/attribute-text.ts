import type { Attribute, AttributeType, AttributeValue, Attributes } from '../span/attribute.ts';

/**
 * Attributes are stored as text in maps, with one letter each in a pattern that tells the type; in the sender's order.
 * A capital says that the attribute stands in the map of nearly unique values. Patterns repeat with the code that makes
 * the spans, so they cost next to nothing, and every value comes back exactly as it was sent.
 */
export const TYPE_LETTERS = {
  string: 's',
  int: 'i',
  double: 'd',
  bool: 'b',
  bytes: 'x',
  array: 'a',
  map: 'm',
  empty: 'e',
} as const satisfies Record<AttributeType, string>;

const TYPES = new Map<string, AttributeType>(
  Object.entries(TYPE_LETTERS).map(([type, letter]) => [letter, type as AttributeType]),
);

/** The text under which a value is stored and searched. */
export function presentValue(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return value.value;
    case 'int':
      return value.value.toString();
    case 'double':
      return presentDouble(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'bytes':
      return Buffer.from(value.value).toString('base64');
    case 'array':
    case 'map':
      return presentNested(value);
    case 'empty':
      return '';
  }
}

/** The value of a stored text; the inverse of `presentValue`. */
export function parseValue(letter: string, text: string): AttributeValue {
  const type = TYPES.get(letter.toLowerCase()) ?? 'string';
  switch (type) {
    case 'string':
      return { type, value: text };
    case 'int':
      return { type, value: BigInt(text) };
    case 'double':
      return { type, value: Number(text) };
    case 'bool':
      return { type, value: text === 'true' };
    case 'bytes':
      return { type, value: Buffer.from(text, 'base64') };
    case 'array':
    case 'map':
      return parseNested(text);
    case 'empty':
      return { type };
  }
}

/** Puts the two maps of a row back into the sender's one list. */
export function decodeAttributes(
  types: string,
  keys: readonly string[],
  values: readonly string[],
  uniqueKeys: readonly string[] = [],
  uniqueValues: readonly string[] = [],
): Attributes {
  const attributes: Attribute[] = [];
  let repeated = 0;
  let unique = 0;
  for (const letter of types) {
    if (letter >= 'a') {
      attributes.push({ key: keys[repeated]!, value: parseValue(letter, values[repeated]!) });
      repeated++;
    } else {
      attributes.push({ key: uniqueKeys[unique]!, value: parseValue(letter, uniqueValues[unique]!) });
      unique++;
    }
  }
  return attributes;
}

/** Shortest text that reads back as the same double; -0 keeps its sign. */
export function presentDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * Arrays and maps are JSON as a person would write it, so that they read and search well: strings, booleans and null
 * (empty) as themselves, integers without and doubles with a point or exponent. What JSON cannot say is an object with one
 * key that begins with `$`: `{"$double":"NaN"}`, `{"$bytes":"aGk="}`, and `{"$map":[[k,v],…]}` for a map whose keys
 * repeat or begin with `$`.
 */
function presentNested(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return JSON.stringify(value.value);
    case 'int':
      return value.value.toString();
    case 'double':
      return presentNestedDouble(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'bytes':
      return `{"$bytes":"${Buffer.from(value.value).toString('base64')}"}`;
    case 'empty':
      return 'null';
    case 'array':
      return `[${value.value.map(presentNested).join(',')}]`;
    case 'map':
      return presentNestedMap(value.value);
  }
}

function presentNestedDouble(value: number): string {
  if (!Number.isFinite(value)) return `{"$double":"${String(value)}"}`;
  const text = presentDouble(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function presentNestedMap(entries: Attributes): string {
  const keys = new Set(entries.map(({ key }) => key));
  const plain = keys.size === entries.length && entries.every(({ key }) => !key.startsWith('$'));
  const pairs = entries.map(({ key, value }) => [JSON.stringify(key), presentNested(value)] as const);
  if (plain) return `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`;
  return `{"$map":[${pairs.map(([key, value]) => `[${key},${value}]`).join(',')}]}`;
}

/** The smallest JSON reader that keeps integers apart from doubles and keys in order. Reads only what we wrote. */
function parseNested(text: string): AttributeValue {
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{},:]/g) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? 'null';

  const parseList = <Item>(end: string, item: () => Item): Item[] => {
    const items: Item[] = [];
    if (tokens[at] === end) {
      at++;
      return items;
    }
    do items.push(item());
    while (next() === ',');
    return items;
  };
  const parseEntry = (): Attribute => {
    const key = JSON.parse(next()) as string;
    at++; // the colon
    return { key, value: parseAny() };
  };
  const parseAny = (): AttributeValue => {
    const token = next();
    if (token === '[') return { type: 'array', value: parseList(']', parseAny) };
    if (token === '{') return unescapeMap(parseList('}', parseEntry));
    return parseScalar(token);
  };
  return parseAny();
}

function parseScalar(token: string): AttributeValue {
  if (token.startsWith('"')) return { type: 'string', value: JSON.parse(token) as string };
  if (token === 'null') return { type: 'empty' };
  if (token === 'true' || token === 'false') return { type: 'bool', value: token === 'true' };
  return /[.eE]/.test(token)
    ? { type: 'double', value: Number(token) }
    : { type: 'int', value: BigInt(token) };
}

function unescapeMap(entries: readonly Attribute[]): AttributeValue {
  const only = entries.length === 1 ? entries[0]! : undefined;
  if (only?.key === '$double' && only.value.type === 'string') {
    return { type: 'double', value: Number(only.value.value) };
  }
  if (only?.key === '$bytes' && only.value.type === 'string') {
    return { type: 'bytes', value: Buffer.from(only.value.value, 'base64') };
  }
  if (only?.key === '$map' && only.value.type === 'array') {
    return { type: 'map', value: only.value.value.map(unescapePair) };
  }
  return { type: 'map', value: entries };
}

function unescapePair(pair: AttributeValue): Attribute {
  const [key, value] = pair.type === 'array' ? pair.value : [];
  return { key: key?.type === 'string' ? key.value : '', value: value ?? { type: 'empty' } };
}
