import type { Database } from '../database.ts';

/** What the tables take on disk, in bytes per span. */
export interface Stored {
  readonly rows: number;
  readonly parts: number;
  readonly bytesPerSpan: number;
  readonly columns: Readonly<Record<string, number>>;
  readonly indexes: Readonly<Record<string, number>>;
  readonly projections: Readonly<Record<string, number>>;
  /** Side tables, bytes per span of `spans`. */
  readonly tables: Readonly<Record<string, number>>;
}

interface Named {
  readonly name: string;
  readonly bytes: number;
}

const ATTEMPTS = 5;

/** Reads the sizes; again if a part was removed while the engine looked at its files. */
export async function readStored(database: Database): Promise<Stored> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readSizes(database);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function readSizes(database: Database): Promise<Stored> {
  const active = `FROM system.parts WHERE active AND database = currentDatabase()`;
  const { rows, parts } = await database.row<{ rows: number; parts: number }>(
    `SELECT toFloat64(sum(rows)) AS rows, toUInt32(count()) AS parts ${active} AND table = 'spans'`,
  );
  const perSpan = async (sql: string): Promise<Record<string, number>> => {
    const named = await database.rows<Named>(sql);
    return Object.fromEntries(named.map(({ name, bytes }) => [name, bytes / rows]));
  };
  const sized = (name: string, table: string, bytes = 'bytes_on_disk'): string =>
    `SELECT ${name} AS name, toFloat64(sum(${bytes})) AS bytes FROM system.${table}
     WHERE active AND database = currentDatabase()`;
  const tables = await perSpan(`${sized('table', 'parts')} GROUP BY name`);
  return {
    rows,
    parts,
    bytesPerSpan: Object.values(tables).reduce((sum, bytes) => sum + bytes, 0),
    columns: await perSpan(
      `${sized('column', 'parts_columns', 'column_bytes_on_disk')} AND table = 'spans' GROUP BY name ORDER BY bytes DESC`,
    ),
    indexes: await perSpan(
      `SELECT name, toFloat64(data_compressed_bytes + marks_bytes) AS bytes FROM system.data_skipping_indices
       WHERE database = currentDatabase() AND table = 'spans'`,
    ),
    projections: await perSpan(`${sized('name', 'projection_parts')} GROUP BY name`),
    tables,
  };
}
