import type { JsonReader } from '../../wire/json-reader.ts';
import type { ValueText } from '../value-text.ts';
import { QUOTE } from './json-fields.ts';
import { numberValue } from './json-value.ts';

const FIRST_OF = { true: 0x74, false: 0x66, null: 0x6e };

/** Reads a tag's value, be it a string, as Zipkin has it, or a number or a bool, as some senders write it; empty for null. */
export function readTagValue(reader: JsonReader, text: ValueText): void {
  switch (reader.peek()) {
    case QUOTE:
      reader.string('the value of a tag');
      text.string(reader.source, reader.from, reader.to);
      return;
    case FIRST_OF.true:
    case FIRST_OF.false:
      text.bool(reader.boolean('the value of a tag'));
      return;
    case FIRST_OF.null:
      reader.skip();
      text.clear();
      return;
    default:
      text.value(numberValue(reader.numeral('the value of a tag')));
  }
}
