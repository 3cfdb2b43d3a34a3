import { CATALOG_COLUMNS, type Column, SPAN_COLUMNS } from '../columns/span-columns.ts';
import { type Deployment, onCluster, storedTable, tableEngine } from './deployment.ts';
import { quoteName, quoteText } from './literal.ts';

/*
 * The physical schema, once. `docs/adr/001-schema.md` holds the measurements; what follows from the table of columns is
 * made from it.
 */

/** Maps are most of the bytes and are read whole: the slower level pays. */
const MAPS: ReadonlySet<string> = new Set(['attr', 'attr_u', 'events', 'links']);

const codecOf = (column: string): string => (MAPS.has(column) ? 'ZSTD(3)' : 'ZSTD(1)');

/** Which segment a row came with, so that a load that was cut short can be counted. */
const SEGMENT: Column = { name: 'segment', type: 'UInt64' };

const tokens = (map: string): string =>
  `arrayMap((k, v) -> concat(k, '=', v), mapKeys(${map}), mapValues(${map}))`;
const nestedTokens = (maps: string): string => `arrayFlatten(arrayMap(m -> ${tokens('m')}, ${maps}))`;

/**
 * Attributes as `key=value`, for the search; computed, never stored. `tokens` are those whose values repeat, `tokens_u` those
 * whose values are nearly unique.
 */
const TOKENS = {
  tokens: tokens('attr'),
  tokens_u: tokens('attr_u'),
  tokens_event: nestedTokens('events.attr'),
  tokens_link: nestedTokens('links.attr'),
};

const SPAN_ALIASES = Object.entries(TOKENS).map(([name, from]) => `${name} Array(String) ALIAS ${from}`);

/**
 * Each on an expression over one stored column: on an alias, or on several columns, a merge computes it for every row again,
 * which makes a level of merging half dearer.
 */
export const SPAN_INDEXES = [
  text('tokens_text', TOKENS.tokens),
  bloom('tokens_bloom', TOKENS.tokens_u),
  bloom('events_bloom', TOKENS.tokens_event),
  bloom('links_bloom', TOKENS.tokens_link),
  bloom('keys_bloom', 'mapKeys(attr)'),
  bloom('keys_u_bloom', 'mapKeys(attr_u)'),
  // With these and the tokens a search of all three is answered by the indexes alone, row for row.
  text('service_text', 'service'),
  text('name_text', 'name'),
];

function text(name: string, expression: string): string {
  return `INDEX ${name} ${expression} TYPE text(tokenizer = 'array', posting_list_codec = 'bitpacking')`;
}

function bloom(name: string, expression: string): string {
  return `INDEX ${name} ${expression} TYPE bloom_filter(0.01) GRANULARITY 1`;
}

/** Names past a space's limit are counted together, under the empty name. Repeated letter for letter in queries. */
export const LISTED_SERVICE = `if(bitTest(listed, 0), service, '')`;
export const LISTED_NAME = `if(bitTest(listed, 1), name, '')`;
/** Minutes since 1970. Of the bucket, which holds every time that a span may have; DateTime ends in 2106. */
export const MINUTE = 'intDiv(bucket, 6)';
/** The projection answers for any levels, but these must be given for it to be the same function. */
export const durationQuantiles = (levels: readonly number[]): string =>
  `quantilesDD(${[0.01, ...levels].join(', ')})(duration)`;

const SPACE = 'tenant, db, table';

/**
 * By service first: that is what is asked for, and a service's minutes then stand together. A state of quantiles takes a
 * microsecond to read, so those that were not asked for shall be few.
 */
export const RATES_PROJECTION = `${projection(
  'rates',
  `${SPACE}, ${LISTED_SERVICE}, ${MINUTE}, ${LISTED_NAME}, kind`,
  ['count()', `countIf(status = 'error')`, durationQuantiles([0.5, 0.95, 0.99])],
)} WITH SETTINGS (index_granularity = 256)`;

/** What is derived from spans lives and dies with their parts: written once, merged, expired and deleted with them. */
const SPAN_PROJECTIONS = [
  // Looked up by a single trace: a small granule is read faster.
  `${projection('trace_buckets', `${SPACE}, trace_id, bucket`, ['count()'])} WITH SETTINGS (index_granularity = 256)`,
  RATES_PROJECTION,
  projection('spaces', SPACE, ['count()', 'min(start)', 'max(start)']),
];

function projection(name: string, keys: string, aggregates: readonly string[]): string {
  return `PROJECTION ${name} (SELECT ${keys}, ${aggregates.join(', ')} GROUP BY ${keys})`;
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly family: 'MergeTree' | 'ReplacingMergeTree';
  readonly familyArgs: readonly string[];
  /** What stands between the engine and the settings. */
  readonly layout: readonly string[];
  readonly settings: readonly string[];
  /** In a cluster: what decides the shard. */
  readonly shardKey: string;
}

/** Loads are replayed after a crash; more segments than this are never in doubt at once. */
const DEDUPLICATION = 'deduplication_window = 1000';

const SPANS: Table = {
  name: 'spans',
  columns: [
    ...columnLines([...SPAN_COLUMNS, SEGMENT]),
    ...SPAN_ALIASES,
    ...SPAN_INDEXES,
    ...SPAN_PROJECTIONS,
  ],
  family: 'MergeTree',
  familyArgs: [],
  layout: [
    'PARTITION BY expires',
    `PRIMARY KEY (${SPACE}, bucket, trace_id)`,
    `ORDER BY (${SPACE}, bucket, trace_id, start)`,
    'TTL expires DELETE',
  ],
  settings: [
    // A trace is a few rows: half the usual granule is read for it, at no bytes.
    'index_granularity = 4096',
    'ttl_only_drop_parts = 1',
    `lightweight_mutation_projection_mode = 'rebuild'`,
    // Each level of merging costs as much as the insert: fewer levels for a few more parts (ADR 001).
    'merge_selector_base = 10',
    DEDUPLICATION,
  ],
  shardKey: 'cityHash64(trace_id)',
};

const CATALOG: Table = {
  name: 'catalog',
  columns: columnLines(CATALOG_COLUMNS),
  family: 'ReplacingMergeTree',
  familyArgs: ['expires'],
  // By month: a fact that is written every day is merged into one row, and still whole parts go.
  layout: ['PARTITION BY toYYYYMM(expires)', `ORDER BY (${SPACE}, fact, id)`, 'TTL expires DELETE'],
  settings: ['ttl_only_drop_parts = 1', DEDUPLICATION],
  shardKey: `cityHash64(${SPACE})`,
};

const DEPENDENCIES: Table = {
  name: 'dependencies',
  columns: [
    'tenant LowCardinality(String)',
    'db LowCardinality(String)',
    'table LowCardinality(String)',
    'minute UInt32',
    'parent LowCardinality(String)',
    'child LowCardinality(String)',
    'calls UInt64',
    'errors UInt64',
    'durations AggregateFunction(quantilesDD(0.01, 0.5, 0.95), UInt64)',
    'expires Date',
    'version UInt64',
  ],
  family: 'ReplacingMergeTree',
  familyArgs: ['version'],
  layout: [
    'PARTITION BY toYYYYMM(expires)',
    `ORDER BY (${SPACE}, minute, parent, child)`,
    'TTL expires DELETE',
  ],
  settings: ['ttl_only_drop_parts = 1'],
  shardKey: `cityHash64(${SPACE})`,
};

/** Small facts about the store itself: how far the dependency job has come. */
const PROGRESS: Table = {
  name: 'progress',
  columns: ['name LowCardinality(String)', 'value UInt64', 'version UInt64'],
  family: 'ReplacingMergeTree',
  familyArgs: ['version'],
  layout: ['ORDER BY name'],
  settings: [],
  shardKey: 'cityHash64(name)',
};

const SCHEMA_VERSIONS: Table = {
  name: 'schema_version',
  columns: ['version UInt32', `applied DateTime DEFAULT now()`],
  family: 'MergeTree',
  familyArgs: [],
  layout: ['ORDER BY version'],
  settings: [],
  shardKey: 'version',
};

const TABLES = [SPANS, CATALOG, DEPENDENCIES, PROGRESS];

export const compileSchema = (deployment: Deployment): string[] =>
  TABLES.flatMap((table) => compileTable(table, deployment));

export const compileVersionTable = (deployment: Deployment): string[] =>
  compileTable(SCHEMA_VERSIONS, deployment);

function compileTable(table: Table, deployment: Deployment): string[] {
  const stored = storedTable(table.name, deployment);
  const settings = table.settings.map((setting) => deduplicationOf(setting, deployment));
  const create = [
    `CREATE TABLE IF NOT EXISTS ${stored}${onCluster(deployment)} (`,
    table.columns.map((line) => `  ${line}`).join(',\n'),
    ')',
    `ENGINE = ${tableEngine(table.family, table.familyArgs, table.name, deployment)}`,
    ...table.layout,
    ...(settings.length > 0 ? [`SETTINGS ${settings.join(', ')}`] : []),
  ].join('\n');
  return [create, ...compileDistributed(table, stored, deployment)];
}

/** Replicas remember blocks by a setting of their own name. */
function deduplicationOf(setting: string, deployment: Deployment): string {
  if (setting !== DEDUPLICATION) return setting;
  return `${deployment.kind === 'single' ? 'non_replicated' : 'replicated'}_${setting}`;
}

function compileDistributed(table: Table, stored: string, deployment: Deployment): string[] {
  if (deployment.kind === 'single') return [];
  const args = [quoteText(deployment.cluster), 'currentDatabase()', quoteText(stored), table.shardKey];
  return [
    [
      `CREATE TABLE IF NOT EXISTS ${table.name}${onCluster(deployment)} AS ${stored}`,
      `ENGINE = Distributed(${args.join(', ')})`,
    ].join('\n'),
  ];
}

function columnLines(columns: readonly Column[]): string[] {
  return columns.map(({ name, type }) => `${quoteName(name)} ${type} CODEC(${codecOf(name)})`);
}
