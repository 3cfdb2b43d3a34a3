import { SPAN_COLUMNS } from '../../../server/columns/span-columns.ts';
import { RESOURCE_ATTRIBUTES } from './loads.ts';
import type { Codecs, Layout } from './layout.ts';

const TOKENS = tokensOf('attr');
export const TOKENS_UNIQUE = tokensOf('attr_u');

const MAP_TYPE = 'Map(LowCardinality(String), String)';

function tokensOf(map: string): string {
  return `arrayMap((k, v) -> concat(k, '=', v), mapKeys(${map}), mapValues(${map}))`;
}

/** The statements that make the tables of a layout. */
export function compileDdl(layout: Layout): string[] {
  const views = layout.aside === 'views' ? sideTables(layout) : [];
  return [spansTable(layout), ...views];
}

/** What the insert reads from the segment file: the columns as they are, or as the layout wants them. */
export function compileInsert(layout: Layout, source: string, segment: number): string {
  return `INSERT INTO spans ${compileSelect(layout, source, segment)}`;
}

export function compileSelect(layout: Layout, source: string, segment: number): string {
  return `SELECT ${inserted(layout).join(', ')}, ${segment} AS segment FROM ${source} AS source`;
}

function inserted(layout: Layout): string[] {
  const columns: string[] = SPAN_COLUMNS.map(({ name }) => {
    if (name === 'attr' && layout.maps === 'one') return 'mapConcat(source.attr, source.attr_u) AS attr';
    if (name === 'attr_u' && layout.maps === 'one') return `CAST(map() AS ${MAP_TYPE}) AS attr_u`;
    if (name === 'bucket' && layout.bucketSeconds !== 10)
      return `intDiv(bucket, ${layout.bucketSeconds / 10}) AS bucket`;
    return `\`${name}\``;
  });
  if (layout.resource === 'inline') columns.push(`CAST(${RESOURCE_ATTRIBUTES} AS ${MAP_TYPE}) AS resource`);
  return columns;
}

function spansTable(layout: Layout): string {
  const columns = SPAN_COLUMNS.map(({ name, type }) => `\`${name}\` ${type}${codec(layout.codecs, name)}`);
  if (layout.resource === 'inline') columns.push(`resource ${MAP_TYPE}${codec(layout.codecs, 'attr')}`);
  columns.push(`segment UInt64${codec(layout.codecs, 'segment')}`);
  const projections = layout.aside === 'projections' ? compileProjections(layout) : [];
  const key =
    layout.sort === 'trace' ? 'tenant, db, table, bucket, trace_id' : 'tenant, db, table, bucket, service';
  const settings = {
    index_granularity: layout.granule,
    ttl_only_drop_parts: 1,
    non_replicated_deduplication_window: 1000,
    ...(layout.aside === 'projections' ? { lightweight_mutation_projection_mode: `'rebuild'` } : {}),
    ...layout.tableSettings,
  };
  return `CREATE TABLE spans (
  ${[...columns, ...compileIndexes(layout), ...projections].join(',\n  ')}
) ENGINE = MergeTree
PARTITION BY expires
PRIMARY KEY (${key})
ORDER BY (${key}, start)
TTL expires
SETTINGS ${assignments(settings)}`;
}

export function assignments(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

/** What the index on repeating attributes holds. */
export function searchedTokens(layout: Layout): string {
  if (layout.nameIndex !== 'tokens') return TOKENS;
  return `arrayConcat(${TOKENS}, [concat('service=', service), concat('name=', name)])`;
}

function compileIndexes(layout: Layout): string[] {
  const text = `text(${layout.textParameters})`;
  const types = { text, bloom: 'bloom_filter(0.01)' } as const;
  const indexes: string[] = [];
  const add = (name: string, expression: string, type: Layout['index']): void => {
    if (type !== 'none') indexes.push(`INDEX ${name} ${expression} TYPE ${types[type]} GRANULARITY 1`);
  };
  add('tokens', searchedTokens(layout), layout.index);
  if (layout.nameIndex !== 'tokens') {
    add('services', 'service', layout.nameIndex);
    add('names', 'name', layout.nameIndex);
  }
  if (layout.maps === 'two') add('tokens_u', TOKENS_UNIQUE, layout.index === 'none' ? 'none' : 'bloom');
  add('keys', 'mapKeys(attr)', layout.keyIndex);
  if (layout.maps === 'two') add('keys_u', 'mapKeys(attr_u)', layout.keyIndex);
  add('traces', 'trace_id', layout.traceIndex);
  return indexes;
}

const MINUTE = 'toStartOfMinute(toDateTime(start))';

function compileProjections({ durationQuantiles }: Layout): string[] {
  return [
    `PROJECTION trace_times (SELECT tenant, db, table, trace_id, min(bucket), max(bucket)
    GROUP BY tenant, db, table, trace_id) WITH SETTINGS (index_granularity = 256)`,
    `PROJECTION rates (SELECT tenant, db, table, service, ${MINUTE}, name, kind, count(), countIf(status = 'error'), ${durationQuantiles}(duration)
    GROUP BY tenant, db, table, service, ${MINUTE}, name, kind) WITH SETTINGS (index_granularity = 256)`,
    `PROJECTION spaces (SELECT tenant, db, table, count(), min(start), max(start) GROUP BY tenant, db, table)`,
  ];
}

function sideTables({ durationQuantiles }: Layout): string[] {
  const space = 'tenant LowCardinality(String), db LowCardinality(String), table LowCardinality(String)';
  const stamp = `DateTime64(9, 'UTC')`;
  const tail = (key: string, granule: number): string =>
    `expires Date) ENGINE = AggregatingMergeTree PARTITION BY expires ORDER BY (tenant, db, table${key}) TTL expires SETTINGS ttl_only_drop_parts = 1, index_granularity = ${granule}`;
  return [
    `CREATE TABLE trace_times (${space}, trace_id FixedString(16), first SimpleAggregateFunction(min, UInt32), last SimpleAggregateFunction(max, UInt32), ${tail(', trace_id', 256)}`,
    `CREATE MATERIALIZED VIEW trace_times_view TO trace_times AS SELECT tenant, db, table, trace_id, min(bucket) AS first, max(bucket) AS last, expires FROM spans GROUP BY tenant, db, table, trace_id, expires`,
    `CREATE TABLE rates (${space}, minute DateTime, service LowCardinality(String), name LowCardinality(String), kind Int8, calls SimpleAggregateFunction(sum, UInt64), errors SimpleAggregateFunction(sum, UInt64), durations AggregateFunction(${durationQuantiles}, UInt64), ${tail(', service, minute, name, kind', 64)}`,
    `CREATE MATERIALIZED VIEW rates_view TO rates AS SELECT tenant, db, table, ${MINUTE} AS minute, service, name, CAST(kind AS Int8) AS kind, count() AS calls, countIf(status = 'error') AS errors, ${stateOf(durationQuantiles)}(duration) AS durations, expires FROM spans GROUP BY tenant, db, table, service, minute, name, kind, expires`,
    `CREATE TABLE spaces (${space}, calls SimpleAggregateFunction(sum, UInt64), first SimpleAggregateFunction(min, ${stamp}), last SimpleAggregateFunction(max, ${stamp}), ${tail('', 8192)}`,
    `CREATE MATERIALIZED VIEW spaces_view TO spaces AS SELECT tenant, db, table, count() AS calls, min(start) AS first, max(start) AS last, expires FROM spans GROUP BY tenant, db, table, expires`,
  ];
}

/** `quantilesDD(0.01, 0.5)` → `quantilesDDState(0.01, 0.5)`. */
export function stateOf(aggregate: string): string {
  return aggregate.replace('(', 'State(');
}

const MAPS = new Set(['attr', 'attr_u']);

const TUNED: Readonly<Record<string, string>> = {
  start: 'Delta, ZSTD(1)',
  duration: 'T64, ZSTD(1)',
  trace_id: 'ZSTD(1)',
  bucket: 'Delta, ZSTD(1)',
  span_id: 'NONE',
  parent_span_id: 'ZSTD(1)',
  attr: 'ZSTD(3)',
  attr_u: 'ZSTD(3)',
};

function codec(codecs: Codecs, column: string): string {
  switch (codecs) {
    case 'lz4':
      return '';
    case 'zstd1':
      return ' CODEC(ZSTD(1))';
    case 'zstd1-maps3':
      return ` CODEC(ZSTD(${MAPS.has(column) ? 3 : 1}))`;
    case 'tuned':
      return ` CODEC(${TUNED[column] ?? 'ZSTD(1)'})`;
  }
}
