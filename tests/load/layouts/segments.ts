import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SPAN_COLUMNS, columnStructure } from '../../../server/columns/span-columns.ts';
import { Database } from '../database.ts';
import type { Load } from './loads.ts';
import { compileSpans } from './loads.ts';

const SPAN_STRUCTURE = columnStructure(SPAN_COLUMNS);

export interface SegmentPlan {
  readonly spans: number;
  /** Rows of one segment, near enough: traces are not cut. */
  readonly rows: number;
}

/** Makes what is missing of the segment files that hold a load, and names them all. */
export async function makeSegments(
  load: Load,
  { spans, rows }: SegmentPlan,
  root: string,
): Promise<string[]> {
  const directory = join(root, `${load.name}-${rows}`);
  mkdirSync(directory, { recursive: true });
  const count = Math.ceil(spans / rows);
  const paths = Array.from({ length: count }, (_, index) => join(directory, `${index}.native`));
  const missing = paths.flatMap((path, index) => (existsSync(path) ? [] : [{ path, index }]));
  if (missing.length === 0) return paths;
  const scratch = join(directory, 'engine');
  const database = new Database(scratch);
  const traces = Math.round(rows / load.spansPerTrace);
  for (const { path, index } of missing) {
    await makeSegment(database, compileSpans(load, index * traces, traces), path);
  }
  database.close();
  rmSync(scratch, { recursive: true, force: true });
  return paths;
}

async function makeSegment(database: Database, spans: string, path: string): Promise<void> {
  const columns = SPAN_COLUMNS.map(({ name, type }) => `CAST(\`${name}\` AS ${type}) AS \`${name}\``).join(
    ', ',
  );
  const unfinished = `${path}.part`;
  await database.run(
    `INSERT INTO FUNCTION file('${unfinished}', 'Native', ${quoted(SPAN_STRUCTURE)})
     SELECT ${columns} FROM (${spans}) SETTINGS engine_file_truncate_on_insert = 1`,
  );
  renameSync(unfinished, path);
}

/** The rows of a segment file, as a table. */
export function segmentSource(path: string): string {
  return `file(${quoted(path)}, 'Native', ${quoted(SPAN_STRUCTURE)})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
