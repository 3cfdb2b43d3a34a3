import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { BatchMaker } from '../support/otlp-request.ts';
import { PROGRAM, type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { expectBatches } from './batch-check.ts';
import { Front, FRONT_ENGINE_FOLDER } from './front.ts';
import { post } from './post.ts';
import { readStoppedStore } from './stopped-store.ts';

const SENDER_ID = 11;
const SPANS = 20;
const BATCHES = [1, 2, 3, 4, 5, 6];
/** So many are set aside before it is taken for the engine's doing. */
const LOST = 3;
/** Every batch is a block of its own. */
const SETTINGS = { COMMIT_INTERVAL: '0ms', SEGMENT_REST: '0ms' };

afterEach(tidyUp);

test('an engine that refuses everything costs three blocks, and they are loaded again by command', async () => {
  const front = await Front.start();
  const server = await startServer({ ...SETTINGS, CLICKHOUSE_URL: front.url });
  await command(front, 'ALTER TABLE spans ADD CONSTRAINT nothing CHECK 0');
  const maker = new BatchMaker(SENDER_ID, SPANS);
  for (const batch of BATCHES) {
    expect((await post(server.addresses.otlpHttp, maker.make(batch))).status).toBe(200);
  }

  const held = await until('blocks to be held', async () => {
    const { status, checks } = await server.readiness();
    return (checks['loader']!.detail as unknown as { isHolding: boolean }).isHolding && { status, checks };
  });
  expect(held.status).toBe(200);
  expect(held.checks['loader']).toMatchObject({
    reason: expect.stringContaining('refuses block after block') as string,
  });
  expect(held.checks['loader']!.detail).toMatchObject({ setAside: LOST });
  expect(server.lines).toContainEqual(expect.objectContaining({ level: 'error', kind: 'hold-begun' }));

  await command(front, 'ALTER TABLE spans DROP CONSTRAINT nothing');
  await server.settled();
  expect(server.lines).toContainEqual(expect.objectContaining({ level: 'info', kind: 'hold-ended' }));
  const { stdout: list } = await setAside(server, 'list');
  expect(list).toMatch(/^file +rows +bytes +when +reason\n/);
  expect(list.match(/\.spans +20 +\d+ +\S+Z +the engine refused a statement.*is violated/g)).toHaveLength(
    LOST,
  );
  await expect(setAside(server, 'retry')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`is in use by process ${server.pid}`) as string,
  });
  await server.stop();

  const damaged = damageOne(server.dataDir);
  await expect(setAside(server, 'retry')).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining(
      `${damaged.name} stays set aside: it is damaged: its bytes are not what was written\n`,
    ) as string,
  });
  damaged.repair();
  const { stdout: retried } = await setAside(server, 'retry');
  expect(retried).toBe(
    `${damaged.name} is back in the log\n1 to be loaded by the next start of the server, 0 still set aside\n`,
  );
  expect((await setAside(server, 'list')).stdout).toBe('nothing is set aside\n');

  const again = await server.startAgain();
  await again.settled();
  expect((await again.readiness()).checks['loader']).toMatchObject({ detail: { setAside: 0 } });
  await again.stop();
  await front.stop();
  const sent = { senderId: SENDER_ID, spansPerBatch: SPANS, acknowledged: BATCHES };
  const stored = await readStoppedStore(
    front.directory,
    (store) => expectBatches(store, sent),
    FRONT_ENGINE_FOLDER,
  );
  expect(stored).toBe(BATCHES.length * SPANS);
});

async function setAside(server: ServerProcess, word: string): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, SPANHOUSE_DATA_DIR: server.dataDir };
  return promisify(execFile)(process.execPath, [PROGRAM, 'set-aside', word], { env });
}

async function command(front: Front, sql: string): Promise<void> {
  const response = await fetch(`${front.url}/?database=spanhouse`, { method: 'POST', body: sql });
  expect(await response.text()).toBe('');
}

/** Changes a byte of one file that is set aside. */
function damageOne(dataDir: string): { readonly name: string; repair(): void } {
  const directory = join(dataDir, 'set-aside');
  const name = readdirSync(directory).find((file) => file.endsWith('.spans'))!;
  const flip = () => {
    const bytes = readFileSync(join(directory, name));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(directory, name), bytes);
  };
  flip();
  return { name, repair: flip };
}
