import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeNative, decodeNativeStream } from '../../columns/native-reader.ts';
import type { Call } from '../../store/trace-store.ts';
import { openEmbeddedEngine } from './embedded.ts';
import type { Engine } from './engine.ts';

let dataDir: string;
let engine: Engine;
const within = (ms: number, signal?: AbortSignal): Call => ({
  deadlineMs: performance.now() + ms,
  ...(signal === undefined ? {} : { signal }),
});
const running = `SELECT count() AS n FROM system.processes WHERE startsWith(query, 'SELECT sum(sipHash64')`;
const forever = 'SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000)';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-engine-'));
  engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 2, threads: 2 });
});
afterAll(async () => {
  await engine.close();
  await rm(dataDir, { recursive: true });
});

async function number(sql: string, call = within(10_000)): Promise<number> {
  const [block] = decodeNative(await engine.read(sql, call));
  return block!.column('n').number(0);
}

describe('limits', () => {
  test.each([
    ['max_server_memory_usage', 2 ** 30],
    ['mark_cache_size', 2 ** 26],
    ['text_index_postings_cache_size', 2 ** 26],
    ['background_pool_size', 2],
  ])('%s is taken from the configuration', async (name, want) => {
    expect(
      await number(`SELECT toUInt64(value) AS n FROM system.server_settings WHERE name = '${name}'`),
    ).toBe(want);
  });

  test('a statement keeps its own settings beside the deadline', async () => {
    const sql = "SELECT toUInt64(getSetting('max_threads')) AS n SETTINGS max_threads = 1";
    expect(await number(sql)).toBe(1);
  });
});

describe('errors', () => {
  test.each([
    ['internal', 'SELECT * FROM nowhere'],
    ['internal', 'SELEC'],
    [
      'unavailable',
      'SELECT groupArray(number) AS n FROM numbers(100000000) SETTINGS max_memory_usage = 1000000',
    ],
  ])('%s: %s', async (code, sql) => {
    await expect(engine.read(sql, within(10_000))).rejects.toMatchObject({ name: 'Fault', code });
    await expect(drain(engine.stream(sql, within(10_000)))).rejects.toMatchObject({ name: 'Fault', code });
  });
});

test('a statement that failed does not live on in the engine', async () => {
  const failing = "SELECT throwIf(number = 5, 'by intent') FROM numbers(10)";
  await expect(engine.command(failing, 'job', within(10_000))).rejects.toMatchObject({ code: 'internal' });
  // Asked on another connection: the failed one would be freed by asking on it.
  const left = "SELECT count() AS n FROM system.processes WHERE startsWith(query, 'SELECT throwIf')";
  expect(await number(left)).toBe(0);
});

describe('a call that gives up', () => {
  test.each(['read', 'stream'] as const)('%s: at the deadline, at once', async (method) => {
    const from = performance.now();
    const run =
      method === 'read' ? engine.read(forever, within(200)) : drain(engine.stream(forever, within(200)));
    await expect(run).rejects.toMatchObject({ code: 'too-slow' });
    expect(performance.now() - from).toBeLessThan(1500);
    await expect.poll(() => number(running)).toBe(0);
  });

  test.each(['read', 'stream'] as const)(
    '%s: its signal ends the statement in the engine',
    async (method) => {
      const abort = new AbortController();
      const call = within(60_000, abort.signal);
      const run = method === 'read' ? engine.read(forever, call) : drain(engine.stream(forever, call));
      setTimeout(() => {
        abort.abort();
      }, 200);
      await expect(run).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => number(running)).toBe(0);
    },
  );

  test('one that waits in line leaves it', async () => {
    const abort = new AbortController();
    const busy = [1, 2].map(() => engine.read(forever, within(60_000, abort.signal)));
    await expect(engine.read('SELECT 1 AS n', within(50))).rejects.toMatchObject({ code: 'too-slow' });
    abort.abort();
    await Promise.allSettled(busy);
    expect(await number('SELECT 1 AS n')).toBe(1);
  });
});

test('whoever reads streams may ask other things meanwhile', async () => {
  const numbers = 'SELECT number FROM numbers(100000000)';
  const open = [1, 2].map(() => engine.stream(numbers, within(60_000))[Symbol.asyncIterator]());
  for (const one of open) expect((await one.next()).done).toBe(false);
  expect(await number('SELECT 1 AS n')).toBe(1);
  for (const one of open) await one.return?.();
});

test('a read waits neither for a load nor for a job', async () => {
  const path = join(dataDir, 'rows.native');
  await writeFile(path, await engine.read('SELECT 1 AS n', within(1000)));
  const slow = engine.load(
    (source) => `INSERT INTO FUNCTION null('n UInt64') SELECT sleep(1) + n FROM ${source}`,
    { path, structure: 'n UInt8' },
    within(10_000),
  );
  const job = engine.command('SELECT sleep(1)', 'job', within(10_000));
  const from = performance.now();
  expect(await number('SELECT 2 AS n')).toBe(2);
  expect(performance.now() - from).toBeLessThan(500);
  await Promise.all([slow, job]);
});

describe('streams', () => {
  test('come in blocks', async () => {
    let sum = 0;
    let blocks = 0;
    const sql = 'SELECT number AS n FROM numbers(100000) SETTINGS max_block_size = 8192';
    for await (const block of decodeNativeStream(engine.stream(sql, within(10_000)))) {
      blocks++;
      for (let row = 0; row < block.rows; row++) sum += block.column('n').number(row);
    }
    expect(sum).toBe((100_000 * 99_999) / 2);
    expect(blocks).toBeGreaterThan(5);
  });

  test('one that is left early gives its connection back', async () => {
    for (let round = 0; round < 5; round++) {
      for await (const chunk of engine.stream('SELECT number FROM numbers(100000000)', within(10_000))) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(await number('SELECT 3 AS n')).toBe(3);
  });
});

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) expect(chunk).toBeDefined();
}
