import { afterEach, expect, test } from 'vitest';
import { createSpace } from '../../server/space/space.ts';
import {
  encodeRequest,
  newTraceId,
  nowNanos,
  presentRequest,
  type RequestSpan,
} from '../support/otlp-request.ts';
import { type ServerProcess, type ServerSettings, startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';
import { readStoppedStore, type StoppedStore } from './stopped-store.ts';

const SPACE = createSpace('default', 'public', 'traces');
const DAY_NANOS = 86_400_000_000_000n;
const YEAR_NANOS = 365n * DAY_NANOS;
const AFTER_2262 = 2n ** 63n;
const MOST_PARTS = 100;
const REQUESTS = 3;

afterEach(tidyUp);

interface PartialSuccess {
  readonly partialSuccess?: { readonly rejectedSpans: string; readonly errorMessage: string };
}

test.each<[string, () => bigint, RegExp]>([
  ['in 1970', () => 1n, /too-old: 1.*SPANHOUSE_RETENTION/],
  ['older than the retention', () => nowNanos() - 15n * DAY_NANOS, /too-old: 1.*SPANHOUSE_RETENTION/],
  ['in 2200', () => 230n * YEAR_NANOS, /too-far-ahead: 1.*SPANHOUSE_MAX_AHEAD/],
  ['after 2262', () => AFTER_2262, /start-unreadable: 1/],
  ['at the end of time', () => 2n ** 64n - 1n, /start-unreadable: 1/],
])('a start %s is refused with its reason, and the span beside it is kept', async (_name, start, reason) => {
  const server = await startServer();
  const startNanos = start();
  const poisoned = [{ startNanos, endNanos: startNanos }, {}];
  const answer = await send(server, presentRequest('svc', poisoned));
  expect(answer.partialSuccess?.rejectedSpans).toBe('1');
  expect(answer.partialSuccess?.errorMessage).toMatch(reason);
  await server.settled();
  expect((await server.spaces()).map(({ spanCount }) => spanCount)).toEqual([1]);
  await server.stop();
});

const ACCEPT_ALL: ServerSettings = { ACCEPT_OLD_SPANS: 'true', ACCEPT_FUTURE_SPANS: 'true' };

test.each<[string, ServerSettings]>([
  ['as the settings come', {}],
  ['with every time let in', ACCEPT_ALL],
  ['with every time let in, and kept for 400 days', { ...ACCEPT_ALL, RETENTION: '400d' }],
])('thousands of days in one request, %s: inserts go on and parts stay few', async (_name, settings) => {
  const server = await startServer(settings);
  const traceId = newTraceId();
  const spans = Array.from({ length: 6_000 }, (_, day) => ({
    traceId,
    startNanos: nowNanos() - BigInt(day - 1_000) * DAY_NANOS,
  }));
  spans.push({ traceId, startNanos: 0n }, { traceId, startNanos: AFTER_2262 - 1n });
  for (let request = 0; request < REQUESTS; request++) await send(server, presentRequest('svc', spans));
  await send(server, presentRequest('svc', [{ name: 'behind them' }]));
  await server.settled();
  const accepted = await server.metric('spanhouse_spans_accepted_total');
  expect((await server.readiness()).checks['loader']).toMatchObject({ detail: { failures: 0, setAside: 0 } });
  await server.stop();

  await readStoppedStore(server.dataDir, async (store) => {
    const [counts] = await store.rows(
      `SELECT count() AS rows, countIf(name = 'behind them') AS behind FROM spans`,
    );
    expect(counts).toEqual({ rows: accepted, behind: 1 });
    expect(await activeParts(store)).toBeLessThan(MOST_PARTS);
    if (settings === ACCEPT_ALL)
      expect((await store.trace(SPACE, traceId)).length).toBe(REQUESTS * spans.length);
  });
});

const NAMES = 100_000;
const NAMES_PER_REQUEST = 5_000;
const LIMITS = { services: 5_000, keys: 10_000 };

test(
  `${NAMES} names of services, spans and attributes in one space: lists are cut and say so, spans are found`,
  { timeout: 180_000 },
  async () => {
    const server = await startServer();
    for (let from = 0; from < NAMES; from += NAMES_PER_REQUEST) {
      const requests = Array.from({ length: NAMES_PER_REQUEST }, (_, index) =>
        encodeRequest(`service ${from + index}`, [namedSpan(from + index)]),
      );
      // Messages of one type that follow each other are one message.
      expect((await post(server.addresses.otlpHttp, Buffer.concat(requests))).body).toEqual(Buffer.alloc(0));
    }
    await server.settled();
    expect((await server.spaces()).map(({ spanCount }) => spanCount)).toEqual([NAMES]);
    await server.stop();

    await readStoppedStore(server.dataDir, async (store) => {
      const services = await store.services(SPACE);
      const operations = await store.operations(SPACE);
      const keys = await store.attributeKeys(SPACE, NAMES);
      expect([services.cut, operations.cut, keys.cut]).toEqual([true, true, true]);
      expect(services.items.length).toBe(LIMITS.services);
      // Each has a service of its own, and is listed only with it.
      expect(operations.items.length).toBe(LIMITS.services);
      expect(keys.items.length).toBe(LIMITS.keys);
      await expectFound(store, NAMES - 1);
      await expectFound(store, 0);
      expect(await activeParts(store)).toBeLessThan(MOST_PARTS);
    });
  },
);

function namedSpan(index: number): RequestSpan {
  return {
    traceId: (0xfee0_0000n + BigInt(index)).toString(16).padStart(32, '0'),
    name: `operation ${index}`,
    attributes: { [`key.${index}`]: `value ${index}` },
  };
}

/** By service, by operation and by attribute, and as a whole. */
async function expectFound(store: StoppedStore, index: number): Promise<void> {
  const { traceId, name } = namedSpan(index) as Required<RequestSpan>;
  const window = { fromNanos: nowNanos() - DAY_NANOS, toNanos: nowNanos() + DAY_NANOS };
  const common = { window, order: 'newest', limit: 10 } as const;
  const attribute = {
    kind: 'attribute',
    comparator: '=',
    key: `key.${index}`,
    value: `value ${index}`,
  } as const;
  for (const query of [
    { ...common, service: `service ${index}` },
    { ...common, operation: name },
    { ...common, condition: attribute },
  ]) {
    expect((await store.search(SPACE, query)).traces.map((found) => found.traceId)).toEqual([traceId]);
  }
  expect(await store.trace(SPACE, traceId)).toMatchObject([{ name, service: `service ${index}` }]);
}

async function send(server: ServerProcess, body: string): Promise<PartialSuccess> {
  const answer = await post(server.addresses.otlpHttp, body);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString()) as PartialSuccess;
}

async function activeParts(store: StoppedStore): Promise<number> {
  const [row] = await store.rows(
    `SELECT count() AS parts FROM system.parts WHERE active AND database = currentDatabase()`,
  );
  return Number(row!['parts']);
}
