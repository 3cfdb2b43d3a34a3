import { DataType, type Field, Precision, tableFromIPC, type Vector } from 'apache-arrow';

/** A frame as Grafana has it after reading. */
export interface ReadFrame {
  readonly name: string;
  readonly refId: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly fields: readonly ReadField[];
  readonly length: number;
}

export interface ReadField {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** Times are nanoseconds, JSON is parsed. */
  readonly values: readonly unknown[];
}

export type FieldType = 'string' | 'int' | 'float' | 'boolean' | 'time' | 'json';

const MAGIC = 'ARROW1';

/** Reads what Grafana's host reads, and refuses what it refuses: a file, not a stream, of the types it knows. */
export function readFrame(bytes: Buffer): ReadFrame {
  const begins = bytes.subarray(0, 8).equals(Buffer.from(`${MAGIC}\0\0`));
  const ends = bytes.subarray(-MAGIC.length).toString() === MAGIC;
  if (!begins || !ends) throw new Error('the frame is no Arrow file: its magic is missing');
  const table = tableFromIPC(bytes);
  const { metadata } = table.schema;
  const fields = table.schema.fields.map((field, at) => readField(field, table.getChildAt(at)!));
  const uneven = fields.find(({ values }) => values.length !== table.numRows);
  if (uneven !== undefined) throw new Error(`the column ${uneven.name} is not as long as the others`);
  return {
    name: metadata.get('name') ?? '',
    refId: metadata.get('refId') ?? '',
    meta: JSON.parse(metadata.get('meta') ?? '{}') as ReadFrame['meta'],
    fields,
    length: table.numRows,
  };
}

/** The column's values by its name. */
export function valuesOf(frame: ReadFrame, name: string): readonly unknown[] {
  const field = frame.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw new Error(`no column ${name} in ${frame.fields.map((candidate) => candidate.name).join(', ')}`);
  }
  return field.values;
}

function readField(field: Field, column: Vector): ReadField {
  const type = typeOf(field);
  const { metadata } = field;
  return {
    name: field.name,
    type,
    nullable: field.nullable,
    labels: JSON.parse(metadata.get('labels') ?? '{}') as ReadField['labels'],
    config: JSON.parse(metadata.get('config') ?? '{}') as ReadField['config'],
    values: valuesOfColumn(column, type, field.nullable, field.name),
  };
}

/** Whatever is not here fails a whole answer in Grafana: Dictionary, LargeUtf8, Date, Decimal, List, Struct … */
function typeOf({ name, type }: Field): FieldType {
  if (DataType.isUtf8(type)) return 'string';
  if (DataType.isInt(type)) return 'int';
  if (DataType.isFloat(type)) {
    if (type.precision === Precision.HALF)
      throw new Error(`the column ${name} is Float16, which Grafana refuses`);
    return 'float';
  }
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isTimestamp(type)) return 'time';
  if (DataType.isBinary(type)) return 'json';
  throw new Error(`the column ${name} is of the type ${String(type)}, which Grafana refuses`);
}

function valuesOfColumn(
  column: Vector,
  type: FieldType,
  nullable: boolean,
  name: string,
): readonly unknown[] {
  // Read from memory: the library would give times as milliseconds.
  const values =
    type === 'time'
      ? timesOf(column)
      : Array.from({ length: column.length }, (_, at) => column.get(at) as unknown);
  if (!nullable && values.includes(null)) {
    throw new Error(`the column ${name} holds a null and is not nullable: Grafana would show zero`);
  }
  return type === 'json' ? values.map(parsed) : values;
}

function timesOf(column: Vector): readonly unknown[] {
  return column.data.flatMap((data) => {
    const longs = data.values as BigInt64Array;
    return Array.from({ length: data.length }, (_, at) => (data.getValid(at) ? longs[at]! : null));
  });
}

function parsed(value: unknown): unknown {
  return value === null ? null : (JSON.parse(Buffer.from(value as Uint8Array).toString()) as unknown);
}
