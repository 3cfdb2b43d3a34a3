import { afterAll, beforeAll, expect, test } from 'vitest';
import { CORPUS, largeTrace } from '../../server/query/jaeger/corpus.fixture.ts';
import { presentOtlp } from '../support/corpus-otlp.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';

/*
 * One trace goes in as OTLP and comes out through both generations of the query API. What the second one says, put
 * through `/api/transform`, must be what the first one says; and so must what was sent.
 */

let server: ServerProcess;

/** Each in a table of its own. One span began in 1970: what retention has no room for is refused. */
const TRACES = Object.entries({ ...CORPUS, large: largeTrace(10_000) }).map(
  ([name, spans]) => [name, spans.filter(({ startNanos }) => startNanos > 0n)] as const,
);

beforeAll(async () => {
  server = await startServer({ RETENTION: '3650d' });
  for (const [name, spans] of TRACES) {
    expect(await post(spaceOf(name), presentOtlp(spans))).toMatchObject({ status: 200 });
  }
  await server.settled();
});
afterAll(tidyUp);

test.each(TRACES)('%s', async (name, spans) => {
  for (const traceId of new Set(spans.map((span) => span.traceId))) {
    const raw = await firstGeneration(name, `${traceId}?raw=true`);
    const sent = presentOtlp(spans.filter((span) => span.traceId === traceId));
    expect(await transform(await secondGeneration(name, `${traceId}?rawTraces=true`))).toEqual(raw);
    expect(onceEach(await transform(sent))).toEqual(raw);

    const adjusted = await firstGeneration(name, traceId);
    expect(await transform(await secondGeneration(name, traceId))).toEqual(adjusted);
  }
});

function spaceOf(name: string): string {
  return `${server.addresses.http}/t/acme/shop/${name}`;
}

async function firstGeneration(name: string, trace: string): Promise<readonly ShownTrace[]> {
  return comparable(await answer(`${spaceOf(name)}/api/traces/${trace}`));
}

/** As OTLP: the text itself, since numbers such as -0 do not survive being parsed and written again. */
async function secondGeneration(name: string, trace: string): Promise<string> {
  const body = await answer(`${spaceOf(name)}/api/v3/traces/${trace}`);
  return body.slice('{"result":'.length, -'}'.length);
}

async function transform(otlp: string): Promise<readonly ShownTrace[]> {
  const url = `${server.addresses.http}/api/transform`;
  return comparable(await answer(url, { method: 'POST', body: otlp }));
}

async function answer(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const body = await response.text();
  expect([response.status, body]).toEqual([200, body]);
  return body;
}

interface ShownSpan {
  readonly spanID: string;
  readonly processID: string;
}

interface ShownTrace {
  readonly traceID: string;
  readonly spans: readonly ShownSpan[];
  readonly processes: Readonly<Record<string, object>>;
}

interface Envelope {
  readonly data: readonly ShownTrace[];
}

/**
 * Spans with their processes, by their content: the generations may differ in the order of spans, and with it in the numbers
 * of processes, and in nothing else.
 */
function comparable(body: string): readonly ShownTrace[] {
  const { data } = JSON.parse(body) as Envelope;
  return data.map(({ spans, processes, ...trace }) => ({
    ...trace,
    processes: {},
    spans: byContent(spans.map((span) => ({ ...span, process: processes[span.processID], processID: '' }))),
  }));
}

function byContent(spans: readonly ShownSpan[]): readonly ShownSpan[] {
  const keyed = spans.map((span) => [JSON.stringify(span), span] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, span]) => span);
}

/** A span that was sent twice is kept once. */
function onceEach(traces: readonly ShownTrace[]): readonly ShownTrace[] {
  return traces.map((trace) => ({
    ...trace,
    spans: trace.spans.filter((span, at) => JSON.stringify(span) !== JSON.stringify(trace.spans[at - 1])),
  }));
}
