import type { AttributeLevel } from '../../store/trace-store.ts';
import { quoteText } from '../literal.ts';
import { type Comparison, compileText } from './comparison.ts';
import {
  type AttributeLeaf,
  type Bound,
  type Known,
  type LeafFacts,
  NEVER,
  PLACES,
  type Place,
  either,
} from './leaf.ts';
import { elementColumn } from './nested.ts';

const LEVEL_OF: Readonly<Record<Place, AttributeLevel>> = {
  span: 'span',
  unique: 'span',
  event: 'event',
  link: 'link',
};

/** Places that a leaf is about, whatever has been seen there. */
export function placesOf({ level }: AttributeLeaf): readonly Place[] {
  return PLACES.filter((place) => level === undefined || level === LEVEL_OF[place]);
}

/** What must hold in one of the places where the attribute may stand. */
export function attributeParts(
  leaf: AttributeLeaf,
  comparison: Comparison,
  known: Known,
  bound: Bound,
): string[] {
  const { origin, places: seen } = known(leaf);
  const places = placesOf(leaf).filter((place) => seen?.has(place) ?? true);
  const { key, level } = leaf;
  if ((level === 'event' || level === 'link') && bound.has(level)) {
    return [places.length === 0 ? NEVER : compileEntry(elementMap(level), key, comparison)];
  }
  const onSpan =
    comparison.comparator === '='
      ? compileEqual(key, comparison, places)
      : places.map((place) => COMPARED[place](key, comparison));
  const parts = [...onSpan, ...(origin === undefined ? [] : [origin])];
  return parts.length === 0 ? [NEVER] : parts;
}

/** The values that a span has of an attribute, as arrays: one for each place where it may stand. */
export function compileValues(leaf: AttributeLeaf, { places: seen }: LeafFacts, bound: Bound): string[] {
  const places = placesOf(leaf).filter((place) => seen?.has(place) ?? true);
  const { key, level } = leaf;
  if ((level === 'event' || level === 'link') && bound.has(level))
    return [entryValues(elementColumn(level, 'attr'), key)];
  return places.map((place) => ARRAYS[place](key));
}

const ARRAYS: Readonly<Record<Place, (key: string) => string>> = {
  span: (key) => entryValues('attr', key),
  unique: (key) => entryValues('attr_u', key),
  event: (key) => `arrayFlatten(arrayMap(m -> ${entryValues('m', key)}, events.attr))`,
  link: (key) => `arrayFlatten(arrayMap(m -> ${entryValues('m', key)}, links.attr))`,
};

/** As an array, since senders may send a key twice. */
export function entryValues(map: string, key: string): string {
  return `arrayFilter((v, k) -> k = ${quoteText(key)}, mapValues(${map}), mapKeys(${map}))`;
}

/** A map of attributes, and the letters of their types in its order. */
interface AttributeMap {
  readonly map: string;
  /** An array of as many one-letter strings as the map has entries. */
  readonly letters: string;
}

const lettersOf = (types: string): string => `splitByString('', ${types})`;

/** A span's pattern holds the letters of both its maps: those of nearly unique values are capitals. */
const SPAN_MAP = { map: 'attr', letters: `arrayFilter(t -> t >= 'a', ${lettersOf('attr_types')})` };
const UNIQUE_MAP = { map: 'attr_u', letters: `arrayFilter(t -> t < 'a', ${lettersOf('attr_types')})` };
/** Of one event or link among those of a span, both under lambdas. */
const ONE_MAP = { map: 'm', letters: lettersOf('p') };
/** Of a resource or a scope in the catalog, whose values are all in one map. */
export const FACT_MAP: AttributeMap = { map: 'attr', letters: lettersOf('attr_types') };

function elementMap(level: 'event' | 'link'): AttributeMap {
  return {
    map: elementColumn(level, 'attr'),
    letters: lettersOf(elementColumn(level, 'attr_types')),
  };
}

/**
 * Equality is answered by the indexes of tokens. A token tells its key and value apart only if it has a single `=`, and
 * tells nothing of the type: where either is in doubt, the maps are asked as well.
 */
function compileEqual(key: string, comparison: Comparison, places: readonly Place[]): string[] {
  const { value, letter } = comparison;
  const token = quoteText(`${key}=${value}`);
  const plain = letter === undefined && !key.includes('=') && !value.includes('=');
  const found = (tokens: string, inMaps: string): string =>
    plain ? `has(${tokens}, ${token})` : `(has(${tokens}, ${token}) AND ${inMaps})`;
  const isEntry = (map: AttributeMap): string => someEntry(map, key, comparison);
  const at: Readonly<Record<Place, string>> = {
    span: found('tokens', isEntry(SPAN_MAP)),
    unique: found('tokens_u', isEntry(UNIQUE_MAP)),
    event: found('tokens_event', anyMap('events', comparison, isEntry)),
    link: found('tokens_link', anyMap('links', comparison, isEntry)),
  };
  // One branch for all that is under bloom filters, which combine; another for the text index, which does not.
  const filtered = places.filter((place) => place !== 'span').map((place) => at[place]);
  return [...(places.includes('span') ? [at.span] : []), ...(filtered.length > 0 ? [either(filtered)] : [])];
}

/** Holds for spans of which an event or link may have the value: what an index answers before `some` looks closer. */
export function compileToken(level: 'event' | 'link', key: string, value: string): string {
  return `has(tokens_${level}, ${quoteText(`${key}=${value}`)})`;
}

/** Every comparison but equality. The keys have indexes of their own. */
const COMPARED: Readonly<Record<Place, (key: string, comparison: Comparison) => string>> = {
  span: (key, comparison) => compileEntry(SPAN_MAP, key, comparison),
  unique: (key, comparison) => compileEntry(UNIQUE_MAP, key, comparison),
  event: (key, comparison) => anyMap('events', comparison, (map) => compileEntry(map, key, comparison)),
  link: (key, comparison) => anyMap('links', comparison, (map) => compileEntry(map, key, comparison)),
};

/** Holds if it does for the map of one of the events or links. */
function anyMap(
  nested: 'events' | 'links',
  { letter }: Comparison,
  compile: (map: AttributeMap) => string,
): string {
  return letter === undefined
    ? `arrayExists(m -> ${compile(ONE_MAP)}, ${nested}.attr)`
    : `arrayExists((m, p) -> ${compile(ONE_MAP)}, ${nested}.attr, ${nested}.attr_types)`;
}

/** Holds for a map that has the key with a value for which the comparison does. */
export function compileEntry(map: AttributeMap, key: string, comparison: Comparison): string {
  const hasKey = `has(mapKeys(${map.map}), ${quoteText(key)})`;
  if (comparison.comparator === 'exists' && comparison.letter === undefined) return hasKey;
  return `(${hasKey} AND ${someEntry(map, key, comparison)})`;
}

/** Senders may send a key twice, and then either value counts. */
function someEntry({ map, letters }: AttributeMap, key: string, comparison: Comparison): string {
  const holds = `k = ${quoteText(key)} AND ${compileText('v', comparison)}`;
  const { letter } = comparison;
  return letter === undefined
    ? `arrayExists((k, v) -> ${holds}, mapKeys(${map}), mapValues(${map}))`
    : `arrayExists((k, v, t) -> ${holds} AND lower(t) = ${quoteText(letter)}, mapKeys(${map}), mapValues(${map}), ${letters})`;
}
