import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BatchMaker, presentRequest } from '../support/otlp-request.ts';
import { exportByGrpc } from '../support/sender-grpc.ts';
import { startSender } from '../support/sender.ts';
import { makeDataDir, type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { expectBatches } from './batch-check.ts';
import { post } from './post.ts';
import { readStoppedStore } from './stopped-store.ts';

const DISK = 'size=256m';
const CHUNK = Buffer.alloc(1 << 16);
const SENT = { senderId: 4, connections: 4, spansPerBatch: 100 };
const GRPC_UNAVAILABLE = 14;

let mounted: string | undefined;

afterEach(() => {
  // Detached at once, whoever still uses it.
  if (mounted !== undefined) spawnSync('umount', ['--lazy', mounted]);
  mounted = undefined;
  tidyUp();
});

test(
  'a full disk refuses so that senders try again, and room is enough to go on',
  { timeout: 120_000 },
  async (context) => {
    const dataDir = mountSmallDisk();
    if (dataDir === undefined) {
      console.log('skipped: mounting a small disk needs root');
      context.skip();
      return;
    }
    const server = await startServer({ DATA_DIR: dataDir });
    const sender = startSender({ ...SENT, url: server.addresses.otlpHttp, pauseMs: 5 });
    await until('some load', async () => (await sender.report()).acknowledged.length > 20);

    const ballast = fillDisk(dataDir);
    await until('refusals', async () => ((await sender.report()).refusals['503'] ?? 0) > 20);
    await until(
      'the engine to miss room too',
      async () => (await server.metric('spanhouse_load_retries_total')) > 0,
    );
    await expectRefusals(server);
    const before = (await sender.report()).acknowledged.length;

    rmSync(ballast);
    await until(
      'spans to be taken again',
      async () => (await sender.report()).acknowledged.length > before + 20,
    );
    const report = await sender.stop();
    expect(report).toMatchObject({ unexpected: [], broken: 0 });
    await server.settled();
    await server.stop();
    await readStoppedStore(dataDir, (store) =>
      expectBatches(store, { ...SENT, acknowledged: report.acknowledged }),
    );
  },
);

function mountSmallDisk(): string | undefined {
  const directory = join(makeDataDir(), 'disk');
  mkdirSync(directory);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', directory]);
  if (status !== 0) return undefined;
  mounted = directory;
  return directory;
}

/** Takes all the room there is, to the last page. */
function fillDisk(directory: string): string {
  const path = join(directory, 'ballast');
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, CHUNK);
  } catch {
    return path;
  } finally {
    closeSync(file);
  }
}

/** In the encoding of the request each time, as google.rpc.Status that says when to come back. */
async function expectRefusals({ addresses }: ServerProcess): Promise<void> {
  const inProtobuf = await post(addresses.otlpHttp, new BatchMaker(9, 5000).make(1));
  expect(inProtobuf).toMatchObject({ status: 503, type: 'application/x-protobuf' });
  expect(inProtobuf.retryAfterSeconds).toBeGreaterThan(0);
  expect(inProtobuf.body.toString('latin1')).toMatch(/^\x08\x0e\x12.*google\.rpc\.RetryInfo/s);

  const spans = Array.from({ length: 1000 }, () => ({}));
  const inJson = await post(addresses.otlpHttp, presentRequest('svc', spans));
  expect(inJson).toMatchObject({ status: 503, type: 'application/json' });
  expect(inJson.retryAfterSeconds).toBeGreaterThan(0);
  expect(JSON.parse(inJson.body.toString())).toMatchObject({
    code: GRPC_UNAVAILABLE,
    message: expect.stringContaining('SPANHOUSE_DATA_DIR') as string,
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo' }],
  });

  const byGrpc = await exportByGrpc(addresses.otlpGrpc, new BatchMaker(9, 5000).make(2));
  expect(byGrpc.code).toBe(GRPC_UNAVAILABLE);
  expect(byGrpc.details.toString('latin1')).toContain('google.rpc.RetryInfo');
}
