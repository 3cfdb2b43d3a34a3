import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClickHouseFront, openClickHouseFront } from '../../../tests/support/clickhouse-front.ts';
import { decodeNative } from '../../columns/native-reader.ts';
import type { Call } from '../../store/trace-store.ts';
import { SINGLE } from '../deployment.ts';
import type { Engine } from './engine.ts';
import { openRemoteEngine } from './remote.ts';

let front: ClickHouseFront;
let engine: Engine;
let directory: string;
const within = (ms: number, signal?: AbortSignal): Call => ({
  deadlineMs: performance.now() + ms,
  ...(signal === undefined ? {} : { signal }),
});
const open = (url: string): Promise<Engine> =>
  openRemoteEngine({
    url,
    user: 'default',
    password: '',
    database: "it's `one`",
    deployment: SINGLE,
    connections: 4,
  });

beforeAll(async () => {
  front = await openClickHouseFront();
  directory = await mkdtemp(join(tmpdir(), 'spanhouse-remote-'));
  engine = await open(front.url);
});
afterEach(() => {
  front.away = false;
});
afterAll(async () => {
  await engine.close();
  await front.close();
  await rm(directory, { recursive: true });
});

async function number(sql: string): Promise<number> {
  const [block] = decodeNative(await engine.read(sql, within(10_000)));
  return block!.column('n').number(0);
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

test('the bytes of a file become rows, blank lines and all', async () => {
  await engine.command('CREATE TABLE words (w String) ORDER BY w', 'job', within(10_000));
  const path = join(directory, 'words.native');
  await writeFile(
    path,
    await engine.read(String.raw`SELECT arrayJoin(['a\n\nSELECT 1', 'b;']) AS w`, within(1000)),
  );
  const load = (source: string): string => `INSERT INTO words (w) SELECT w FROM ${source}`;
  await engine.load(load, { path, structure: '`w` String' }, within(10_000));
  expect(await number('SELECT count() AS n FROM words')).toBe(2);
  expect(front.statements.at(-2)).toContain('FROM file(');
});

describe('errors', () => {
  test.each([
    ['internal', 'SELECT * FROM nowhere'],
    [
      'unavailable',
      'SELECT groupArray(number) AS n FROM numbers(100000000) SETTINGS max_memory_usage = 1000000',
    ],
    [
      'too-slow',
      'SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000) SETTINGS max_execution_time = 0.1',
    ],
  ])('%s: %s', async (code, sql) => {
    await expect(engine.read(sql, within(10_000))).rejects.toMatchObject({ name: 'Fault', code });
    await expect(drain(engine.stream(sql, within(10_000)))).rejects.toMatchObject({ name: 'Fault', code });
  });

  test('a server that is away can be asked again later, for everything', async () => {
    front.away = true;
    const path = join(directory, 'empty.native');
    await writeFile(path, '');
    const gone = { code: 'unavailable', retryAfterMs: 1000 };
    await expect(engine.read('SELECT 1 AS n', within(5000))).rejects.toMatchObject(gone);
    await expect(drain(engine.stream('SELECT 1 AS n', within(5000)))).rejects.toMatchObject(gone);
    await expect(engine.command('SELECT 1', 'job', within(5000))).rejects.toMatchObject(gone);
    await expect(
      engine.load(
        (source) => `INSERT INTO words SELECT w FROM ${source}`,
        { path, structure: 'w String' },
        within(5000),
      ),
    ).rejects.toMatchObject(gone);
    front.away = false;
    expect(await number('SELECT 1 AS n')).toBe(1);
  });

  test('nobody there at all', async () => {
    const port = await unusedPort();
    await expect(open(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a call that gives up', () => {
  const forever = 'SELECT sleepEachRow(1) AS n FROM numbers(3)';

  test.each(['read', 'stream'] as const)('%s: at the deadline', async (method) => {
    const run =
      method === 'read' ? engine.read(forever, within(150)) : drain(engine.stream(forever, within(150)));
    await expect(run).rejects.toMatchObject({ code: 'too-slow' });
  });

  test.each(['read', 'stream'] as const)('%s: by its signal', async (method) => {
    const call = within(10_000, AbortSignal.timeout(150));
    const run = method === 'read' ? engine.read(forever, call) : drain(engine.stream(forever, call));
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('a stream can be left early', async () => {
  for await (const chunk of engine.stream('SELECT number FROM numbers(1000000)', within(10_000))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(await number('SELECT 2 AS n')).toBe(2);
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
