import type { AttributeValue, Attributes } from '../../../span/attribute.ts';
import { goFloat, goString } from '../../go/go-json.ts';
import { nestedJson } from './nested-json.ts';

type TagType = 'string' | 'bool' | 'int64' | 'float64' | 'binary';

const TAG_TYPES = {
  string: 'string',
  int: 'int64',
  double: 'float64',
  bool: 'bool',
  bytes: 'binary',
  array: 'string',
  map: 'string',
  empty: 'string',
} as const satisfies Record<AttributeValue['type'], TagType>;

/** The tags of one key and type: what stands before the value, and the last of them whole. */
interface KnownTag {
  readonly head: string;
  value: string | bigint | undefined;
  tag: string;
}

/**
 * Presents tags, `{"key":…,"type":…,"value":…}` with commas between, behind those that there are. Texts only grow at
 * their end: nothing is copied until a piece is written. Spans repeat their keys, and mostly their values too: a key is
 * presented once, and a value once for as long as it stays the same.
 */
export class TagPresenter {
  readonly #known: Readonly<Record<TagType, Map<string, KnownTag>>> = {
    string: new Map(),
    bool: new Map(),
    int64: new Map(),
    float64: new Map(),
    binary: new Map(),
  };

  withAll(tags: string, attributes: Attributes): string {
    let all = tags;
    for (const { key, value } of attributes) all = withTag(all, this.#tag(key, value));
    return all;
  }

  /** No tag for an empty text. */
  withText(tags: string, key: string, value: string): string {
    return value === '' ? tags : withTag(tags, this.#tag(key, { type: 'string', value }));
  }

  #tag(key: string, value: AttributeValue): string {
    const known = this.#knownTag(TAG_TYPES[value.type], key);
    if (value.type !== 'string' && value.type !== 'int') return closed(known.head, value);
    if (known.value === value.value) return known.tag;
    known.value = value.value;
    known.tag = closed(known.head, value);
    return known.tag;
  }

  #knownTag(type: TagType, key: string): KnownTag {
    const ofType = this.#known[type];
    let known = ofType.get(key);
    if (known === undefined) {
      known = { head: `{"key":${goString(key)},"type":"${type}","value":`, value: undefined, tag: '' };
      ofType.set(key, known);
    }
    return known;
  }
}

function closed(head: string, value: AttributeValue): string {
  return `${head}${presentTagValue(value)}}`;
}

export function withTag(tags: string, tag: string): string {
  return tags === '' ? tag : `${tags},${tag}`;
}

function presentTagValue(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return goString(value.value);
    case 'int':
      return presentInt(value.value);
    case 'double':
      return goFloat(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'bytes':
      return `"${Buffer.from(value.value).toString('base64')}"`;
    case 'array':
    case 'map':
      return goString(nestedJson(value));
    case 'empty':
      return '""';
  }
}

/** As a string where a JavaScript client would read another number. */
function presentInt(value: bigint): string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : `"${value}"`;
}
