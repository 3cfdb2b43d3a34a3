import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';

/** Attributes as one JSON object, as Go writes it: integers of 64 bits are digits, doubles have no point if they are whole. */
export function attributesJson(attributes: readonly Attribute[]): string {
  return `{${attributes.map(({ key, value }) => `${JSON.stringify(key)}:${valueJson(value)}`).join(',')}}`;
}

/** A value where there is only text, as OpenTelemetry's exporters write it. */
export function textOf(value: AttributeValue): string {
  return value.type === 'string' ? value.value : value.type === 'empty' ? '' : unquoted(valueJson(value));
}

function unquoted(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function valueJson(value: AttributeValue): string {
  switch (value.type) {
    case 'int':
      return String(value.value);
    case 'array':
      return `[${value.value.map(valueJson).join(',')}]`;
    case 'map':
      return attributesJson(value.value);
    case 'bytes':
      return JSON.stringify(Buffer.from(value.value).toString('base64'));
    case 'empty':
      return 'null';
    case 'string':
    case 'double':
    case 'bool':
      return JSON.stringify(value.value);
  }
}
