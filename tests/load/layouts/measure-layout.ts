import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database.ts';
import { untilQuiet } from '../database.ts';
import { startCost } from '../process-cost.ts';
import { quantile } from '../quantile.ts';
import { assignments, compileDdl, compileInsert, compileSelect } from './ddl.ts';
import type { Layout } from './layout.ts';
import type { Load } from './loads.ts';
import { findNeedle } from './needle.ts';
import { compileAsideQueries } from './aside-queries.ts';
import type { Query } from './queries.ts';
import { compileQueries } from './queries.ts';
import { segmentSource } from './segments.ts';
import type { Stored } from './stored.ts';
import { readStored } from './stored.ts';

export interface LayoutResult {
  readonly layout: string;
  readonly load: Load['name'];
  readonly spans: number;
  /** Reading the segments and making the layout's columns of them, without a table: not the layout's fault. */
  readonly readCpuMicros: number;
  /** Of a span, until the last insert returned. */
  readonly insertCpuMicros: number;
  /** Of a span, until merges were quiet. */
  readonly totalCpuMicros: number;
  /** Of a span, to be merged once more: what each further level of merging costs. */
  readonly levelCpuMicros: number;
  /** Rows written by merges per row inserted. */
  readonly mergedTimes: number;
  readonly stored: Stored;
  readonly queries: readonly QueryResult[];
}

export interface QueryResult {
  readonly name: string;
  readonly wallMs: number;
  readonly wallP99Ms: number;
  readonly cpuMs: number;
  readonly statements: number;
  readonly rowsRead: number;
  readonly granulesRead: number;
}

/** One block, so one part and one deduplication entry per segment and partition. */
const ONE_BLOCK = {
  max_insert_threads: 1,
  max_threads: 1,
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 10_000_000_000,
};

/** Loads the segments into a fresh database laid out so, waits for merges, and asks every query. */
export async function measureLayout(
  database: Database,
  name: string,
  layout: Layout,
  load: Load,
  segments: readonly string[],
  runs: number,
): Promise<LayoutResult> {
  const readCpuMs = await measureReading(database, layout, segments);
  for (const sql of compileDdl(layout)) await database.run(sql);
  const cost = startCost();
  for (const [index, path] of segments.entries()) {
    const started = performance.now();
    await database.run(insertSegment(layout, path, index));
    await sleep(Math.max(0, layout.paceMs - (performance.now() - started)));
  }
  const insertCpuMs = cost().cpuMs;
  const totalCpuMs = await untilQuiet(database, () => cost().cpuMs);
  const stored = await readStored(database);
  const micros = (cpuMs: number): number => (cpuMs * 1000) / stored.rows;
  const [merged = 0] = await database.counters('MergedRows');
  const needle = await findNeedle(database, load);
  const queries = [...compileQueries(layout, needle), ...compileAsideQueries(layout, needle)];
  const results: QueryResult[] = [];
  for (const query of queries) results.push(await measureQuery(database, query, runs));
  const levelCost = startCost();
  await database.run('OPTIMIZE TABLE spans FINAL');
  const levelCpuMs = levelCost().cpuMs;
  return {
    layout: name,
    load: load.name,
    spans: stored.rows,
    readCpuMicros: micros(readCpuMs),
    insertCpuMicros: micros(insertCpuMs),
    totalCpuMicros: micros(totalCpuMs),
    levelCpuMicros: micros(levelCpuMs),
    mergedTimes: merged / ROW_COUNTS_PER_MERGE / stored.rows,
    stored,
    queries: results,
  };
}

/** A vertical merge counts each row in both of its stages. */
const ROW_COUNTS_PER_MERGE = 2;

function insertSegment(layout: Layout, path: string, index: number): string {
  const settings = {
    ...ONE_BLOCK,
    insert_deduplication_token: `'segment-${index}'`,
    ...layout.insertSettings,
  };
  return `${compileInsert(layout, segmentSource(path), index)} SETTINGS ${assignments(settings)}`;
}

const READ_SAMPLE = 5;

async function measureReading(
  database: Database,
  layout: Layout,
  segments: readonly string[],
): Promise<number> {
  const sample = segments.slice(0, READ_SAMPLE);
  const cost = startCost();
  for (const path of sample) {
    await database.run(
      `SELECT * FROM (${compileSelect(layout, segmentSource(path), 0)}) FORMAT Null SETTINGS max_threads = 1`,
    );
  }
  return (cost().cpuMs * segments.length) / sample.length;
}

async function measureQuery(database: Database, query: Query, runs: number): Promise<QueryResult> {
  await query.run(database);
  const before = await database.counters('SelectedRows', 'SelectedMarks');
  const statements = await query.run(database);
  const after = await database.counters('SelectedRows', 'SelectedMarks');
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < runs; run++) {
    const cost = startCost();
    await query.run(database);
    const { wallMs, cpuMs } = cost();
    wall.push(wallMs);
    cpu.push(cpuMs);
  }
  return {
    name: query.name,
    wallMs: quantile(wall, 0.5),
    wallP99Ms: quantile(wall, 0.99),
    cpuMs: quantile(cpu, 0.5),
    statements,
    rowsRead: after[0]! - before[0]!,
    granulesRead: after[1]! - before[1]!,
  };
}
