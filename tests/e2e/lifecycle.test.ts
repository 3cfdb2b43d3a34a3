import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BatchMaker } from '../support/otlp-request.ts';
import { startSender } from '../support/sender.ts';
import {
  makeDataDir,
  type ServerProcess,
  spawnServer,
  startServer,
  tidyUp,
} from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { expectBatches } from './batch-check.ts';
import { readStoppedStore } from './stopped-store.ts';

afterEach(tidyUp);

test('the second start on a directory says who holds it; once the holder is killed, a start works at once', async () => {
  const holder = await startServer();
  const second = spawnServer({ DATA_DIR: holder.dataDir });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.lines.at(-1)?.msg ?? second.story()).toContain(
    `cannot start: the data directory ${holder.dataDir} is in use by process ${holder.pid} on `,
  );
  expect((await holder.readiness()).ready).toBe(true);

  await holder.kill();
  const third = await startServer({ DATA_DIR: holder.dataDir });
  expect((await third.readiness()).ready).toBe(true);
  await third.stop();
});

test('settings that cannot be used end the start with code 2, and every problem is listed', async () => {
  const dataDir = join(makeDataDir(), 'never-made');
  const server = spawnServer({ DATA_DIR: dataDir, HTTP_PORT: 'http', RETENTOIN: '1d', LOG_HIGH_WATER: '7' });
  expect(await server.exited).toEqual({ code: 2, signal: null });
  expect(server.noise.join('\n')).toMatch(
    /cannot be used:\n.*RETENTOIN is not a setting; did you mean SPANHOUSE_RETENTION\?\n.*HTTP_PORT is "http".*\n.*LOG_HIGH_WATER is "7"/,
  );
  expect(existsSync(dataDir)).toBe(false);
});

test('a stop under load answers what is in flight, loses nothing, and leaves an empty log', async () => {
  const sent = { senderId: 3, connections: 8, spansPerBatch: 500 };
  const server = await startServer();
  const sender = startSender({ ...sent, url: server.addresses.otlpHttp });
  await until('some load', async () => (await sender.report()).acknowledged.length > 20);

  await server.stop();
  const report = await sender.stop();
  expect(report.unexpected).toEqual([]);
  expect(await readdir(join(server.dataDir, 'log'))).toEqual(['log.json']);
  await readStoppedStore(server.dataDir, (store) =>
    expectBatches(store, { ...sent, acknowledged: report.acknowledged }),
  );

  const next = await server.startAgain();
  expect(next.lines.filter(({ msg }) => msg.includes('earlier run'))).toEqual([]);
  await next.stop();
});

test('a request whose body is still on its way when the stop begins is answered', async () => {
  const server = await startServer();
  const body = new BatchMaker(1, 100).make(1);
  const half = Math.floor(body.length / 2);
  const slow = openSlowRequest(server, body.length);
  slow.write(body.subarray(0, half));
  await until(
    'the first half to be read',
    async () => (await server.metric('spanhouse_intake_inflight_bytes')) > 0,
  );

  server.terminate();
  await until('the stop to begin', () => server.lines.some(({ msg }) => msg === 'stopping'));
  await expect(fetch(`${server.addresses.http}/healthz`)).rejects.toThrow();
  slow.end(body.subarray(half));
  expect(await slow.status).toBe(200);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await readStoppedStore(server.dataDir, (store) =>
    expectBatches(store, { senderId: 1, spansPerBatch: 100, acknowledged: [1] }),
  );
});

interface SlowRequest {
  write(bytes: Buffer): void;
  end(bytes: Buffer): void;
  readonly status: Promise<number>;
}

function openSlowRequest(server: ServerProcess, length: number): SlowRequest {
  const outgoing = request(`${server.addresses.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-length': length },
  });
  const status = new Promise<number>((resolve, reject) => {
    outgoing.on('error', reject).on('response', (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
  });
  return {
    status,
    write: (bytes) => void outgoing.write(bytes),
    end: (bytes) => void outgoing.end(bytes),
  };
}
