import { readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpace, type Space, spaceKey } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { eventsOf, outcomeOf, PARTS } from './receivers/carried.ts';
import { presentCarried, putCarried } from './receivers/present-carried.ts';
import { readTrace } from './receivers/read-trace.ts';
import { type Carrier, CNOSDB_SPACE, type Receiver, RECEIVERS } from './receivers/receivers.ts';
import { RICH_TRACE, TRACE_ID } from './receivers/rich-trace.ts';

/*
 * One trace goes in by every receiver, each time into a space of its own, and is read back: that is compared with what went
 * in, and the table of `docs/receivers.md` is made of the differences.
 */

const DOCUMENT = fileURLToPath(new URL('../../docs/receivers.md', import.meta.url));
const DEFAULT_SPACE = createSpace('here', 'by', 'default');

/** Each names its space in another way, as far as there are so many. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  'OTLP protobuf': 'headers',
  'OTLP JSON': 'path',
  'OTLP gRPC': 'X-Tenant',
  "CnosDB's path": 'port',
  "CnosDB's port": 'table alone',
  'Jaeger binary': 'X-Scope-OrgID',
  'Jaeger compact': 'path',
  'Jaeger JSON': 'headers',
  'Jaeger UDP compact': 'nothing',
  'Jaeger UDP binary': 'port',
  'Jaeger gRPC': 'headers',
  'Zipkin v2 JSON': 'X-Scope-OrgID',
  'Zipkin v2 protobuf': 'port',
  'Zipkin v1 JSON': 'X-Tenant',
  'Zipkin v1 Thrift': 'path',
  'lines, v1': 'parameters',
  'lines, v2, apart': 'org and bucket',
};

const BY_NAME = RECEIVERS.map((receiver) => [receiver.name, receiver] as const);
const readBack = new Map<Receiver, readonly Span[]>();
let server: ServerProcess;
/** Spans, so far. */
let sent = 0;

beforeAll(async () => {
  const ports = RECEIVERS.flatMap((receiver) => {
    if (CARRIERS[receiver.name] !== 'port') return [];
    return [`${receiver.name.includes('UDP') ? 'udp' : 'http'}:0=${spaceKey(spaceOf(receiver))}`];
  });
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
  for (const receiver of RECEIVERS) await sendAll(receiver);
  await taken();
  for (const receiver of RECEIVERS) readBack.set(receiver, await read(baseOf(receiver)));
});
afterAll(async () => {
  await server.stop();
  tidyUp();
});

/** Into the space that is the receiver's own. */
async function sendAll(receiver: Receiver): Promise<void> {
  await receiver.send(server, spaceOf(receiver), CARRIERS[receiver.name]!, RICH_TRACE);
  sent += RICH_TRACE.length;
}

/** Resolves when the server has taken what was sent, and stored it: datagrams are not answered. */
async function taken(): Promise<void> {
  await until('every span to be taken', async () => {
    return (await server.metric('spanhouse_spans_accepted_total')) === sent;
  });
  await server.settled();
}

async function read(base: string): Promise<readonly Span[]> {
  return (await readTrace(base, TRACE_ID)).toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

function spaceOf({ name }: Receiver): Space {
  const carrier = CARRIERS[name]!;
  if (carrier === 'nothing') return DEFAULT_SPACE;
  if (carrier === 'table alone') return CNOSDB_SPACE;
  return createSpace('acme', 'shop', name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'));
}

function baseOf(receiver: Receiver): string {
  return `${server.addresses.http}/t/${spaceKey(spaceOf(receiver))}`;
}

describe.each(BY_NAME)('%s', (_name, receiver) => {
  const { protocol } = receiver;

  test('the whole trace is there, and holds what every protocol carries', () => {
    const isExact = protocol === 'OTLP' || protocol === 'Jaeger gRPC' || protocol === 'line protocol';
    const unitNanos = isExact ? 1n : 1000n;
    expect(readBack.get(receiver)!.map((span) => essenceOf(span, 1n))).toEqual(
      RICH_TRACE.map((span) => essenceOf(span, unitNanos)),
    );
  });

  test('nothing else became of any part of it than what may', () => {
    const found = readBack.get(receiver)!;
    const strange = PARTS.filter((part) => outcomeOf(part, RICH_TRACE, found) === undefined);
    const told = strange.map(({ name, of }) => [name, RICH_TRACE.map(of), found.map(of)]);
    expect(told).toEqual([]);
    if (protocol === 'OTLP') expect(found).toEqual(RICH_TRACE);
  });

  test("the graph that Jaeger's API tells is that of the trace", async () => {
    const path = `/api/traces/${TRACE_ID}`;
    // What CnosDB's users send there they read there, with the same headers.
    const graph =
      CARRIERS[receiver.name] === 'table alone'
        ? graphAt(`${server.addresses.cnosdb}${path}`, { table: CNOSDB_SPACE.table })
        : graphAt(`${baseOf(receiver)}${path}`);
    expect(await graph).toEqual(GRAPH);
  });
});

test('docs/receivers.md tells what was seen', async () => {
  const before = readFileSync(DOCUMENT, 'utf8');
  const document = await putCarried(before, presentCarried(RICH_TRACE, readBack));
  if (isUpdating()) writeFileSync(DOCUMENT, document);
  else expect(document).toBe(before);
});

test('spans of one trace that come by different receivers are one trace', async () => {
  const space = createSpace('acme', 'shop', 'mixed');
  const others = RECEIVERS.filter(({ carriers }) => carriers.includes('headers')).toReversed();
  for (const [index, span] of RICH_TRACE.entries())
    await others[(2 * index) % others.length]!.send(server, space, 'headers', [span]);
  sent += RICH_TRACE.length;
  await taken();
  const base = `${server.addresses.http}/t/${spaceKey(space)}`;
  expect(await graphAt(`${base}/api/traces/${TRACE_ID}`)).toEqual(GRAPH);
});

test('what is sent again is read once', async () => {
  for (const receiver of RECEIVERS) await sendAll(receiver);
  await taken();
  for (const receiver of RECEIVERS)
    expect([receiver.name, await read(baseOf(receiver))]).toEqual([receiver.name, readBack.get(receiver)]);
});

/** What must come through whatever the protocol, with times in units of its own. */
function essenceOf(span: Span, unitNanos: bigint): object {
  const whole = (nanos: bigint): bigint => nanos - (nanos % unitNanos);
  return {
    ids: [span.traceId, span.spanId, span.parentSpanId],
    name: span.name,
    service: span.service,
    kind: span.kind,
    startNanos: whole(span.startNanos),
    durationNanos: whole(span.durationNanos),
    status: [span.statusCode, span.statusMessage],
    texts: span.attributes
      .filter(({ key }) => key.startsWith('string'))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    // Wherever they stand: none is lost, and nothing that says what a field of the span says is left among them.
    keys: [...span.resource.attributes, ...span.attributes].map(({ key }) => key).toSorted(),
    events: eventsOf(span).map(({ name, timeNanos }) => [name, whole(timeNanos)]),
  };
}

interface JaegerAnswer {
  readonly data: readonly {
    readonly spans: readonly {
      readonly spanID: string;
      readonly operationName: string;
      readonly processID: string;
      readonly references: readonly { readonly spanID: string }[];
    }[];
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  }[];
}

/** Of each span its id, its parent's, its name and its service. */
type Graph = readonly (readonly string[])[];

const GRAPH: Graph = RICH_TRACE.map(({ spanId, parentSpanId = '', name, service }) => [
  spanId,
  parentSpanId,
  name,
  service,
]);

async function graphAt(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Graph> {
  const response = await fetch(url, { headers });
  const body = await response.text();
  expect([response.status, body]).toEqual([200, body]);
  const { data } = JSON.parse(body) as JaegerAnswer;
  expect(data).toHaveLength(1);
  return data
    .flatMap(({ spans, processes }) =>
      spans.map(({ spanID, operationName, processID, references }) => {
        // The parent stands first; where a link to it says of what kind it is, it is not called CHILD_OF.
        return [spanID, references[0]?.spanID ?? '', operationName, processes[processID]!.serviceName];
      }),
    )
    .toSorted(([a], [b]) => (a! < b! ? -1 : 1));
}

function isUpdating(): boolean {
  if (env['UPDATE_GOLDEN'] !== '1') return false;
  if (env['CI'] !== undefined) throw new Error('goldens are changed by people, not by CI');
  return true;
}
