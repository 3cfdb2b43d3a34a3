/** Tokens of a TraceQL span set that mean something here: everything else makes the text untranslatable. */
const TOKEN =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?<logic>&&|\|\|)|(?<operator>=~|!~|!=|<=|>=|=|<|>)|(?<paren>[()])|(?<word>[A-Za-z0-9_.:/\-µ$[\]{}]+?(?=[\s()=!<>&|"`]|$)))/y;

const FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  status: 'status',
  statusMessage: 'statusMessage',
  duration: 'duration',
  kind: 'kind',
  traceDuration: 'traceDuration',
  'span:name': 'name',
  'span:status': 'status',
  'span:statusMessage': 'statusMessage',
  'span:duration': 'duration',
  'span:kind': 'kind',
  'trace:duration': 'traceDuration',
  'resource.service.name': 'service',
  '.service.name': 'service',
};

const SCOPES: Readonly<Record<string, string>> = { instrumentation: 'scope' };

/** One span set of TraceQL → the same condition in our text, undefined where it says what cannot be said in it. */
export function translateTraceQl(traceQl: string): string | undefined {
  const inside = /^\s*\{(?<inside>[^{}]*(?:\$\{[^}]*\}[^{}]*)*)\}\s*$/.exec(traceQl)?.groups?.['inside'];
  if (inside === undefined) return undefined;
  const tokens = tokensOf(inside.trim());
  if (tokens === undefined) return undefined;
  const words = tokens.map((token, index) => translateToken(token, tokens[index - 1], tokens[index + 1]));
  return words.some((word) => word === undefined) ? undefined : presentWords(words as string[]);
}

interface Token {
  readonly kind: 'text' | 'logic' | 'operator' | 'paren' | 'word';
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const groups = Object.entries(match.groups!) as [Token['kind'], string | undefined][];
    for (const [kind, found] of groups) if (found !== undefined) tokens.push({ kind, text: found });
  }
  return tokens;
}

function translateToken(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
): string | undefined {
  switch (token.kind) {
    case 'logic':
      return token.text === '&&' ? 'and' : 'or';
    case 'text':
      return token.text.startsWith('`') ? JSON.stringify(token.text.slice(1, -1)) : token.text;
    case 'operator':
    case 'paren':
      return token.text;
    case 'word':
      if (before?.kind === 'operator') return token.text === 'nil' ? undefined : token.text;
      return after?.kind === 'operator' ? translateName(token.text) : undefined;
  }
}

function translateName(name: string): string | undefined {
  const field = FIELDS[name];
  if (field !== undefined) return field;
  if (name.startsWith('.')) return name.slice(1);
  const match = /^(?<scope>resource|span|event|link|instrumentation)\.(?<key>.+)$/.exec(name);
  if (match === null) return undefined;
  const { scope = '', key = '' } = match.groups ?? {};
  return `${SCOPES[scope] ?? scope}.${key}`;
}

function presentWords(words: readonly string[]): string {
  return words.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}
