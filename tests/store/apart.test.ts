import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { migrate } from '../../server/clickhouse/migrations.ts';
import { createSegmentSink } from '../../server/clickhouse/segment-sink.ts';
import { createTraceStore } from '../../server/clickhouse/trace-store.ts';
import { createIntake } from '../../server/ingest/create-intake.ts';
import { SpaceMemories, SpaceMemory } from '../../server/ingest/space-memory.ts';
import { createSpace } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import type { ApartSpans } from '../../server/store/conformance-apart.ts';
import {
  attribute,
  call,
  collect,
  makeEvent,
  makeSpan,
  traceIdOf,
} from '../../server/store/conformance.fixture.ts';
import { openLoader } from '../../server/wal/loader.ts';
import { type Log, openLog } from '../../server/wal/log.ts';
import { LIMITS } from '../support/corpus.ts';
import { feedApart } from '../support/feed-apart.ts';

/* Events and links without a span, from the request to the reader, with the real log between them. */

const SPACE = createSpace('acme', 'shop', 'traces');

let home: string;
let engine: Engine;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spanhouse-apart-'));
  engine = await openEmbeddedEngine({
    dataDir: join(home, 'engine'),
    memoryBytes: 2 ** 30,
    // Whoever waited for a second connection while it holds one would wait for ever.
    readSessions: 1,
    threads: 2,
  });
  await migrate(engine, {}, call());
});
afterAll(async () => {
  await engine.close();
  await rm(home, { recursive: true });
});

const openTestLog = (): Promise<Log> =>
  openLog({
    directory: join(home, 'log'),
    setAsideDirectory: join(home, 'set-aside'),
    maxBytes: 1e9,
    highWaterRatio: 0.8,
    segmentMaxBytes: 1e8,
    segmentMaxRows: 1e6,
    segmentMaxAgeMs: 1e8,
    segmentRestMs: 0,
    onEvent: () => undefined,
  });

/** Takes one request in, and ends as a process does that is killed behind the answer: nothing is sealed or loaded. */
async function acceptAndDie(spans: ApartSpans): Promise<void> {
  const lists = { services: 50, operations: 50, attributeKeys: 50 };
  const intake = createIntake({
    log: await openTestLog(),
    memories: new SpaceMemories((space) => new SpaceMemory(space, 14, lists), 10),
    limits: LIMITS,
    rules: { acceptOld: false, acceptFuture: false, aheadMs: 86_400_000 },
    commitIntervalMs: 0,
    maxInflightBytes: 1 << 26,
    spaces: { known: new Set(), create: true, max: 10 },
    nowMs: Date.now,
  });
  const receipt = await intake.accept(SPACE, new Uint8Array(0), feedApart(spans));
  expect(receipt).toMatchObject({ rejected: 0 });
}

/** The next start: loads what it finds in the log. */
async function startAndLoad(): Promise<void> {
  const log = await openTestLog();
  const loader = openLoader({
    log,
    sink: createSegmentSink(engine),
    attemptTimeoutMs: 60_000,
    onEvent: () => undefined,
  });
  await loader.close({ drainMs: 60_000 });
  expect(log.stats()).toMatchObject({ rows: 0, segments: 0, setAside: 0 });
  await log.close();
}

async function read(traceId = traceIdOf(1)): Promise<Span[]> {
  const refuse = (): never => {
    throw new Error('nothing is written here');
  };
  const store = createTraceStore({ engine, log: { write: refuse, settled: refuse } });
  const spans = await collect(store.trace(SPACE, traceId, {}, call()));
  expect(await collect(store.traces(SPACE, [traceId], {}, call()))).toEqual(spans);
  return spans;
}

test('what was acknowledged is there after a kill, each in a segment of its own, before its span and after', async () => {
  const events = ['a', 'b'].map((name, ms) => makeEvent({ name, ms, attributes: [attribute('k', name)] }));
  const span = { ...makeSpan({ trace: 1, span: 1, linkKey: 'l' }), events };
  await acceptAndDie({ spans: [], fragmentsOf: [{ ...span, events: events.slice(0, 1) }] });
  await acceptAndDie({ spans: [{ ...span, events: [], links: [] }], fragmentsOf: [] });
  await acceptAndDie({ spans: [], fragmentsOf: [{ ...span, events: events.slice(1), links: [] }] });
  await startAndLoad();
  expect(await read()).toEqual([span]);
});

test.each([
  ['of a few seconds', 2, (index: number) => index % 9_000],
  ['of a single nanosecond', 3, () => 0],
])('a large trace %s is read by one connection', { timeout: 120_000 }, async (_, trace, msOf) => {
  const events = [makeEvent({ name: 'e', ms: 1, attributes: [] })];
  const spans = Array.from({ length: 10_000 }, (__, index) => ({
    ...makeSpan({ trace, span: index + 1, ms: msOf(index) }),
    events,
  }));
  await acceptAndDie({ spans: [], fragmentsOf: spans });
  await acceptAndDie({ spans: spans.map((span) => ({ ...span, events: [] })), fragmentsOf: [] });
  await startAndLoad();
  const found = await read(traceIdOf(trace));
  expect(found).toHaveLength(10_000);
  expect(new Set(found.map(({ spanId }) => spanId)).size).toBe(10_000);
  for (const span of found) expect(span.events).toEqual(events);
  expect(found.every(({ startNanos }, index) => startNanos >= (found[index - 1]?.startNanos ?? 0n))).toBe(
    true,
  );
});
