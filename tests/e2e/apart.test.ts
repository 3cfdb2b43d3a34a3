import { afterEach, expect, test } from 'vitest';
import { createSpace } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { readStoppedStore } from './stopped-store.ts';

afterEach(tidyUp);

const SPACE = createSpace('acme', 'shop', 'traces');
const TRACE = '5b8efff798038103d269b633813fc60c';
const IDS = `span_id=eee19b7ec3c1b174,trace_id=${TRACE}`;

/** Sends a line by a request of its own; the answer says that it is durable. */
async function write({ addresses }: ServerProcess, line: string): Promise<void> {
  const url = `${addresses.http}/write?tenant=acme&db=shop`;
  const response = await fetch(url, { method: 'POST', body: `${line}\n` });
  expect(response.status, await response.text()).toBe(204);
}

const shownOf = ({ events, links }: Span): unknown => ({
  events: events.map(({ name, timeNanos }) => [name, timeNanos]),
  links: links.map(({ spanId }) => spanId),
});

/** Longer than the test: what is acknowledged stands in the log alone when the server is killed. */
const NOTHING_IS_LOADED = { SEGMENT_MAX_AGE: '1m' };

test('a span, its events and its links, each acknowledged and then killed, are one span in the end', async () => {
  const now = BigInt(Date.now()) * 1_000_000n;
  let server = await startServer(NOTHING_IS_LOADED);
  for (const line of [
    `logs,${IDS} event.name="second" ${now + 2n}`,
    `spans,${IDS},service.name=shop span.name="buy",duration_nano=5i,end_time_unix_nano=${now + 5n}i ${now}`,
    `span-links,${IDS},linked_span_id=aaaaaaaaaaaaaaaa,linked_trace_id=${TRACE} trace_state="l=2" ${now}`,
    `logs,${IDS} event.name="first" ${now + 1n}`,
    `logs,${IDS} event.name="first" ${now + 1n}`,
  ]) {
    await write(server, line);
    await server.kill();
    server = await server.startAgain();
  }
  await server.stop();

  const want = {
    events: [
      ['first', now + 1n],
      ['second', now + 2n],
    ],
    links: ['aaaaaaaaaaaaaaaa'],
  };
  await readStoppedStore(server.dataDir, async (store) => {
    const spans = await store.trace(SPACE, TRACE);
    expect(spans.map(shownOf)).toEqual([want]);
    expect((await store.spaces()).map(({ spanCount }) => spanCount)).toEqual([1]);
  });
});
