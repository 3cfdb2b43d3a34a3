import type { AttributeValue, Attributes } from '../../../span/attribute.ts';
import { compareText } from '../adjust/compare-text.ts';
import { goFloat, goPlainString } from '../../go/go-json.ts';

/**
 * Arrays and maps as the compact JSON text that Jaeger shows: keys sorted, bytes as base64, nothing as null. Of a key
 * that stands twice the last value counts. How deep values nest is limited where they come in.
 */
export function nestedJson(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return goPlainString(value.value);
    case 'int':
      return value.value.toString();
    case 'double':
      return goFloat(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'bytes':
      return `"${Buffer.from(value.value).toString('base64')}"`;
    case 'array':
      return `[${value.value.map(nestedJson).join(',')}]`;
    case 'map':
      return mapJson(value.value);
    case 'empty':
      return 'null';
  }
}

function mapJson(entries: Attributes): string {
  const values = new Map(entries.map(({ key, value }) => [key, value]));
  const sorted = [...values].sort(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([key, value]) => `${goPlainString(key)}:${nestedJson(value)}`).join(',')}}`;
}
