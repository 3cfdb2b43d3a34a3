import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { call } from '../../server/store/conformance.fixture.ts';

/** What retention does in its own time: rows are gone, and nobody has asked for it. */
export async function expire(engine: Engine, table: 'spans' | 'catalog', where: string): Promise<void> {
  const sql = `DELETE FROM ${table} WHERE ${where} SETTINGS lightweight_deletes_sync = 2`;
  await engine.command(sql, 'job', call());
}
