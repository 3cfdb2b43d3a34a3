/** The query of a URL as Go reads it: pairs that cannot be decoded, or hold a semicolon, are left out. */
export class GoQuery {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(url: string) {
    const at = url.indexOf('?');
    this.#values = readPairs(at === -1 ? '' : url.slice(at + 1));
  }

  /** The first value, or `''`: to Go, what is empty is not there. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
}

/** `url.QueryUnescape`; undefined for what it refuses. */
export function unescapeQuery(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  // Byte by byte, because escapes need not be UTF-8.
  const bytes = spaced.replace(/[^%]+|%(..)/g, (plain, hex?: string) =>
    hex === undefined ? Buffer.from(plain).toString('latin1') : String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function readPairs(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const at = pair.indexOf('=');
    const name = unescapeQuery(at === -1 ? pair : pair.slice(0, at));
    const value = unescapeQuery(at === -1 ? '' : pair.slice(at + 1));
    if (name === undefined || value === undefined) continue;
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}
