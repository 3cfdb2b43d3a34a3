import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { PROGRAM, startServer, tidyUp } from '../support/server-process.ts';
import { Front, FRONT_ENGINE_FOLDER } from './front.ts';
import { DB_AND_TABLE, expectReadBack } from './read-back.ts';
import { sendBySdk } from './sdk-traffic.ts';
import { readStoppedStore } from './stopped-store.ts';

afterEach(tidyUp);

/** Runs the command on a data directory whose server has ended. */
async function migrate(dataDir: string, url: string): Promise<string> {
  const env = { ...process.env, SPANHOUSE_DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'migrate', '--to', url], { env });
  return stdout;
}

test('migrate: the log and the store arrive at a server as they were sent, and only once', async () => {
  const server = await startServer({ SEGMENT_MAX_AGE: '1m' });
  const sent = new Map<string, readonly ReadableSpan[]>();
  for (const tenant of ['acme', 'globex']) {
    const headers = { tenant, ...DB_AND_TABLE };
    const exporter = new OTLPTraceExporter({ url: `${server.addresses.otlpHttp}/v1/traces`, headers });
    sent.set(tenant, await sendBySdk(exporter, tenant, 'binary'));
  }
  // What was acknowledged stands in the log alone.
  await server.kill();

  const front = await Front.start();
  expect(await migrate(server.dataDir, front.url)).toContain(
    `done: set SPANHOUSE_CLICKHOUSE_URL=${front.url}`,
  );
  expect(await migrate(server.dataDir, front.url)).toMatch(/going on: (\d+) of \1 parts are there already/);
  await front.stop();
  await readStoppedStore(front.directory, (store) => expectReadBack(store, sent), FRONT_ENGINE_FOLDER);
});

test('migrate: says what is wrong with its target', async () => {
  const server = await startServer();
  await server.stop();
  const away = migrate(server.dataDir, 'http://127.0.0.1:1');
  await expect(away).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('127.0.0.1:1') as string,
  });
  const wrong = migrate(server.dataDir, 'ftp://somewhere');
  await expect(wrong).rejects.toMatchObject({
    code: 2,
    stderr: 'spanhouse: --to is "ftp://somewhere", but must be an http or https URL\n',
  });
});
