import { PLACE_SIZE } from '../../columns/fragment.ts';
import { quoteInteger, quoteName, quoteText } from '../literal.ts';

/** A run of a table's rows that is copied as one: of one day of expiry, and of some places within it. */
export interface CopyRange {
  readonly table: CopiedTable;
  /** Days since 1970. */
  readonly expires: number;
  /** The first and the last; absent for tables without. */
  readonly places?: { readonly from: number; readonly to: number };
}

/** In this order: what spans refer to comes before them. */
export const COPIED_TABLES = ['catalog', 'spans', 'dependencies'] as const;
export type CopiedTable = (typeof COPIED_TABLES)[number];

/** Stored columns: what is computed from others is computed again. */
export function compileColumns(table: CopiedTable): string {
  return `SELECT name, type FROM system.columns
WHERE database = currentDatabase() AND table = ${quoteText(table)} AND default_kind IN ('', 'DEFAULT')
ORDER BY position`;
}

/** By what the rows of a day are told apart, roughly in the order in which they lie. */
const PLACES: Readonly<Partial<Record<CopiedTable, string>>> = {
  spans: 'bucket',
  // With events and links apart a day of the catalog has many rows.
  catalog: `toUInt32(intDiv(id, ${quoteInteger(PLACE_SIZE)}))`,
};

/** Whether a day of the table may be copied in several ranges. */
export function hasPlaces(table: CopiedTable): boolean {
  return PLACES[table] !== undefined;
}

/** Rows by day of expiry and, where there are any, by place. */
export function compileSizes(table: CopiedTable): string {
  return `SELECT toUInt16(expires) AS day, ${PLACES[table] ?? 'toUInt32(0)'} AS place, count() AS n
FROM ${table}
GROUP BY day, place
ORDER BY day, place`;
}

/** In an order that is always the same: a copy that was cut short and is made again gives the same rows. */
export function compileCopiedRows({ table, expires, places }: CopyRange, columns: readonly string[]): string {
  const where = [`expires = toDate(${quoteInteger(expires)})`];
  if (places !== undefined) {
    where.push(`${PLACES[table]!} BETWEEN ${quoteInteger(places.from)} AND ${quoteInteger(places.to)}`);
  }
  return `SELECT ${columns.map(quoteName).join(', ')}
FROM ${table}
WHERE ${where.join(' AND ')}`;
}

/** The rows arrive as they left; the token makes a second arrival nothing. */
export function compileCopyLoad(
  table: CopiedTable,
  columns: readonly string[],
  token: string,
  source: string,
): string {
  const names = columns.map(quoteName).join(', ');
  const settings = [
    'async_insert = 0',
    'distributed_foreground_insert = 1',
    'max_insert_threads = 1',
    'min_insert_block_size_rows = 1000000000',
    'min_insert_block_size_bytes = 0',
    `insert_deduplication_token = ${quoteText(token)}`,
  ];
  return `INSERT INTO ${table} (${names})
SETTINGS ${settings.join(', ')}
SELECT ${names}
FROM ${source}`;
}
