/**
 * The one table of columns. The Native encoder writes them in this order, the DDL is checked against them,
 * and the reader of results is made from them. `docs/adr/001-schema.md` says why they are what they are.
 */
export const SPAN_COLUMNS = [
  { name: 'tenant', type: 'LowCardinality(String)' },
  { name: 'db', type: 'LowCardinality(String)' },
  { name: 'table', type: 'LowCardinality(String)' },
  /** Start in units of ten seconds. A column of its own: an expression in the key is not searched binarily. */
  { name: 'bucket', type: 'UInt32' },
  { name: 'trace_id', type: 'FixedString(16)' },
  { name: 'span_id', type: 'FixedString(8)' },
  /** All zero for a root. */
  { name: 'parent_span_id', type: 'FixedString(8)' },
  { name: 'start', type: "DateTime64(9, 'UTC')" },
  /** Nanoseconds. */
  { name: 'duration', type: 'UInt64' },
  { name: 'service', type: 'LowCardinality(String)' },
  { name: 'name', type: 'LowCardinality(String)' },
  {
    name: 'kind',
    type: "Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5)",
  },
  { name: 'status', type: "Enum8('unset' = 0, 'ok' = 1, 'error' = 2)" },
  { name: 'status_message', type: 'String' },
  { name: 'trace_state', type: 'String' },
  /** The highest bit is ours: events and links of the span may stand in the catalog. */
  { name: 'flags', type: 'UInt32' },
  { name: 'dropped_attributes', type: 'UInt32' },
  { name: 'dropped_events', type: 'UInt32' },
  { name: 'dropped_links', type: 'UInt32' },
  /** Content hash of the resource; its attributes are a fact in the catalog. */
  { name: 'resource_id', type: 'UInt64' },
  /** Content hash of the scope; likewise. */
  { name: 'scope_id', type: 'UInt64' },
  /** Attributes whose values repeat: under the text index. */
  { name: 'attr', type: 'Map(LowCardinality(String), String)' },
  /** Attributes whose values are nearly unique: under the bloom filter. */
  { name: 'attr_u', type: 'Map(LowCardinality(String), String)' },
  /** A letter per attribute in the sender's order: its type, upper case if it is in `attr_u`. See `attribute-text.ts`. */
  { name: 'attr_types', type: 'LowCardinality(String)' },
  {
    name: 'events',
    type: "Array(Tuple(time DateTime64(9, 'UTC'), name LowCardinality(String), attr Map(LowCardinality(String), String), attr_types LowCardinality(String), dropped_attributes UInt32))",
  },
  {
    name: 'links',
    type: 'Array(Tuple(trace_id String, span_id String, trace_state String, attr Map(LowCardinality(String), String), attr_types LowCardinality(String), dropped_attributes UInt32, flags UInt32))',
  },
  /** The day on which the row may go; also the partition, so that whole parts expire together. */
  { name: 'expires', type: 'Date' },
  /** Bit 0: the service is in the space's list; bit 1: the operation is. Clear past the limit of names per space. */
  { name: 'listed', type: 'UInt8' },
] as const;

/**
 * Facts that spans refer to: written once a day for each resource, scope, operation and attribute key of a space,
 * so that the span rows need not repeat them. Beside these, events and links that came apart from their span.
 */
export const CATALOG_COLUMNS = [
  { name: 'tenant', type: 'LowCardinality(String)' },
  { name: 'db', type: 'LowCardinality(String)' },
  { name: 'table', type: 'LowCardinality(String)' },
  {
    name: 'fact',
    type: "Enum8('resource' = 1, 'scope' = 2, 'operation' = 3, 'key' = 4, 'cut' = 5, 'service' = 6, 'event' = 7, 'link' = 8)",
  },
  /** Content hash: the identity of the fact within its space. Event, link: see `fragment.ts`. */
  { name: 'id', type: 'UInt64' },
  /** Service, operation, resource: the service. */
  { name: 'service', type: 'LowCardinality(String)' },
  /** Operation: span name. Scope: its name. Key: the attribute key. Cut: which list is cut (services, operations, keys). Event: its name. */
  { name: 'name', type: 'String' },
  /** Scope: its version. Event, link: whose it is, and what else tells it from others; see `fragment.ts`. */
  { name: 'version', type: 'String' },
  /** Operation: the span kind. */
  {
    name: 'kind',
    type: "Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5)",
  },
  /** Key: where the attribute stands; `unique` where it stands in `attr_u` of a span. */
  {
    name: 'level',
    type: "Enum8('none' = 0, 'resource' = 1, 'scope' = 2, 'span' = 3, 'event' = 4, 'link' = 5, 'unique' = 6)",
  },
  /** Resource, scope. Link: its trace state. */
  { name: 'schema_url', type: 'String' },
  { name: 'attr', type: 'Map(LowCardinality(String), String)' },
  { name: 'attr_types', type: 'LowCardinality(String)' },
  { name: 'dropped_attributes', type: 'UInt32' },
  /** The latest day on which a span that refers to the fact may still live. */
  { name: 'expires', type: 'Date' },
] as const;

export interface Column {
  readonly name: string;
  readonly type: string;
}

/** The structure argument of `file()` and `input()`: names and types, back-quoted so that no name is a keyword. */
export function columnStructure(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `\`${name}\` ${type}`).join(', ');
}
