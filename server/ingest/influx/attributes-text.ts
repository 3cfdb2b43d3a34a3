import { Fault } from '../../errors/fault.ts';
import type { Attribute, AttributeValue } from '../../span/attribute.ts';
import { Bytes } from '../../wire/bytes.ts';
import { JsonReader } from '../../wire/json-reader.ts';
import { BYTES_PER_TURN } from '../../wire/pace.ts';
import type { LineReader } from '../../wire/line-protocol.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import type { SpanLimits } from '../span-limits.ts';
import { LETTER, ValueText } from '../value-text.ts';

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_ARRAY = 0x5b;
const LETTER_E = 0x65;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN_OBJECT = 0x7b;
/** So many digits fit 64 bits whatever they are. */
const SAFE_DIGITS = 18;
/** And so many fit a double. */
const EXACT_DIGITS = 15;
const WHOLE = /^-?\d{1,20}$/;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;
const ATTRIBUTES = Buffer.from('attributes');

/**
 * Reads the JSON object in the field `attributes` of a line: `open`, then `goOn` until it is done. One for a body: its
 * buffers are used for each line.
 */
export class AttributesText {
  readonly #limits: SpanLimits;
  /** The text without the line's escapes, and a zero behind it, where the reader stops: older bytes follow. */
  readonly #text = new Bytes(4096);
  #end = 0;
  #reader: JsonReader | undefined;
  #isFirst = true;
  readonly #key = new Bytes(128);
  readonly #value = new ValueText();
  #tooDeep = false;

  constructor(limits: SpanLimits) {
    this.#limits = limits;
  }

  /** Begins with the field that was read last. */
  open(line: LineReader): void {
    const text = this.#text;
    text.length = 0;
    line.copyText(text);
    this.#end = text.length;
    text.byte(0);
    if (this.#reader?.bytes !== text.data) this.#reader = new JsonReader(text.data, 'JSON');
    this.#reader.at = 0;
    this.#isFirst = true;
    this.#tooDeep = false;
  }

  /**
   * Puts the attributes into the sink; false if there are more than for one turn. What is no JSON object is kept, as a string
   * of the field's own name.
   */
  goOn(sink: AttributeSink): boolean {
    const reader = this.#reader!;
    try {
      return this.#attributes(reader, sink);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      // It may have stopped within a value that it passed over.
      this.#reader = undefined;
      if (this.#tooDeep) sink.refuseNesting();
      else sink.put(ATTRIBUTES, 0, ATTRIBUTES.length, LETTER.string, this.#text.data, 0, this.#end);
      return true;
    }
  }

  #attributes(reader: JsonReader, sink: AttributeSink): boolean {
    const until = reader.at + BYTES_PER_TURN;
    if (this.#isFirst && reader.peek() !== OPEN_OBJECT) throw reader.fault('expected an object');
    if (this.#isFirst) reader.openObject('attributes');
    while (reader.nextField(this.#isFirst)) {
      this.#isFirst = false;
      this.#attribute(reader, sink);
      if (sink.closed) return true;
      if (reader.at > until) return false;
    }
    if (reader.peek() !== 0 || reader.at !== this.#end) throw reader.fault('something follows the object');
    return true;
  }

  #attribute(reader: JsonReader, sink: AttributeSink): void {
    let { source, from, to } = reader;
    if (source !== reader.bytes) {
      // A name with escapes stands where a value with escapes will.
      const key = this.#key;
      key.length = 0;
      key.copy(source, from, to);
      source = key.data;
      from = 0;
      to = key.length;
    }
    this.#read(reader);
    const value = this.#value;
    sink.put(source, from, to, value.letter, value.source, value.from, value.to);
  }

  #read(reader: JsonReader): void {
    const value = this.#value;
    switch (reader.peek()) {
      case QUOTE:
        reader.string('value');
        value.string(reader.source, reader.from, reader.to);
        return;
      case LETTER_T:
      case LETTER_F:
        value.bool(reader.boolean('value'));
        return;
      case LETTER_N:
        reader.string('value');
        value.clear();
        return;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (!this.#isTooLarge(reader)) value.value(this.#nested(reader, this.#limits.nesting));
        return;
      default:
        if (!this.#isShortInteger(reader)) value.value(numberValue(reader.numeral('value')));
    }
  }

  /** Told by its bytes, so that no objects are made of it: they stand for its text, and are refused for their number. */
  #isTooLarge(reader: JsonReader): boolean {
    const { at, bytes } = reader;
    reader.skip();
    if (reader.at > this.#end) throw reader.fault('a value without an end');
    if (reader.at - at > this.#limits.attributeBytes) {
      this.#value.range(LETTER.array, bytes, at, reader.at);
      return true;
    }
    reader.at = at;
    return false;
  }

  /** An integer that is stored as it stands; moves behind it. */
  #isShortInteger(reader: JsonReader): boolean {
    const { bytes, at } = reader;
    const end = endOfInteger(bytes, at, SAFE_DIGITS);
    if (end === at) return false;
    reader.at = end;
    this.#value.range(LETTER.int, bytes, at, end);
    return true;
  }

  #nested(reader: JsonReader, nesting: number): AttributeValue {
    switch (reader.peek()) {
      case QUOTE:
        return { type: 'string', value: reader.text('value') };
      case LETTER_T:
      case LETTER_F:
        return { type: 'bool', value: reader.boolean('value') };
      case LETTER_N:
        reader.string('value');
        return { type: 'empty' };
      case OPEN_OBJECT:
        return { type: 'map', value: this.#entries(reader, this.#deeper(reader, nesting)) };
      case OPEN_ARRAY:
        return { type: 'array', value: this.#elements(reader, this.#deeper(reader, nesting)) };
      default:
        return nestedNumber(reader);
    }
  }

  #entries(reader: JsonReader, nesting: number): Attribute[] {
    const entries: Attribute[] = [];
    reader.openObject('value');
    for (let first = true; reader.nextField(first); first = false) {
      const key = Buffer.from(reader.source.subarray(reader.from, reader.to)).toString('utf8');
      entries.push({ key, value: this.#nested(reader, nesting) });
    }
    return entries;
  }

  #elements(reader: JsonReader, nesting: number): AttributeValue[] {
    const elements: AttributeValue[] = [];
    reader.openArray('value');
    for (let first = true; reader.nextElement(first); first = false)
      elements.push(this.#nested(reader, nesting));
    return elements;
  }

  #deeper(reader: JsonReader, nesting: number): number {
    this.#tooDeep ||= nesting === 0;
    if (nesting === 0) throw reader.fault('nested too deep');
    return nesting - 1;
  }
}

/** Go's JSON writes whole doubles without a point, so they are integers; those that 64 bits do not hold are doubles. */
function numberValue(text: string): AttributeValue {
  if (WHOLE.test(text)) {
    const value = BigInt(text);
    if (value >= MIN_INT64 && value <= MAX_INT64) return { type: 'int', value };
  }
  return { type: 'double', value: Number(text) };
}

function nestedNumber(reader: JsonReader): AttributeValue {
  const { bytes, at } = reader;
  const end = endOfInteger(bytes, at, EXACT_DIGITS);
  if (end === at) return numberValue(reader.numeral('value'));
  reader.at = end;
  const digits = bytes[at] === MINUS ? at + 1 : at;
  let value = 0;
  for (let index = digits; index < end; index++) value = value * 10 + bytes[index]! - ZERO;
  return { type: 'int', value: BigInt(digits > at ? -value : value) };
}

/** Where the integer ends that begins there, or where it begins if it is none, or one that has to be looked at closely. */
function endOfInteger(bytes: Uint8Array, at: number, mostDigits: number): number {
  const digits = bytes[at] === MINUS ? at + 1 : at;
  let end = digits;
  while (isDigit(bytes[end]!)) end++;
  const next = bytes[end]!;
  if (next === POINT || (next | 0x20) === LETTER_E || end - digits > mostDigits) return at;
  // Minus zero, and numbers with zeros in front of them, which are none.
  return end === digits || (bytes[digits] === ZERO && end > at + 1) ? at : end;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
