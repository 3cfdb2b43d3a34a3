import { QueryError } from './query-error.ts';
import { printQuoted, readQuoted } from './quoted-text.ts';

export interface LogfmtPair {
  readonly key: string;
  readonly value: string;
}

const SPACES = /\s*/y;
const KEY = /[^\s="]+/y;
const VALUE = /[^\s"]*/y;

/** Pairs of `http.status_code=200 error=true name="two words"`; a key alone has the value `true`. */
export function parseLogfmt(text: string): readonly LogfmtPair[] {
  const pairs: LogfmtPair[] = [];
  let at = skip(SPACES, text, 0);
  while (at < text.length) {
    const { pair, end } = readPair(text, at);
    pairs.push(pair);
    at = skip(SPACES, text, end);
  }
  return pairs;
}

function readPair(text: string, start: number): { readonly pair: LogfmtPair; readonly end: number } {
  const keyEnd = skip(KEY, text, start);
  const key = text.slice(start, keyEnd);
  if (key === '')
    throw new QueryError(`a key is missing before ${JSON.stringify(text.slice(start, start + 20))}`, {
      position: start,
    });
  if (text[keyEnd] !== '=') {
    refuseNeighbour(text, keyEnd);
    return { pair: { key, value: 'true' }, end: keyEnd };
  }
  const { value, end } = readValue(text, keyEnd + 1);
  refuseNeighbour(text, end);
  return { pair: { key, value }, end };
}

function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  if (text[start] !== '"') {
    const end = skip(VALUE, text, start);
    return { value: text.slice(start, end), end };
  }
  const quoted = readQuoted(text, start);
  if (quoted === undefined) throw new QueryError('a quote is never closed', { position: start });
  return quoted;
}

function refuseNeighbour(text: string, at: number): void {
  if (at === text.length || /\s/.test(text[at]!)) return;
  throw new QueryError('a space must stand between two pairs', { position: at });
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

/** Keys of logfmt hold no spaces, quotes or equals signs: pairs with such a key are not for it. */
export function printLogfmt(pairs: readonly LogfmtPair[]): string {
  return pairs.map(({ key, value }) => `${key}=${printValue(value)}`).join(' ');
}

function printValue(value: string): string {
  return /^[^\s"\\]+$/.test(value) ? value : printQuoted(value);
}
