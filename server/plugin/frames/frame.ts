/**
 * A table as Grafana's panels take it. Columns are of equal length; a null may stand only in one that is nullable. Times
 * are nanoseconds since 1970, `json` holds values that JSON can spell.
 */
export interface Frame {
  readonly name: string;
  readonly refId?: string;
  readonly meta?: FrameMeta;
  readonly fields: readonly FrameField[];
}

interface Column<Type extends string, Value> {
  readonly name: string;
  readonly type: Type;
  readonly nullable: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: FieldConfig;
  readonly values: readonly (Value | null)[];
}

export type FrameField =
  | Column<'string', string>
  | Column<'int64', bigint>
  | Column<'float64', number>
  | Column<'boolean', boolean>
  | Column<'time', bigint>
  | Column<'json', unknown>;

export type FrameFieldType = FrameField['type'];

export interface FrameMeta {
  readonly type?: string;
  readonly typeVersion?: readonly [number, number];
  readonly preferredVisualisationType?: 'table' | 'trace' | 'nodeGraph' | 'logs' | 'graph';
  readonly custom?: Readonly<Record<string, unknown>>;
  readonly notices?: readonly Notice[];
  /** What the inspector shows as the request that was made. */
  readonly executedQueryString?: string;
  readonly uniqueRowIdFields?: readonly number[];
  readonly channel?: string;
}

export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface FieldConfig {
  readonly displayName?: string;
  readonly displayNameFromDS?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Of a time series: milliseconds from point to point. */
  readonly interval?: number;
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly links?: readonly DataLink[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface DataLink {
  readonly title: string;
  readonly url: '';
  readonly internal: {
    readonly datasourceUid: string;
    readonly datasourceName: string;
    readonly query: Readonly<Record<string, unknown>>;
    readonly panelsState?: { readonly trace: { readonly spanId: string } };
  };
}

/** Columns without nulls, which most are. */
export function stringField(name: string, values: readonly string[], config?: FieldConfig): FrameField {
  return { name, type: 'string', nullable: false, values, ...configOf(config) };
}

export function timeField(name: string, values: readonly bigint[], config?: FieldConfig): FrameField {
  return { name, type: 'time', nullable: false, values, ...configOf(config) };
}

export function int64Field(name: string, values: readonly bigint[], config?: FieldConfig): FrameField {
  return { name, type: 'int64', nullable: false, values, ...configOf(config) };
}

export function float64Field(name: string, values: readonly number[], config?: FieldConfig): FrameField {
  return { name, type: 'float64', nullable: false, values, ...configOf(config) };
}

export function jsonField(name: string, values: readonly unknown[], config?: FieldConfig): FrameField {
  return { name, type: 'json', nullable: false, values, ...configOf(config) };
}

/** The same column with nulls allowed in it. */
export function optionalStringField(
  name: string,
  values: readonly (string | null)[],
  config?: FieldConfig,
): FrameField {
  return { name, type: 'string', nullable: true, values, ...configOf(config) };
}

export function optionalFloat64Field(
  name: string,
  values: readonly (number | null)[],
  config?: FieldConfig,
): FrameField {
  return { name, type: 'float64', nullable: true, values, ...configOf(config) };
}

export function optionalInt64Field(
  name: string,
  values: readonly (bigint | null)[],
  config?: FieldConfig,
): FrameField {
  return { name, type: 'int64', nullable: true, values, ...configOf(config) };
}

export function optionalJsonField(
  name: string,
  values: readonly unknown[],
  config?: FieldConfig,
): FrameField {
  return { name, type: 'json', nullable: true, values, ...configOf(config) };
}

function configOf(config: FieldConfig | undefined): { readonly config?: FieldConfig } {
  return config === undefined ? {} : { config };
}

/** Rows of the frame. Throws where columns differ in length or hold a null that they must not: a mistake of ours. */
export function checkedLength({ name, fields }: Frame): number {
  const length = fields[0]?.values.length ?? 0;
  for (const field of fields) {
    if (field.values.length !== length) {
      throw new Error(
        `frame "${name}": the column "${field.name}" has ${field.values.length} rows, the first one ${length}`,
      );
    }
    if (!field.nullable && field.values.includes(null)) {
      throw new Error(`frame "${name}": the column "${field.name}" holds a null and is not nullable`);
    }
  }
  return length;
}
