import { goString } from '../../go/go-json.ts';

/** A value of plain objects, arrays, strings, booleans and whole numbers as JSON in Go's escaping, keys in their order. */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return goString(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${goString(key)}:${goJson(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
