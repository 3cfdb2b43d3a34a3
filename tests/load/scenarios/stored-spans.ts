import { join } from 'node:path';
import { Database } from '../database.ts';

/** What a stopped server has left in its engine. */
export interface StoredSpans {
  readonly spans: number;
  readonly parts: number;
  /** Of all tables, indexes and projections. */
  readonly bytesPerSpan: number;
  /** Where they are, in bytes a span. */
  readonly places: Readonly<Record<string, number>>;
}

const ACTIVE = `WHERE active AND database = 'spanhouse'`;

/** Once per process: the engine keeps its directory until the process ends. */
export async function readStoredSpans(dataDir: string): Promise<StoredSpans> {
  const database = new Database(join(dataDir, 'engine'));
  try {
    return await readParts(database);
  } finally {
    database.close();
  }
}

async function readParts(database: Database): Promise<StoredSpans> {
  const { spans, parts } = await database.row<{ spans: number; parts: number }>(
    `SELECT toFloat64(sum(rows)) AS spans, toUInt32(count()) AS parts FROM system.parts ${ACTIVE} AND table = 'spans'`,
  );
  const places = await bytesByPlace(database, spans);
  const tables = await database.row<{ bytes: number }>(
    `SELECT toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts ${ACTIVE}`,
  );
  return { spans, parts, bytesPerSpan: tables.bytes / spans, places };
}

async function bytesByPlace(database: Database, spans: number): Promise<Record<string, number>> {
  const rows = await database.rows<{ place: string; bytes: number }>(`
    SELECT concat('table ', table) AS place, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts ${ACTIVE} GROUP BY place
    UNION ALL
    SELECT concat('index ', name), toFloat64(data_compressed_bytes + marks_bytes) FROM system.data_skipping_indices
    WHERE database = 'spanhouse' AND table = 'spans'
    UNION ALL
    SELECT concat('projection ', name), toFloat64(sum(bytes_on_disk)) FROM system.projection_parts ${ACTIVE} GROUP BY name`);
  return Object.fromEntries(rows.map(({ place, bytes }) => [place, bytes / spans]));
}
