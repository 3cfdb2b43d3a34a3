import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpace, type Space, spaceKey } from '../../server/space/space.ts';
import type { Span, SpanEvent, SpanLink } from '../../server/span/span.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { linesOf } from './receivers/lines-of-spans.ts';
import { readTrace } from './receivers/read-trace.ts';
import { type Carrier, CNOSDB_SPACE, type Receiver, RECEIVERS } from './receivers/receivers.ts';
import { RICH_TRACE, TRACE_ID } from './receivers/rich-trace.ts';

/*
 * The same ids are sent into several spaces by every receiver and by every way to name a space that it has. All of it is
 * named after the space that it is for: whatever is seen under another one's name has come through.
 */

const DEFAULT_SPACE = createSpace('acme', 'shop', 'spans');
/** Each differs from another one in one part alone. */
const SPACES = [
  DEFAULT_SPACE,
  createSpace('globex', 'shop', 'spans'),
  createSpace('acme', 'test', 'spans'),
  createSpace('acme', 'shop', 'archive'),
  CNOSDB_SPACE,
];
const EMPTY = createSpace('globex', 'test', 'archive');

const WAYS = RECEIVERS.flatMap((receiver) =>
  receiver.carriers.map((carrier) => [receiver, carrier] as const),
);

let server: ServerProcess;

beforeAll(async () => {
  const ports = SPACES.flatMap((space) =>
    ['http', 'grpc', 'udp'].map((kind) => `${kind}:0=${spaceKey(space)}`),
  );
  server = await startServer({
    JAEGER_COMPACT_PORT: '0',
    JAEGER_BINARY_PORT: '0',
    INFLUX_PORT: '0',
    CNOSDB_PORT: '0',
    SPACE_PORTS: ports.join(','),
    DEFAULT_TENANT: DEFAULT_SPACE.tenant,
    DEFAULT_DB: DEFAULT_SPACE.db,
    DEFAULT_TABLE: DEFAULT_SPACE.table,
    SEGMENT_REST: '0ms',
  });
});
afterAll(async () => {
  await server.stop();
  tidyUp();
});

/** A way that cannot name a space takes what it sends to one alone. */
function spacesOf(carrier: Carrier): readonly Space[] {
  if (carrier === 'nothing') return [DEFAULT_SPACE];
  if (carrier === 'table alone') return [CNOSDB_SPACE];
  return SPACES;
}

function nameOf(space: Space, { name }: Receiver, carrier: Carrier): string {
  return `${spaceKey(space)} by ${name} by ${carrier}`;
}

/** A span whose ids are the same in all spaces, with an event and a link that tell its own. */
function spanOf(name: string): Span {
  const [template] = RICH_TRACE;
  const event: SpanEvent = {
    timeNanos: template!.startNanos,
    name,
    attributes: [],
    droppedAttributesCount: 0,
  };
  const link: SpanLink = {
    traceId: TRACE_ID,
    spanId: template!.spanId,
    traceState: name,
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  };
  const resource = { ...template!.resource, attributes: [] };
  return {
    ...template!,
    name,
    service: name,
    resource: named(resource, name),
    attributes: [],
    events: [event],
    links: [link],
  };
}

function named(resource: Span['resource'], service: string): Span['resource'] {
  return { ...resource, attributes: [{ key: 'service.name', value: { type: 'string', value: service } }] };
}

function read(space: Space, traceId = TRACE_ID): Promise<readonly Span[]> {
  return readTrace(`${server.addresses.http}/t/${spaceKey(space)}`, traceId);
}

async function services(space: Space): Promise<readonly string[]> {
  const response = await fetch(`${server.addresses.http}/t/${spaceKey(space)}/api/services`);
  return ((await response.json()) as { readonly data: readonly string[] | null }).data ?? [];
}

test('every receiver, by every way to name a space: each space sees its own alone', async () => {
  for (const [receiver, carrier] of WAYS) {
    await Promise.all(
      spacesOf(carrier).map((space) =>
        receiver.send(server, space, carrier, [spanOf(nameOf(space, receiver, carrier))]),
      ),
    );
  }
  const namesOf = (space: Space): string[] =>
    WAYS.filter(([, carrier]) => spacesOf(carrier).includes(space))
      .map(([receiver, carrier]) => nameOf(space, receiver, carrier))
      .sort();
  const total = SPACES.reduce((sum, space) => sum + namesOf(space).length, 0);
  // Datagrams are not answered.
  await until('every span to be taken', async () => {
    return (await server.metric('spanhouse_spans_accepted_total')) === total;
  });
  await server.settled();

  for (const space of SPACES) {
    const found = await read(space);
    expect(found.map(({ name }) => name).sort()).toEqual(namesOf(space));
    expect([...(await services(space))].sort()).toEqual(namesOf(space));
    const strange = found
      .flatMap(({ events, links }) => [
        ...events.map(({ name }) => name),
        ...links.map((link) => link.traceState),
      ])
      .filter((name) => name !== '' && !name.startsWith(`${spaceKey(space)} `));
    expect(strange).toEqual([]);
  }
  expect(await read(EMPTY)).toEqual([]);
  expect(await services(EMPTY)).toEqual([]);
  const counts = (await server.spaces()).map(({ tenant, db, table }) => `${tenant}/${db}/${table}`);
  expect(counts.sort()).toEqual(SPACES.map(spaceKey).sort());
});

test.each(SPACES.map((space) => [spaceKey(space), space] as const))(
  'the port of %s answers with its own trace alone',
  async (key, space) => {
    const url = `${server.addresses[`http of ${key}`]!}/trace/${TRACE_ID}`;
    const body = await (await fetch(url)).text();
    const told = SPACES.map(spaceKey).filter((one) => body.includes(`"${one} by `));
    expect(told).toEqual([key]);
    const other = SPACES.find((one) => one.tenant !== space.tenant)!;
    expect((await fetch(url, { headers: { ...other } })).status).toBe(400);
  },
);

test("whoever names no space at CnosDB's port reads that port's own", async () => {
  const url = `${server.addresses.cnosdb}/api/services`;
  const { data } = (await (await fetch(url)).json()) as { readonly data: readonly string[] };
  expect(data.length).toBeGreaterThan(0);
  expect(data.filter((name) => !name.startsWith(`${spaceKey(CNOSDB_SPACE)} `))).toEqual([]);
});

test('lines: events and links that came before their span join no span of another space', async () => {
  const traceId = 'ab'.repeat(16) as Span['traceId'];
  const lines = linesOf([{ ...spanOf('orphan'), traceId }]);
  const [own, ...others] = SPACES as [Space, ...Space[]];
  const write = async (space: Space, body: string): Promise<void> => {
    const url = `${server.addresses.http}/t/${spaceKey(space)}/write`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(204);
  };

  await write(own, `${lines.logs}${lines.links}`);
  for (const space of others) await write(space, lines.spans);
  await server.settled();
  expect(await read(own, traceId)).toEqual([]);
  for (const space of others)
    expect(await read(space, traceId)).toMatchObject([{ name: 'orphan', events: [], links: [] }]);

  await write(own, lines.spans);
  await server.settled();
  expect(await read(own, traceId)).toMatchObject([
    { name: 'orphan', events: [{ name: 'orphan' }], links: [{ traceState: 'orphan' }] },
  ]);
  for (const space of others)
    expect(await read(space, traceId)).toMatchObject([{ name: 'orphan', events: [], links: [] }]);
});

const [FIRST, SECOND] = SPACES as [Space, Space];
const PORT_RECEIVERS = RECEIVERS.filter(
  ({ name, carriers }) => carriers.includes('port') && !name.includes('UDP'),
);

test.each(PORT_RECEIVERS.map((receiver) => [receiver.name, receiver] as const))(
  '%s: a request that names another space than its port is for is refused',
  async (_name, receiver) => {
    const before = await server.metric('spanhouse_spans_accepted_total');
    const elsewhere: ServerProcess = Object.create(server, {
      addresses: { value: toPortOf(server.addresses, FIRST) },
    }) as ServerProcess;
    const span = spanOf('strange');
    await expect(receiver.send(elsewhere, SECOND, 'headers', [span])).rejects.toThrow(/this port's tenant/);
    expect(await server.metric('spanhouse_spans_accepted_total')).toBe(before);
  },
);

/** Every listener at the ports that are for one space. */
function toPortOf(addresses: ServerProcess['addresses'], space: Space): ServerProcess['addresses'] {
  const entries = Object.entries(addresses).map(([name, address]) => {
    const kind = address.startsWith('http') ? 'http' : 'grpc';
    return [name, addresses[`${kind} of ${spaceKey(space)}`]!];
  });
  return Object.fromEntries(entries) as ServerProcess['addresses'];
}
