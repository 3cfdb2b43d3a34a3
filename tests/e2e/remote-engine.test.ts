import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startSender } from '../support/sender.ts';
import { type ServerProcess, spawnServer, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { expectBatches } from './batch-check.ts';
import { Front, FRONT_ENGINE_FOLDER } from './front.ts';
import { watchMemory } from './memory-watch.ts';
import { DB_AND_TABLE, expectReadBack } from './read-back.ts';
import { atLeast } from './repetitions.ts';
import { sendBySdk } from './sdk-traffic.ts';
import { readStoppedStore } from './stopped-store.ts';

/** A port at which nobody listens. */
const NOBODY = 'http://127.0.0.1:1';
const AWAY_MS = atLeast(60_000, 'E2E_AWAY_MS');
const SETTLED_MS = 120_000;
const SENT = { senderId: 8, connections: 4, spansPerBatch: 100 };
/** Between two batches of a connection: a load that the machine bears beside other tests. */
const PAUSE_MS = 50;
/** What is buffered while the engine is away lies on the disk: memory holds one segment, 64 MiB, and a few copies of a batch. */
const MOST_GROWTH_MIB = 128;

afterEach(tidyUp);

test('the SDK before a ClickHouse server: what is read back is what was sent', async () => {
  const front = await Front.start();
  const server = await startServer({ CLICKHOUSE_URL: front.url });
  const sent = new Map<string, readonly ReadableSpan[]>();
  for (const tenant of ['acme', 'globex']) {
    const headers = { tenant, ...DB_AND_TABLE };
    const exporter = new OTLPTraceExporter({ url: `${server.addresses.otlpHttp}/v1/traces`, headers });
    sent.set(tenant, await sendBySdk(exporter, tenant, 'binary'));
  }
  await server.settled();
  await server.stop();
  await front.stop();
  await readStoppedStore(front.directory, (store) => expectReadBack(store, sent), FRONT_ENGINE_FOLDER);
});

test('a server that comes later than we is waited for, and then served from', async () => {
  const front = await Front.start();
  await front.stop();
  const server = spawnServer({ CLICKHOUSE_URL: front.url, CLICKHOUSE_PASSWORD: 'hush' });
  const waiting = await until('the wait', () =>
    server.lines.find(({ msg }) => msg === 'waiting for ClickHouse'),
  );
  expect(waiting).toMatchObject({ level: 'warn', host: new URL(front.url).host });

  await front.startAgain();
  await server.ready();
  expect(await server.readiness()).toMatchObject({ ready: true });
  expect(JSON.stringify(server.lines)).not.toContain('hush');
  await server.stop();
  await front.stop();
});

test('a stop ends the wait for a server that is away at once', async () => {
  const server = spawnServer({ CLICKHOUSE_URL: NOBODY, START_TIMEOUT: '1h' });
  await until('the wait', () => server.lines.some(({ msg }) => msg === 'waiting for ClickHouse'));
  await expectStopAtOnce(server, '127.0.0.1:1');
});

test('a stop ends the wait for a server that answers nothing at once', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const server = spawnServer({ CLICKHOUSE_URL: `http://${host}`, START_TIMEOUT: '1h' });
  await once(silent, 'connection');
  await expectStopAtOnce(server, host);
  silent.close();
});

async function expectStopAtOnce(server: ServerProcess, host: string): Promise<void> {
  const asked = performance.now();
  server.terminate();
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(performance.now() - asked).toBeLessThan(3_000);
  expect(server.lines.at(-1)?.msg).toBe(
    `cannot start: asked to stop before ClickHouse at ${host} could be reached`,
  );
}

test('without patience a server that is away ends the start', async () => {
  const server = spawnServer({ CLICKHOUSE_URL: NOBODY, START_TIMEOUT: '0ms' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.lines.at(-1)?.msg).toBe('cannot start: the engine cannot be reached; try again later');
  expect(server.lines.map(({ msg }) => msg)).not.toContain('waiting for ClickHouse');
});

test(
  'a server that is away for a minute under load: nothing is lost, memory is flat',
  { timeout: 300_000 },
  async () => {
    const front = await Front.start();
    const server = await startServer({ CLICKHOUSE_URL: front.url });
    const sender = startSender({ ...SENT, url: server.addresses.otlpHttp, pauseMs: PAUSE_MS });
    await until('some spans to arrive', async () => (await server.spaces()).length > 0);

    await front.kill();
    await until('readiness to tell', async () => !(await server.readiness()).ready);
    const atFirst = {
      mib: server.memory().residentMib,
      batches: (await sender.report()).acknowledged.length,
    };
    const stopWatching = watchMemory(server);
    await sleep(AWAY_MS);
    const growthMib = stopWatching() - atFirst.mib;
    const whileAway = (await sender.report()).acknowledged.length - atFirst.batches;
    await front.startAgain();
    await until('readiness to come back', async () => (await server.readiness()).ready);

    const report = await sender.stop();
    expect(report).toMatchObject({ unexpected: [], broken: 0 });
    await server.settled(SETTLED_MS);
    const [space] = await server.spaces();
    await server.stop();
    await front.stop();
    console.log(
      `away ${AWAY_MS / 1000} s: ${whileAway * SENT.spansPerBatch} spans taken meanwhile, ${growthMib.toFixed(1)} MiB more memory`,
    );
    expect(whileAway).toBeGreaterThan(0);
    expect(growthMib).toBeLessThan(MOST_GROWTH_MIB);
    const rows = await readStoppedStore(
      front.directory,
      (store) => expectBatches(store, { ...SENT, acknowledged: report.acknowledged }),
      FRONT_ENGINE_FOLDER,
    );
    expect(space?.spanCount).toBe(rows);
  },
);
