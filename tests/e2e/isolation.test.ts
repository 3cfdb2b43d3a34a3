import { afterEach, expect, test } from 'vitest';
import { createSpace, type Space, spaceKey } from '../../server/space/space.ts';
import { encodeRequest, nowNanos, presentRequest } from '../support/otlp-request.ts';
import { exportByGrpc } from '../support/sender-grpc.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';
import { openStoppedStore } from './stopped-store.ts';

const TRACE_ID = '11'.repeat(16);
const SPAN_ID = '22'.repeat(8);
const HOUR_NANOS = 3_600_000_000_000n;

/** Each differs from another one in one part alone. */
const SPACES = [
  createSpace('acme', 'shop', 'spans'),
  createSpace('globex', 'shop', 'spans'),
  createSpace('acme', 'test', 'spans'),
  createSpace('acme', 'shop', 'archive'),
];
const EMPTY = createSpace('globex', 'test', 'archive');

/** By each of these a request can name its space; all are used for each space. */
const CARRIERS: Readonly<
  Record<string, (server: ServerProcess, space: Space, name: string) => Promise<void>>
> = {
  headers: async ({ addresses }, space, name) => {
    await taken(post(addresses.otlpHttp, encode(space, name), { ...space }));
  },
  aliases: async ({ addresses }, { tenant, db, table }, name) => {
    const body = encode(createSpace(tenant, db, table), name);
    await taken(post(addresses.otlpHttp, body, { 'x-scope-orgid': tenant, db, table }));
  },
  path: async ({ addresses }, space, name) => {
    await taken(post(`${addresses.otlpHttp}/t/${spaceKey(space)}`, encode(space, name)));
  },
  'main port': async ({ addresses }, space, name) => {
    await taken(post(`${addresses.http}/t/${spaceKey(space)}/api`, present(space, name)));
  },
  metadata: async ({ addresses }, space, name) => {
    const outcome = await exportByGrpc(addresses.otlpGrpc, encode(space, name), { ...space });
    expect(outcome).toMatchObject({ code: 0, response: Buffer.alloc(0) });
  },
};

afterEach(tidyUp);

test('the same ids in two tenants, two dbs and two tables: each sees its own alone, whatever names the space', async () => {
  const server = await startServer();
  for (const space of SPACES) {
    for (const [carrier, send] of Object.entries(CARRIERS))
      await send(server, space, `${spaceKey(space)} by ${carrier}`);
  }
  await server.settled();
  const counts = (await server.spaces()).map(({ tenant, db, table, spanCount }) => [
    tenant,
    db,
    table,
    spanCount,
  ]);
  expect(counts.sort()).toEqual(
    SPACES.map(({ tenant, db, table }) => [tenant, db, table, Object.keys(CARRIERS).length]).sort(),
  );
  await server.stop();

  const store = await openStoppedStore(server.dataDir);
  const nowNanosThen = nowNanos();
  const window = { fromNanos: nowNanosThen - HOUR_NANOS, toNanos: nowNanosThen + HOUR_NANOS };
  for (const space of SPACES) {
    const names = Object.keys(CARRIERS)
      .map((carrier) => `${spaceKey(space)} by ${carrier}`)
      .sort();
    expect((await store.trace(space, TRACE_ID)).map(({ name }) => name).sort()).toEqual(names);
    expect((await store.services(space)).items).toEqual([serviceOf(space)]);
    expect((await store.operations(space)).items.map(({ name }) => name)).toEqual(names);
    const found = await store.search(space, { window, order: 'newest', limit: 10 });
    expect(found.traces.map(({ traceId }) => traceId)).toEqual([TRACE_ID]);
    const other = SPACES.find((one) => one !== space)!;
    expect(
      (await store.search(space, { window, service: serviceOf(other), order: 'newest', limit: 10 })).traces,
    ).toEqual([]);
    const rates = await store.rates(space, { window, stepNanos: HOUR_NANOS, by: ['service'], quantiles: [] });
    expect(rates.map(({ service }) => service)).toEqual([serviceOf(space)]);
  }
  expect(await store.trace(EMPTY, TRACE_ID)).toEqual([]);
  expect((await store.services(EMPTY)).items).toEqual([]);
  expect((await store.search(EMPTY, { window, order: 'newest', limit: 10 })).traces).toEqual([]);
  await store.close();
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['', { tenant: '../globex' }],
  ['', { tenant: "a' OR '1'='1" }],
  ['/t/acme/shop/spans', { tenant: 'globex' }],
  ['/t/acme/shop/.hidden', {}],
])('a space that cannot be told is refused: path %j, headers %j', async (path, headers) => {
  const server = await startServer();
  const answer = await post(`${server.addresses.otlpHttp}${path}`, present(SPACES[0]!, 'x'), headers);
  expect(answer.status).toBe(400);
  expect((JSON.parse(answer.body.toString()) as { code: number }).code).toBe(3);
  expect(await server.metric('spanhouse_spans_accepted_total')).toBe(0);
  await server.stop();
});

function encode(space: Space, name: string): Buffer {
  return encodeRequest(serviceOf(space), [{ traceId: TRACE_ID, spanId: SPAN_ID, name }]);
}

function present(space: Space, name: string): string {
  return presentRequest(serviceOf(space), [{ traceId: TRACE_ID, spanId: SPAN_ID, name }]);
}

function serviceOf(space: Space): string {
  return `service of ${spaceKey(space)}`;
}

async function taken(answer: ReturnType<typeof post>): Promise<void> {
  expect((await answer).status).toBe(200);
}
