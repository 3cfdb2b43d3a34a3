import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ServiceError, credentials, status } from '@grpc/grpc-js';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SINGLE } from '../../server/clickhouse/deployment.ts';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { openRemoteEngine } from '../../server/clickhouse/engine/remote.ts';
import { createTraceStore } from '../../server/clickhouse/trace-store.ts';
import type { Listener } from '../../server/platform/listener.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { createFirstRoutes } from '../../server/query/jaeger/first/routes.ts';
import { createJaegerGrpcServer } from '../../server/query/jaeger/grpc/server.ts';
import { createSecondRoutes } from '../../server/query/jaeger/second/routes.ts';
import { createSpanhouseRoutes } from '../../server/query/spanhouse/routes.ts';
import { type Space, createSpace } from '../../server/space/space.ts';
import {
  MINUTE,
  attribute,
  call,
  collect,
  makeSpan,
  traceIdOf,
  windowOf,
} from '../../server/store/conformance.fixture.ts';
import type { TraceStore } from '../../server/store/trace-store.ts';
import { stringField } from '../../server/wire/protobuf-writer.ts';
import { openClickHouseFront } from '../support/clickhouse-front.ts';
import { type TestStore, openTestStore } from '../support/open-test-store.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const SPANS = 12_000;
/** Less than the spans, and more than a lookup by the key reads: a granule here and there. */
const BUDGET = 10_000;

const refuse = (): never => {
  throw new Error('nothing is written here');
};

interface OpenedEngine {
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

async function openEmbedded(): Promise<OpenedEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-budget-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  return { engine, close: () => rm(dataDir, { recursive: true }) };
}

async function openRemote(): Promise<OpenedEngine> {
  const front = await openClickHouseFront();
  const options = { url: front.url, user: 'default', password: '', database: 'budget', deployment: SINGLE };
  return { engine: await openRemoteEngine({ ...options, connections: 4 }), close: () => front.close() };
}

describe.each([
  ['embedded', openEmbedded],
  ['remote', openRemote],
])('past its budget of rows, on the %s engine,', (_, open) => {
  let opened: OpenedEngine;
  let whole: TestStore;
  let store: TraceStore;
  let server: Server;
  let grpc: Listener;

  beforeAll(async () => {
    opened = await open();
    whole = await openTestStore(opened.engine);
    for (let from = 0; from < SPANS; from += 2_000) {
      const spans = Array.from({ length: 2_000 }, (_, index) =>
        makeSpan({
          trace: from + index + 1,
          ms: from + index,
          attributes: [attribute('color', index === 7 ? 'red' : 'blue')],
        }),
      );
      await whole.store.write(SPACE, spans, call());
    }
    await opened.engine.command('OPTIMIZE TABLE spans FINAL', 'job', call());
    const log = { write: refuse, settled: refuse };
    store = createTraceStore({ engine: opened.engine, log, queryMaxRows: BUDGET });
    const options = {
      store,
      spaceDefaults: SPACE,
      timeoutMs: 30_000,
      tagRegex: true,
      maxSkewAdjustMs: 0,
      logger: createLogger('silent'),
      nowMs: Date.now,
      maxBodyBytes: 1 << 20,
      bodyTimeoutMs: 10_000,
      version: '0',
    };
    server = express()
      .use(createFirstRoutes(options), createSecondRoutes(options), createSpanhouseRoutes(options))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A trace whose lookup is refused as well: over gRPC the least that can be asked.
    const tight = createTraceStore({ engine: opened.engine, log, queryMaxRows: 1 });
    grpc = await createJaegerGrpcServer({ ...options, store: tight }).listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    server.close();
    await grpc.close(1_000);
    await whole.close();
    await opened.close();
  });

  test('a search is refused in a sentence that says what to change', async () => {
    const query = { window: windowOf(), order: 'longest', limit: 20 } as const;
    await expect(store.search(SPACE, query, call())).rejects.toMatchObject({
      code: 'too-large',
      message:
        'this search would read more than 10000 rows: choose a shorter time window, name a service, or ask for an attribute by its value, or raise SPANHOUSE_QUERY_MAX_ROWS',
      setting: 'SPANHOUSE_QUERY_MAX_ROWS',
    });
    expect((await whole.store.search(SPACE, query, call())).traces).toHaveLength(20);
  });

  test('what an index answers is not', async () => {
    const window = { fromNanos: windowOf().fromNanos, toNanos: windowOf().fromNanos + MINUTE };
    const empty = await store.search(SPACE, { window, order: 'longest', limit: 20 }, call());
    expect(empty.traces).toEqual([]);
    expect(await collect(store.trace(SPACE, traceIdOf(3), {}, call()))).toHaveLength(1);
    expect((await store.services(SPACE, call())).items).toEqual(['shop']);
    expect(await store.spaces(call())).toHaveLength(1);
    const rates = { window: windowOf(), stepNanos: MINUTE, by: [], quantiles: [] } as const;
    expect(await store.rates(SPACE, rates, call())).toHaveLength(1);
  });

  test('a delete is not, however little a query may read', async () => {
    const space = createSpace('acme', 'shop', 'deleted');
    const spans = Array.from({ length: 20 }, (_, index) => makeSpan({ trace: 1, ms: index * 20_000 }));
    await whole.store.write(space, spans, call());
    const log = { write: refuse, settled: <T>(_: Space, work: () => Promise<T>): Promise<T> => work() };
    const tight = createTraceStore({ engine: opened.engine, log, queryMaxRows: 1 });
    await expect(collect(tight.trace(space, traceIdOf(1), {}, call()))).rejects.toMatchObject({
      code: 'too-large',
      message: 'this lookup of traces would read more than 1 rows: raise SPANHOUSE_QUERY_MAX_ROWS',
    });
    await tight.deleteTrace(space, traceIdOf(1), call());
    expect(await collect(whole.store.trace(space, traceIdOf(1), {}, call()))).toEqual([]);
    await whole.store.write(space, spans, call());
    await tight.deleteSpace(space, call());
    expect(await collect(whole.store.trace(space, traceIdOf(1), {}, call()))).toEqual([]);
  });

  test('the first generation answers 413 in its envelope', async () => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(
      `http://127.0.0.1:${port}/api/traces?service=shop&lookback=custom&start=0&end=${Date.now() * 2_000}&minDuration=1ms`,
    );
    expect(response.status).toBe(413);
    const { data, errors } = (await response.json()) as { data: unknown; errors: { code: number; msg: string }[] }; // prettier-ignore
    expect(data).toBeNull();
    expect(errors).toEqual([
      { code: 413, msg: expect.stringContaining('this search would read more than 10000 rows') as string },
    ]);
  });

  const REFUSED = expect.stringMatching(
    /^this search would read more than 10000 rows: .*, or raise SPANHOUSE_QUERY_MAX_ROWS$/,
  ) as string;

  test('the second generation answers 413 in its own', async () => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(
      `http://127.0.0.1:${port}/api/v3/traces?query.start_time_min=2020-01-01T00:00:00Z&query.start_time_max=2100-01-01T00:00:00Z&query.duration_min=1ms`,
    );
    const { error } = (await response.json()) as { error: { httpCode: number; message: string } };
    expect([response.status, error.httpCode, error.message]).toEqual([413, 413, REFUSED]);
  });

  test('so does the API of our own, which names the setting', async () => {
    const { port } = server.address() as AddressInfo;
    const { fromNanos, toNanos } = windowOf();
    for (const path of ['search', 'spans']) {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ fromNanos: `${fromNanos}`, toNanos: `${toNanos}`, sort: 'duration' }),
      });
      expect(await response.json()).toEqual({
        error: { code: 'too-large', message: REFUSED, setting: 'SPANHOUSE_QUERY_MAX_ROWS' },
      });
      expect(response.status).toBe(413);
    }
  });

  test('over gRPC the status is INVALID_ARGUMENT, with the same words', async () => {
    const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
    const same = (bytes: Buffer): Buffer => bytes;
    const error = await new Promise<ServiceError>((resolve) => {
      client
        .makeServerStreamRequest(
          '/jaeger.api_v3.QueryService/GetTrace',
          same,
          same,
          stringField(1, traceIdOf(3)),
        )
        .on('data', () => undefined)
        .on('error', resolve);
    });
    client.close();
    expect([error.code, error.details]).toEqual([
      status.INVALID_ARGUMENT,
      'this lookup of traces would read more than 1 rows: raise SPANHOUSE_QUERY_MAX_ROWS',
    ]);
  });
});
