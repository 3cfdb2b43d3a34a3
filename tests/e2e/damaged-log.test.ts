import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BatchMaker } from '../support/otlp-request.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { expectBatches } from './batch-check.ts';
import { post } from './post.ts';
import { readStoppedStore } from './stopped-store.ts';

const SENDER_ID = 5;
const SPANS = 50;
const BATCHES = 12;
/** Long enough for every batch to be written before the segment is sealed, whatever the machine is doing. */
const KEEP_IN_LOG = { SEGMENT_MAX_AGE: '1m', COMMIT_INTERVAL: '0ms' };
const TORN_BYTES = 100;

afterEach(tidyUp);

test('a torn end is cut, and what stands before it is loaded', async () => {
  const server = await killedWithFullLog();
  const path = newestSpans(server.dataDir);
  truncateSync(path, statSync(path).size - TORN_BYTES);

  const again = await server.startAgain();
  await again.settled();
  expect(again.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', kind: 'tail-cut', path, bytes: expect.any(Number) as number }),
  );
  expect(await again.metric('spanhouse_log_damaged_bytes_total')).toBeGreaterThan(TORN_BYTES);
  expect(await storedAfterStop(again)).toBe((BATCHES - 1) * SPANS);
});

test('a damaged block is set aside with its reason, shown and counted, and the others are loaded', async () => {
  const server = await killedWithFullLog();
  const path = newestSpans(server.dataDir);
  flipBytes(path, Math.floor(statSync(path).size / 2));

  const again = await server.startAgain();
  await again.settled();
  expect(again.lines).toContainEqual(expect.objectContaining({ level: 'error', kind: 'set-aside' }));
  expect(await again.metric('spanhouse_load_set_aside_total')).toBe(1);
  const { status, checks } = await again.readiness();
  expect(status).toBe(200);
  expect(checks['loader']).toMatchObject({ ready: true, detail: { setAside: 1 } });
  expect(checks['loader']!.reason).toContain('set-aside folder');
  expectReasonBesideFile(join(server.dataDir, 'set-aside'));
  expect(await storedAfterStop(again)).toBe((BATCHES - 1) * SPANS);
});

/** A server that was killed when all its spans were durable and none was loaded; a block for each batch. */
async function killedWithFullLog(): Promise<ServerProcess> {
  const server = await startServer(KEEP_IN_LOG);
  const maker = new BatchMaker(SENDER_ID, SPANS);
  for (let batch = 1; batch <= BATCHES; batch++) {
    expect((await post(server.addresses.otlpHttp, maker.make(batch))).status).toBe(200);
  }
  await server.kill();
  return server;
}

function newestSpans(dataDir: string): string {
  const names = readdirSync(join(dataDir, 'log')).filter((name) => name.endsWith('.spans'));
  return join(dataDir, 'log', names.sort().at(-1)!);
}

function flipBytes(path: string, at: number): void {
  const bytes = readFileSync(path);
  for (let index = at; index < at + 4; index++) bytes[index]! ^= 0xff;
  writeFileSync(path, bytes);
}

function expectReasonBesideFile(directory: string): void {
  const names = readdirSync(directory).sort();
  expect(names).toEqual([expect.stringMatching(/\.spans$/), expect.stringMatching(/\.spans\.reason\.json$/)]);
  const reason = JSON.parse(readFileSync(join(directory, names[1]!), 'utf8')) as unknown;
  expect(reason).toMatchObject({ file: names[0], kind: 'damaged' });
}

/** Of the batches all but one are there, each whole and once. */
async function storedAfterStop(server: ServerProcess): Promise<number> {
  await server.stop();
  return readStoppedStore(server.dataDir, (store) =>
    expectBatches(store, { senderId: SENDER_ID, spansPerBatch: SPANS, acknowledged: [] }),
  );
}
