import { QueryError } from './query-error.ts';
import { readQuoted } from './quoted-text.ts';

/** A piece of a filter's text. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SYMBOL = /=~|!~|!=|<=|>=|&&|\|\||==|[()=<>,]/y;
const WORD = /[^\s()=<>,"'!~&|]+/y;

export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpaces(text, 0); at < text.length; at = skipSpaces(text, tokens.at(-1)!.end)) {
    tokens.push(readToken(text, at));
  }
  return [...tokens, { kind: 'end', text: '', start: text.length, end: text.length }];
}

function readToken(text: string, start: number): Token {
  const character = text[start]!;
  if (character === '"' || character === "'") {
    const quoted = readQuoted(text, start);
    if (quoted === undefined) throw new QueryError('a quote is never closed', { position: start });
    return { kind: 'quoted', text: quoted.value, start, end: quoted.end };
  }
  const word = matchAt(WORD, text, start);
  if (word !== undefined) return { kind: 'word', text: word, start, end: start + word.length };
  const symbol = matchAt(SYMBOL, text, start);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
  throw new QueryError(
    `${JSON.stringify(character)} means nothing here: put what it belongs to into quotes`,
    {
      position: start,
    },
  );
}

function skipSpaces(text: string, at: number): number {
  return at + (matchAt(/\s+/y, text, at)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
