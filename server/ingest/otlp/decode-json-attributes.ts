import { presentValue } from '../../columns/attribute-text.ts';
import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import type { JsonReader } from '../../wire/json-reader.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { LETTER } from '../value-text.ts';
import { QUOTE, readDouble, readInteger, readList, readObject } from './decode-json-field.ts';

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

/** Field numbers by name, per message. */
const KEY_VALUE = new FieldNames([['key'], ['value']]);
const ANY_VALUE = new FieldNames([
  ['stringValue', 'string_value'],
  ['boolValue', 'bool_value'],
  ['intValue', 'int_value'],
  ['doubleValue', 'double_value'],
  ['arrayValue', 'array_value'],
  ['kvlistValue', 'kvlist_value'],
  ['bytesValue', 'bytes_value'],
]);
const VALUES = new FieldNames([['values']]);

/** Reads attributes and their values, of whatever has some. */
export class AttributesReader {
  readonly #reader: JsonReader;
  readonly #maxNesting: number;
  readonly #key = new Bytes(128);
  readonly #text = new Bytes(256);
  #tooDeep = false;

  /** `maxNesting`: how many arrays and maps may stand within each other, the outermost included. */
  constructor(reader: JsonReader, maxNesting: number) {
    this.#reader = reader;
    this.#maxNesting = maxNesting;
  }

  /** Reads a list of attributes into the sink, which may be full before its end. */
  read(sink: AttributeSink): void {
    const reader = this.#reader;
    readList(reader, 'attributes', () => {
      if (sink.closed) reader.skip();
      else this.#attribute(sink);
    });
  }

  #attribute(sink: AttributeSink): void {
    const reader = this.#reader;
    const key = this.#key;
    const text = this.#text;
    let letter: number = LETTER.empty;
    key.length = text.length = 0;
    this.#tooDeep = false;
    readObject(reader, 'attribute', KEY_VALUE, (field) => {
      if (field === 1) {
        reader.string('key');
        key.length = 0;
        key.copy(reader.source, reader.from, reader.to);
      } else if (field === 2) letter = this.#anyValue();
      else reader.skip();
    });
    if (this.#wasTooDeep()) sink.refuseNesting();
    else sink.put(key.data, 0, key.length, letter, text.data, 0, text.length);
  }

  #wasTooDeep(): boolean {
    return this.#tooDeep;
  }

  /** Leaves the value's text in `#text` and returns its type letter; the last of several values counts. */
  #anyValue(): number {
    const reader = this.#reader;
    const text = this.#text;
    let letter: number = LETTER.empty;
    text.length = 0;
    readObject(reader, 'value', ANY_VALUE, (field) => {
      if (field === 1 && reader.peek() === QUOTE) {
        reader.string('stringValue');
        text.length = 0;
        text.copy(reader.source, reader.from, reader.to);
        letter = LETTER.string;
        return;
      }
      const value = this.#oneOf(field, this.#maxNesting);
      if (value === undefined) return;
      text.length = 0;
      text.utf8(presentValue(value));
      letter = LETTER[value.type];
    });
    return letter;
  }

  /** The value of one field of an AnyValue; undefined for null and for fields nobody knows. */
  #oneOf(field: number, nesting: number): AttributeValue | undefined {
    const reader = this.#reader;
    if (field === 0 || reader.peek() === 0x6e /* null */) {
      reader.skip();
      return undefined;
    }
    switch (field) {
      case 1:
        return { type: 'string', value: reader.text('stringValue') };
      case 2:
        return { type: 'bool', value: reader.boolean('boolValue') };
      case 3:
        return this.#intValue();
      case 4:
        return { type: 'double', value: readDouble(reader, 'doubleValue') };
      case 5:
        return { type: 'array', value: this.#nested(nesting, (left) => this.#value(left)) };
      case 6:
        return { type: 'map', value: this.#nested(nesting, (left) => this.#entry(left)) };
      default:
        return { type: 'bytes', value: Buffer.from(reader.text('bytesValue'), 'base64') };
    }
  }

  #nested<Item>(nesting: number, element: (left: number) => Item): Item[] {
    const reader = this.#reader;
    const items: Item[] = [];
    if (nesting === 0) {
      this.#tooDeep = true;
      reader.skip();
      return items;
    }
    readObject(reader, 'value', VALUES, (field) => {
      if (field === 1) readList(reader, 'values', () => items.push(element(nesting - 1)));
      else reader.skip();
    });
    return items;
  }

  #value(nesting: number): AttributeValue {
    const reader = this.#reader;
    let value: AttributeValue = { type: 'empty' };
    readObject(reader, 'value', ANY_VALUE, (field) => {
      value = this.#oneOf(field, nesting) ?? value;
    });
    return value;
  }

  #entry(nesting: number): Attribute {
    const reader = this.#reader;
    let key = '';
    let value: AttributeValue = { type: 'empty' };
    readObject(reader, 'value', KEY_VALUE, (field) => {
      if (field === 1) key = reader.text('key');
      else if (field === 2) value = this.#value(nesting);
      else reader.skip();
    });
    return { key, value };
  }

  /** JavaScript's exporter calls every whole number an integer: one that 64 bits do not hold is the double that it was. */
  #intValue(): AttributeValue {
    const reader = this.#reader;
    const value = readInteger(reader, 'intValue', { min: -Infinity, max: Infinity });
    if (value > MAX_INT64 || value < MIN_INT64) return { type: 'double', value: Number(value) };
    return { type: 'int', value };
  }
}
