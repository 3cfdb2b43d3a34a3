/**
 * A field of the query that takes one value, or several of which any will do: as a variable with several values leaves
 * them, which is a JSON list, or Grafana's own `{a,b}`.
 */
const ALL = new Set(['', '*', '.*', '$__all']);

/** The values; none for whatever means all. */
export function parseAnyOf(text: string | undefined): readonly string[] {
  const trimmed = text?.trim() ?? '';
  const values = listOf(trimmed) ?? globOf(trimmed) ?? [trimmed];
  return values.some((value) => ALL.has(value)) ? [] : [...new Set(values)];
}

export function printAnyOf(values: readonly string[]): string {
  const [only] = values;
  if (only === undefined) return '';
  const isPlain = values.length === 1 && only === only.trim() && !/^[[{]/.test(only);
  return isPlain ? only : JSON.stringify(values);
}

function listOf(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list = JSON.parse(text) as unknown;
    return Array.isArray(list) && list.length > 0 && list.every((value) => typeof value === 'string')
      ? list
      : undefined;
  } catch {
    // A name that begins with a bracket.
    return undefined;
  }
}

function globOf(text: string): readonly string[] | undefined {
  return /^\{[^{}]+,[^{}]+\}$/.test(text) ? text.slice(1, -1).split(',') : undefined;
}
