import { Fault } from '../../errors/fault.ts';
import type { Attribute, AttributeValue, Attributes } from '../../span/attribute.ts';
import { JsonReader } from '../../wire/json-reader.ts';

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const FIRST_OF_WORD = { t: 0x74, f: 0x66, n: 0x6e };
const WHOLE = /^-?\d{1,19}$/;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

/** How much of the JSON within texts is read: it makes objects, which takes far longer than the texts themselves. */
export interface JsonBudget {
  /** How many arrays and objects may stand within each other, inside the outermost. */
  readonly nesting: number;
  /** Values that may still be read, of whatever kind and depth. */
  values: number;
}

/**
 * The fields of a JSON object within a text, numbers with all their digits; undefined for whatever else the text is, and
 * for one that is over the budget.
 */
export function parseJsonObject(text: string, budget: JsonBudget): Attributes | undefined {
  try {
    const reader = new JsonReader(Buffer.from(text), 'JSON');
    if (reader.peek() !== OPEN_OBJECT) return undefined;
    const fields = readFields(reader, budget, budget.nesting);
    reader.end();
    return fields;
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

/** A number as an attribute has it: whole ones of 64 bits are integers. */
export function numberValue(text: string): AttributeValue {
  if (WHOLE.test(text)) {
    const value = BigInt(text);
    if (value >= MIN_INT64 && value <= MAX_INT64) return { type: 'int', value };
  }
  return { type: 'double', value: Number(text) };
}

function readFields(reader: JsonReader, budget: JsonBudget, nesting: number): Attribute[] {
  const fields: Attribute[] = [];
  reader.openObject('value');
  for (let first = true; reader.nextField(first); first = false) {
    const key = Buffer.from(reader.source.subarray(reader.from, reader.to)).toString('utf8');
    fields.push({ key, value: readValue(reader, budget, nesting) });
  }
  return fields;
}

function readValue(reader: JsonReader, budget: JsonBudget, nesting: number): AttributeValue {
  if (budget.values === 0) throw reader.fault('too many values');
  budget.values--;
  switch (reader.peek()) {
    case QUOTE:
      return { type: 'string', value: reader.text('value') };
    case OPEN_OBJECT:
      return { type: 'map', value: readFields(reader, budget, deeper(reader, nesting)) };
    case OPEN_ARRAY:
      return { type: 'array', value: readElements(reader, budget, deeper(reader, nesting)) };
    case FIRST_OF_WORD.t:
    case FIRST_OF_WORD.f:
      return { type: 'bool', value: reader.boolean('value') };
    case FIRST_OF_WORD.n:
      reader.skip();
      return { type: 'empty' };
    default:
      return numberValue(reader.numeral('value'));
  }
}

function readElements(reader: JsonReader, budget: JsonBudget, nesting: number): AttributeValue[] {
  const elements: AttributeValue[] = [];
  reader.openArray('value');
  for (let first = true; reader.nextElement(first); first = false)
    elements.push(readValue(reader, budget, nesting));
  return elements;
}

function deeper(reader: JsonReader, nesting: number): number {
  if (nesting === 0) throw reader.fault('nested too deep');
  return nesting - 1;
}
