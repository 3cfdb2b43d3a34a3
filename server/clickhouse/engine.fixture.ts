import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NativeBlock, decodeNative } from '../columns/native-reader.ts';
import type { Call } from '../store/trace-store.ts';
import { openEmbeddedEngine } from './engine/embedded.ts';
import type { Engine } from './engine/engine.ts';

export interface EngineFixture {
  readonly engine: Engine;
  readonly directory: string;
  /** The only block of a small result. */
  readonly row: (sql: string) => Promise<NativeBlock>;
  /** What the engine says of its plan for a statement. */
  readonly explain: (sql: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** An embedded engine in a directory of its own. */
export async function openEngineFixture(): Promise<EngineFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'spanhouse-test-'));
  const dataDir = join(directory, 'engine');
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 2, threads: 2 });
  return {
    engine,
    directory,
    async row(sql) {
      const [block] = decodeNative(await engine.read(sql, soon()));
      return block!;
    },
    async explain(sql) {
      const blocks = decodeNative(await engine.read(`EXPLAIN indexes = 1 ${sql}`, soon()));
      return blocks
        .flatMap((block) => Array.from({ length: block.rows }, (_, row) => block.column('explain').text(row)))
        .join('\n');
    },
    async close() {
      await engine.close();
      await rm(directory, { recursive: true });
    },
  };
}

export function soon(): Call {
  return { deadlineMs: performance.now() + 30_000 };
}

/** Spans made by the engine itself: ten a trace, a thousand traces in a bucket, in the space `t/d/traces`. */
export function seedSql(rows: number): string {
  return `INSERT INTO spans (tenant, db, table, bucket, trace_id, span_id, parent_span_id, start, duration, service, name, kind,
  status, attr, attr_u, attr_types, expires, listed)
SELECT 't', 'd', 'traces', ${SEED_BUCKET} + intDiv(number, 10000) AS b, unhex(leftPad(hex(intDiv(number, 10) + 1), 32, '0')),
  unhex(leftPad(hex(number + 1), 16, '0')), if(number % 10 = 0, toFixedString('', 8), unhex(leftPad(hex(intDiv(number, 10) * 10 + 1), 16, '0'))),
  fromUnixTimestamp64Nano(toInt64(b) * 10000000000 + (number % 10000) * 1000000, 'UTC'), number % 1000, 's' || toString(number % 16), 'op' || toString(number % 50), 'server',
  if(number % 7 = 0, 'error', 'ok'), map('k', toString(number % 1000), 'common', 'x'), map('u', toString(number)), 'ssS', today() + 7, 3
FROM numbers(${rows})`;
}

export const SEED_BUCKET = 170_000_000;
