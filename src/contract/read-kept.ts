import { type AttributeFilter, type KeptQuery, LEVELS, OPERATORS } from './query.ts';
import { QueryError } from './query-error.ts';

type Json = Readonly<Record<string, unknown>>;

const TEXTS = [
  'refId',
  'queryType',
  'query',
  'service',
  'operation',
  'tags',
  'kind',
  'status',
  'text',
  'minDuration',
  'maxDuration',
  'minTraceDuration',
  'maxTraceDuration',
  'sort',
  'metric',
  'step',
  'attribute',
  'prefix',
  'sql',
] as const satisfies readonly (keyof KeptQuery)[];

/** JSON of any origin as a kept query: each field has its type or is refused by its name; unknown ones are left alone. */
export function readKept(json: Json): KeptQuery {
  const texts = TEXTS.flatMap((name) => member(name, textOf(json, name)));
  return Object.fromEntries([
    ...texts,
    ...member('editor', choiceOf(json, 'editor', ['builder', 'text'])),
    ...member('rows', choiceOf(json, 'rows', ['traces', 'spans'])),
    ...member('volume', flagOf(json, 'volume')),
    ...member('limit', limitOf(json)),
    ...member('filters', listOf(json, 'filters', readFilter)),
    ...member('columns', listOf(json, 'columns', readText)),
    ...member('by', listOf(json, 'by', readText)),
    ...member('quantiles', listOf(json, 'quantiles', readNumber)),
  ]);
}

function member(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  return value === undefined ? [] : [[name, value]];
}

/** What is null is as good as missing. */
function given(json: Json, name: string): unknown {
  return json[name] ?? undefined;
}

function textOf(json: Json, name: string): string | undefined {
  const value = given(json, name);
  if (value === undefined || typeof value === 'string') return value;
  throw refusal(name, 'must be text', value);
}

function choiceOf<Word extends string>(json: Json, name: string, words: readonly Word[]): Word | undefined {
  const value = given(json, name);
  if (value === undefined || value === '') return undefined;
  const word = words.find((known) => known === value);
  if (word !== undefined) return word;
  throw refusal(name, `must be one of ${words.join(', ')}`, value);
}

function flagOf(json: Json, name: string): boolean | undefined {
  const value = given(json, name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw refusal(name, 'must be true or false', value);
}

function limitOf({ limit }: Json): number | string | undefined {
  if (limit === undefined || limit === null) return undefined;
  if (typeof limit === 'number' || typeof limit === 'string') return limit;
  throw refusal('limit', 'must be a number', limit);
}

function listOf<T>(
  json: Json,
  name: string,
  read: (value: unknown, place: string) => T,
): readonly T[] | undefined {
  const value = given(json, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw refusal(name, 'must be a list', value);
  return value.map((item: unknown, at) => read(item, `${name}[${at}]`));
}

function readText(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  throw refusal(place, 'must be text', value);
}

/** Variables leave numbers as text. */
function readNumber(value: unknown, place: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw refusal(place, 'must be a number', value);
}

function readFilter(value: unknown, place: string): AttributeFilter {
  if (typeof value !== 'object' || value === null) throw refusal(place, 'must be an object', value);
  const json = value as Json;
  const { key } = json;
  const level = choiceOf(json, 'level', LEVELS);
  return {
    key: readText(key ?? '', `${place}.key`),
    ...(level === undefined ? {} : { level }),
    operator: choiceOf(json, 'operator', OPERATORS) ?? '=',
    values: listOf(json, 'values', readText) ?? [],
  };
}

function refusal(name: string, rule: string, value: unknown): QueryError {
  const field = /^\w+/.exec(name)?.[0] ?? name;
  return new QueryError(`"${name}" is ${JSON.stringify(value)}, and ${rule}`, { field });
}
