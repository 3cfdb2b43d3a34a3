import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import { TraceSource } from '../../server/query/jaeger/trace-source.ts';
import { createSpace } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import { call, makeSpan, traceIdOf, windowOf } from '../../server/store/conformance.fixture.ts';
import { type TestStore, openTestStore } from '../support/open-test-store.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const OTHER = createSpace('globex', 'shop', 'traces');
const ID = traceIdOf(1);

let dataDir: string;
let opened: TestStore;
let source: TraceSource;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-archive-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  source = new TraceSource(opened.store);
});
afterAll(async () => {
  await opened.close();
  await rm(dataDir, { recursive: true });
});

const bySpanId = (spans: readonly Span[]): readonly Span[] =>
  [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));

test('an archived trace outlives its space, once, and only there', async () => {
  const spans = [1, 2, 3].map((span) => makeSpan({ trace: 1, span, full: span === 1, service: 'kept' }));
  await opened.store.write(SPACE, spans, call());
  await opened.store.write(SPACE, [makeSpan({ trace: 2 })], call());

  expect(await source.archive(SPACE, traceIdOf(9), call())).toBe(false);
  expect(await source.archive(OTHER, ID, call())).toBe(false);
  expect(await source.archive(SPACE, ID, call())).toBe(true);
  expect(await source.archive(SPACE, ID, call())).toBe(true);

  await opened.store.deleteTrace(SPACE, ID, call());
  expect(bySpanId(await source.wholeTrace(SPACE, ID, call()))).toEqual(spans);
  expect(await source.wholeTrace(OTHER, ID, call())).toEqual([]);

  const found: string[] = [];
  for await (const { traceId } of source.traces(SPACE, [ID, traceIdOf(9), traceIdOf(2)], call()))
    found.push(traceId);
  expect(found).toEqual([ID, traceIdOf(2)]);

  expect((await opened.store.services(SPACE, call())).items).toEqual(['shop']);
  const query = { window: windowOf(), order: 'newest', limit: 10 } as const;
  const { found: searched, traces } = await source.search(SPACE, query, call());
  expect(searched.map(({ traceId }) => traceId)).toEqual([traceIdOf(2)]);
  const whole: number[] = [];
  for await (const trace of traces) whole.push(trace.spans.length);
  expect(whole).toEqual([1]);
});
