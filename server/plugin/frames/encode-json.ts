import { type Frame, type FrameField, type FrameFieldType, checkedLength } from './frame.ts';

const NANOS_PER_MS = 1_000_000n;

/** As Grafana's browser side names them, and as its backend does. */
const TYPES: Readonly<Record<FrameFieldType, { readonly type: string; readonly frame: string }>> = {
  string: { type: 'string', frame: 'string' },
  int64: { type: 'number', frame: 'int64' },
  float64: { type: 'number', frame: 'float64' },
  boolean: { type: 'boolean', frame: 'bool' },
  time: { type: 'time', frame: 'time.Time' },
  json: { type: 'other', frame: 'json.RawMessage' },
};

/** The frame in Grafana's JSON: what streams carry, and queries where the host asks for it. */
export function encodeJson(frame: Frame): Uint8Array {
  return Buffer.from(`{"schema":${JSON.stringify(schemaOf(frame))},"data":${dataOf(frame)}}`);
}

function schemaOf({ name, refId, meta, fields }: Frame): object {
  return {
    ...(name === '' ? {} : { name }),
    ...(refId === undefined ? {} : { refId }),
    ...(meta === undefined ? {} : { meta }),
    fields: fields.map(fieldSchemaOf),
  };
}

function fieldSchemaOf({ name, type, nullable, labels, config }: FrameField): object {
  return {
    name,
    type: TYPES[type].type,
    typeInfo: { frame: TYPES[type].frame, ...(nullable ? { nullable } : {}) },
    ...(labels === undefined ? {} : { labels }),
    ...(config === undefined ? {} : { config }),
  };
}

/** `nanos` and `entities` hold what numbers of JSON cannot, and are there only where a column needs them. */
function dataOf(frame: Frame): string {
  checkedLength(frame);
  const { fields } = frame;
  const members = [
    `"values":[${fields.map((field) => `[${textsOf(field).join(',')}]`).join(',')}]`,
    ...extra('entities', fields.map(entitiesOf)),
    ...extra('nanos', fields.map(remaindersOf)),
  ];
  return `{${members.join(',')}}`;
}

function extra(name: string, columns: readonly unknown[]): readonly string[] {
  return columns.every((column) => column === null) ? [] : [`"${name}":${JSON.stringify(columns)}`];
}

function textsOf(field: FrameField): readonly string[] {
  switch (field.type) {
    case 'int64':
      return field.values.map(String);
    case 'time':
      return field.values.map((nanos) => (nanos === null ? 'null' : String(floorMs(nanos))));
    case 'string':
    case 'float64':
    case 'boolean':
    case 'json':
      // What is no number becomes null, and is told apart by `entities`.
      return field.values.map((value) => JSON.stringify(value));
  }
}

/** Nanoseconds beyond the millisecond. */
function remaindersOf(field: FrameField): readonly number[] | null {
  if (field.type !== 'time') return null;
  const remainders = field.values.map((nanos) =>
    nanos === null ? 0 : Number(nanos - floorMs(nanos) * NANOS_PER_MS),
  );
  return remainders.every((remainder) => remainder === 0) ? null : remainders;
}

function floorMs(nanos: bigint): bigint {
  const ms = nanos / NANOS_PER_MS;
  return nanos < 0n && ms * NANOS_PER_MS !== nanos ? ms - 1n : ms;
}

interface Entities {
  readonly NaN?: readonly number[];
  readonly Inf?: readonly number[];
  readonly NegInf?: readonly number[];
}

/** Rows that hold no finite number. */
function entitiesOf(field: FrameField): Entities | null {
  if (field.type !== 'float64') return null;
  const rows = (isIt: (value: number | null) => boolean): readonly number[] =>
    field.values.flatMap((value, at) => (isIt(value) ? [at] : []));
  const entities = Object.entries({
    NaN: rows(Number.isNaN),
    Inf: rows((value) => value === Infinity),
    NegInf: rows((value) => value === -Infinity),
  }).filter(([, found]) => found.length > 0);
  return entities.length === 0 ? null : Object.fromEntries(entities);
}
