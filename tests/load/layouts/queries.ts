import type { Database } from '../database.ts';
import { TOKENS_UNIQUE, searchedTokens } from './ddl.ts';
import type { Layout } from './layout.ts';
import { EPOCH_SECONDS } from './loads.ts';

/** The settings of every search; performance.md says what each is worth. */
export const READ_SETTINGS =
  'SETTINGS use_top_k_dynamic_filtering = 0, use_skip_indexes_for_top_k = 0, use_text_index_postings_cache = 1, use_query_condition_cache = 0';

export const SPACE = `tenant = 'default' AND db = 'public' AND table = 'traces'`;

/** What the queries look for. */
export interface Needle {
  readonly lastSecond: number;
  readonly traceId: string;
  readonly bucket: number;
  readonly common: string;
  readonly nineThousand: string;
  readonly rare: string;
}

/** A question to a layout: one statement or several, each needing the one before. */
export interface Query {
  readonly name: string;
  /** Resolves to how many statements it took. */
  readonly run: (database: Database) => Promise<number>;
}

interface Found {
  readonly trace: string;
  readonly bucket: number;
}

/** Traces asked for, and spans looked at to find the bucket of the last of them. */
const LIMIT = 20;
const SPAN_LIMIT = 3 * LIMIT;
const FIRST_WINDOW_SECONDS = 30;
const WIDER = 8;

/** Every question about single spans and traces that the layouts are compared by. */
export function compileQueries(layout: Layout, needle: Needle): Query[] {
  const { search, whole } = createSearches(layout, needle);
  const tokens = searchedTokens(layout);
  const has = (token: string): string => `has(${tokens}, '${token}')`;
  const hasUnique = layout.maps === 'two' ? (token: string) => `has(${TOKENS_UNIQUE}, '${token}')` : has;
  const named = (column: 'service' | 'name', value: string): string =>
    layout.nameIndex === 'tokens' ? has(`${column}=${value}`) : `${column} = '${value}'`;
  const exists = (key: string): string =>
    layout.maps === 'two'
      ? `(mapContains(attr, '${key}') OR mapContains(attr_u, '${key}'))`
      : `mapContains(attr, '${key}')`;
  const service = named('service', 'service-07');
  const byId = `trace_id = unhex('${needle.traceId}')`;
  return [
    statement('select 1', 'SELECT 1'),
    statement(
      'trace by id',
      `SELECT * FROM spans WHERE ${SPACE} AND bucket BETWEEN ${needle.bucket} AND ${needle.bucket + 1} AND ${byId}`,
    ),
    statement('trace by id, whole range', `SELECT * FROM spans WHERE ${SPACE} AND ${byId}`),
    search('newest of a service', service),
    search('service + error', `${service} AND status = 'error'`),
    search('common value', has(needle.common)),
    search('value of 1 in 9,000', has(needle.nineThousand)),
    search('rare value', hasUnique(needle.rare)),
    search('absent value', hasUnique('request.id=none')),
    search('absent value, repeating key', has('customer.id=none')),
    search('absent operation', named('name', 'none')),
    search(
      'service + operation + attribute + duration',
      `${service} AND ${named('name', 'GET /api/v1/resource-3')} AND ${has(needle.common)} AND duration > 1000000`,
    ),
    search('exists, absent', exists('none')),
    whole('20 whole traces of a service', service),
    whole('20 whole traces with a value', has(needle.common)),
  ];
}

/** A question of one statement. */
export function statement(name: string, sql: string): Query {
  return {
    name,
    run: async (database) => {
      await database.read(`${sql} ${READ_SETTINGS}`);
      return 1;
    },
  };
}

function createSearches(
  layout: Layout,
  needle: Needle,
): Record<'search' | 'whole', (name: string, where: string) => Query> {
  const bucketOf = (second: number): number => Math.floor(second / layout.bucketSeconds);
  const first = bucketOf(EPOCH_SECONDS);
  const last = bucketOf(needle.lastSecond);
  const since = (seconds: number): number => Math.max(first, bucketOf(needle.lastSecond - seconds));

  /**
   * The newest traces: a small window exactly, then wider ones in the key's order, which stops early, until one holds
   * enough; from the bucket of the last of those, exactly again.
   */
  const find = async (database: Database, where: string): Promise<{ found: Found[]; statements: number }> => {
    const newest = await database.rows<Found>(newestTraces(where, since(FIRST_WINDOW_SECONDS), last));
    if (newest.length >= LIMIT) return { found: newest, statements: 1 };
    let statements = 1;
    for (let seconds = FIRST_WINDOW_SECONDS * WIDER; ; seconds *= WIDER) {
      const spans = await database.rows<Found>(newestSpans(where, since(seconds), last));
      statements += 1;
      const oldest = spans.at(-1);
      if (new Set(spans.map(({ trace }) => trace)).size < LIMIT && since(seconds) > first) continue;
      if (oldest === undefined) return { found: [], statements };
      const found = await database.rows<Found>(newestTraces(where, oldest.bucket, last));
      return { found, statements: statements + 1 };
    }
  };

  return {
    search: (name, where) => ({ name, run: async (database) => (await find(database, where)).statements }),
    whole: (name, where) => ({
      name,
      run: async (database) => {
        const { found, statements } = await find(database, where);
        await database.read(wholeTraces(found));
        return statements + 1;
      },
    }),
  };
}

function newestTraces(where: string, from: number, to: number): string {
  return `SELECT hex(trace_id) AS trace, max(spans.bucket) AS bucket FROM spans
    WHERE ${SPACE} AND spans.bucket BETWEEN ${from} AND ${to} AND ${where}
    GROUP BY trace_id ORDER BY max(start) DESC LIMIT ${LIMIT} ${READ_SETTINGS}`;
}

function newestSpans(where: string, from: number, to: number): string {
  return `SELECT hex(trace_id) AS trace, bucket FROM spans
    WHERE ${SPACE} AND bucket BETWEEN ${from} AND ${to} AND ${where}
    ORDER BY bucket DESC LIMIT ${SPAN_LIMIT} ${READ_SETTINGS}`;
}

function wholeTraces(found: readonly Found[]): string {
  const buckets = found.map(({ bucket }) => bucket);
  const ids = found.map(({ trace }) => `unhex('${trace}')`).join(', ');
  return `SELECT * FROM spans WHERE ${SPACE} AND bucket BETWEEN ${Math.min(...buckets) - 1} AND ${Math.max(...buckets) + 1}
    AND trace_id IN (${ids}) ${READ_SETTINGS}`;
}
