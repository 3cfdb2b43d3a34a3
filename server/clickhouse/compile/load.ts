import { CATALOG_COLUMNS, type Column, SPAN_COLUMNS, columnStructure } from '../../columns/span-columns.ts';
import { quoteInteger, quoteName, quoteText } from '../literal.ts';

/** The log's own column, which is never loaded. */
const FRAME: Column = { name: 'frame', type: 'LowCardinality(String)' };

export const SPANS_FILE = columnStructure([FRAME, ...SPAN_COLUMNS]);
export const CATALOG_FILE = columnStructure([FRAME, ...CATALOG_COLUMNS]);

/**
 * A file becomes one block, so that a load is one part in each partition and a replay is recognised as a whole.
 * Batching is the log's work: a server must not do it again, nor answer before the rows are there.
 */
const LOAD_SETTINGS = [
  'async_insert = 0',
  'distributed_foreground_insert = 1',
  'max_insert_threads = 1',
  'max_threads = 1',
  'min_insert_block_size_rows = 1000000000',
  'min_insert_block_size_bytes = 0',
  'max_partitions_per_insert_block = 0',
];

export interface SpanLoad {
  /** Loading twice under one token changes nothing. */
  readonly token: string;
  /** Stands on every row. */
  readonly segment: bigint;
  /** Of which partitions, as days since 1970; all if absent. */
  readonly expiryDays?: readonly number[];
}

export function compileSpanLoad(source: string, { token, segment, expiryDays }: SpanLoad): string {
  const names = quoteNames(SPAN_COLUMNS);
  const condition = expiryDays === undefined ? '' : `\nWHERE ${ofDays(expiryDays)}`;
  return `INSERT INTO spans (${names}, segment)
${settings(token)}
SELECT ${names}, ${quoteSegment(segment)}
FROM ${source}${condition}`;
}

/** Without a token it is loaded whatever was loaded before. */
export function compileCatalogLoad(source: string, token: string | undefined): string {
  const names = quoteNames(CATALOG_COLUMNS);
  return `INSERT INTO catalog (${names})
${settings(token)}
SELECT ${names}
FROM ${source}`;
}

/** How many rows of a segment stand in each of these partitions. */
export function compileSegmentCounts(segment: bigint, expiryDays: readonly number[]): string {
  return `SELECT toUInt16(expires) AS day, count() AS n
FROM spans
WHERE ${ofDays(expiryDays)} AND segment = ${quoteSegment(segment)}
GROUP BY day`;
}

function settings(token: string | undefined): string {
  const once =
    token === undefined
      ? ['insert_deduplicate = 0']
      : ['insert_deduplicate = 1', `insert_deduplication_token = ${quoteText(token)}`];
  return `SETTINGS ${[...LOAD_SETTINGS, ...once].join(', ')}`;
}

function quoteNames(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteName(name)).join(', ');
}

function quoteSegment(segment: bigint): string {
  return `toUInt64(${quoteInteger(segment)})`;
}

function ofDays(expiryDays: readonly number[]): string {
  return `expires IN (${expiryDays.map((day) => `toDate(${quoteInteger(day)})`).join(', ')})`;
}
