import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpace, spaceKey } from '../../server/space/space.ts';
import type { Attributes, AttributeValue } from '../../server/span/attribute.ts';
import type { Span } from '../../server/span/span.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { readCaptures } from './captures/read-captures.ts';
import { replay } from './captures/replay.ts';
import { readTrace } from './receivers/read-trace.ts';

/* What clients of other languages sent once is sent again: what is read back is what their programs had in hand. */

const SPACE = createSpace('acme', 'shop', 'traces');
const CAPTURES = readCaptures();

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({
    JAEGER_COMPACT_PORT: '0',
    INFLUX_PORT: '0',
    DEFAULT_TENANT: SPACE.tenant,
    DEFAULT_DB: SPACE.db,
    DEFAULT_TABLE: SPACE.table,
    ACCEPT_OLD_SPANS: 'true',
    SEGMENT_REST: '0ms',
  });
});
afterAll(async () => {
  await server.stop();
  tidyUp();
});

test('every capture is of a trace of its own', () => {
  expect(CAPTURES.length).toBeGreaterThan(0);
  expect(new Set(CAPTURES.map(({ traceId }) => traceId)).size).toBe(CAPTURES.length);
});

test.each(CAPTURES.map((capture) => [capture.name, capture] as const))('%s', async (_name, capture) => {
  await replay(capture, server);
  const read = (): Promise<readonly Span[]> =>
    readTrace(`${server.addresses.http}/t/${spaceKey(SPACE)}`, capture.traceId);
  // Datagrams are not answered.
  await until('the spans', async () => (await read()).length >= capture.spans.length);
  await server.settled();
  expect(comparable(await read())).toEqual(comparable(capture.spans));
});

/** In one order: neither spans nor attributes have one that counts. */
function comparable(spans: readonly Span[]): readonly Span[] {
  const keyOf = ({ spanId, kind, service }: Span): string => `${spanId} ${kind} ${service}`;
  return spans.map(ordered).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function ordered(span: Span): Span {
  return {
    ...span,
    attributes: inOrder(span.attributes),
    events: span.events
      .map((event) => ({ ...event, attributes: inOrder(event.attributes) }))
      .toSorted((a, b) => Number(a.timeNanos - b.timeNanos)),
    links: span.links.map((link) => ({ ...link, attributes: inOrder(link.attributes) })),
    resource: { ...span.resource, attributes: inOrder(span.resource.attributes) },
  };
}

function inOrder(attributes: Attributes): Attributes {
  return attributes
    .map(({ key, value }) => ({ key, value: valueInOrder(value) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function valueInOrder(value: AttributeValue): AttributeValue {
  return value.type === 'map' ? { type: 'map', value: inOrder(value.value) } : value;
}
