import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { openEmbedded } from '../../../server/bin/open-engine.ts';
import type { Engine } from '../../../server/clickhouse/engine/engine.ts';
import { createTraceStore } from '../../../server/clickhouse/trace-store.ts';
import { decodeNative } from '../../../server/columns/native-reader.ts';
import type { Settings } from '../../../server/config/setting-table.ts';
import { readSettings } from '../../../server/config/settings.ts';
import { createSpace } from '../../../server/space/space.ts';
import type { TraceId } from '../../../server/span/span.ts';
import type { Call, TraceStore } from '../../../server/store/trace-store.ts';

/** The space of requests that name none. */
export const SPACE = createSpace('default', 'public', 'traces');
const TIMEOUT_MS = 120_000;

/** Settings as they are by default, on this directory. */
export function settingsOn(dataDir: string): Settings {
  const outcome = readSettings({
    environment: { SPANHOUSE_DATA_DIR: dataDir },
    machine: { memoryBytes: totalmem() },
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'));
  return outcome.settings;
}

export interface OpenedStore {
  readonly engine: Engine;
  readonly store: TraceStore;
}

/** The store of a stopped server's directory, for reading. */
export async function openStoppedStore(dataDir: string): Promise<OpenedStore> {
  const { engine } = await openEmbedded(settingsOn(dataDir));
  return { engine, store: createTraceStore({ engine, log: { write: refuse, settled: refuse } }) };
}

export function patiently(): Call {
  return { deadlineMs: performance.now() + TIMEOUT_MS };
}

/** Up to so many traces of the space, from all over what it holds. */
export async function sampleTraceIds(engine: Engine, count: number): Promise<TraceId[]> {
  const sql = `
    WITH (SELECT greatest(1, intDiv(uniq(trace_id), ${2 * count})) FROM spans WHERE tenant = 'default') AS one_in
    SELECT lower(hex(trace_id)) AS id FROM spans
    WHERE tenant = 'default' AND cityHash64(trace_id) % one_in = 0
    GROUP BY trace_id ORDER BY cityHash64(trace_id, 'sample') LIMIT ${count}`;
  const blocks = decodeNative(await engine.read(sql, patiently()));
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => block.column('id').text(row) as TraceId),
  );
}

/** The engine's own counters since it started. */
export async function engineCounters(engine: Engine, names: readonly string[]): Promise<number[]> {
  const columns = names.map((name) => `toFloat64(sumIf(value, event = '${name}')) AS ${name}`);
  const [block] = decodeNative(
    await engine.read(`SELECT ${columns.join(', ')} FROM system.events`, patiently()),
  );
  return names.map((name) => block!.column(name).number(0));
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('a stopped store is only read'));
}
