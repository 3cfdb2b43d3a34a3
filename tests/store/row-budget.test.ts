import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SINGLE } from '../../server/clickhouse/deployment.ts';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { openRemoteEngine } from '../../server/clickhouse/engine/remote.ts';
import { createTraceStore } from '../../server/clickhouse/trace-store.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { createFirstRoutes } from '../../server/query/jaeger/first/routes.ts';
import { createSpace } from '../../server/space/space.ts';
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
import { openClickHouseFront } from '../support/clickhouse-front.ts';
import { type TestStore, openTestStore } from '../support/open-test-store.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const SPANS = 12_000;
/** Less than the spans, and more than a lookup by the key reads: a granule here and there. */
const BUDGET = 10_000;

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
    const refuse = (): never => {
      throw new Error('nothing is written here');
    };
    const log = { write: refuse, settled: refuse };
    store = createTraceStore({ engine: opened.engine, log, queryMaxRows: BUDGET });
    const routes = createFirstRoutes({
      store,
      spaceDefaults: SPACE,
      timeoutMs: 30_000,
      tagRegex: true,
      maxSkewAdjustMs: 0,
      logger: createLogger('silent'),
      nowMs: Date.now,
      maxBodyBytes: 1 << 20,
      bodyTimeoutMs: 10_000,
    });
    server = express().use(routes).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
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
});
