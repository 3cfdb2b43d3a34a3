import { LEVELS, type Level } from './query.ts';
import { printQuoted, readQuoted } from './quoted-text.ts';

/** An attribute; without a level, of the span or its resource. */
export interface AttributeRef {
  readonly key: string;
  readonly level?: Level;
}

/** Reads `key` or `level.key`; in quotes, a key that would otherwise be taken to begin with a level. */
export function parseAttributeRef(text: string): AttributeRef {
  const quoted = text.startsWith('"') ? readQuoted(text, 0) : undefined;
  if (quoted?.end === text.length) return { key: quoted.value };
  const level = levelBefore(text);
  return level === undefined ? { key: text } : { key: text.slice(level.length + 1), level };
}

export function printAttributeRef({ key, level }: AttributeRef): string {
  if (level !== undefined) return `${level}.${key}`;
  return key.startsWith('"') || levelBefore(key) !== undefined ? printQuoted(key) : key;
}

function levelBefore(text: string): Level | undefined {
  return LEVELS.find((level) => text.startsWith(`${level}.`) && text.length > level.length + 1);
}
