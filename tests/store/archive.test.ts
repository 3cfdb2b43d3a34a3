import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { TraceSource } from '../../server/query/trace-source.ts';
import { archiveOf } from '../../server/space/archive.ts';
import { type Space, createSpace, spaceKey } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import {
  attribute,
  call,
  collect,
  makeEvent,
  makeSpan,
  traceIdOf,
  windowOf,
} from '../../server/store/conformance.fixture.ts';
import { expire } from '../support/expire.ts';
import { type TestStore, openTestStore } from '../support/open-test-store.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const OTHER = createSpace('globex', 'shop', 'traces');
const ID = traceIdOf(1);

let dataDir: string;
let engine: Engine;
let opened: TestStore;
let source: TraceSource;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-archive-'));
  engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
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

  for (const table of ['spans', 'catalog'] as const)
    await expire(engine, table, `table = 'traces' AND service = 'kept'`);
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

test('an archived trace takes along what came apart from its spans', async () => {
  const space = createSpace('acme', 'apart', 'traces');
  const event = makeEvent({ name: 'e', ms: 1, attributes: [attribute('k', 'v')] });
  const spans = [1, 2].map((span) => ({
    ...makeSpan({ trace: 1, span, ms: span, linkKey: 'l', service: 'apart' }),
    events: [event],
  }));
  const bare = spans.map((span) => ({ ...span, events: [], links: [] }));
  await opened.writeApart(space, { spans: bare, fragmentsOf: spans });
  expect(await source.archive(space, ID, call())).toBe(true);
  for (const table of ['spans', 'catalog'] as const)
    await expire(engine, table, `db = 'apart' AND table = 'traces'`);
  expect(await source.wholeTrace(space, ID, call())).toEqual(spans);
  await opened.store.deleteSpace(space, call());
  expect(await source.wholeTrace(space, ID, call())).toEqual([]);
});

describe('of a space that is archived', () => {
  const LEFT = createSpace('initech', 'shop', 'traces');
  const SAME_NAME = createSpace('umbrella', 'shop', 'traces');
  const isArchived = async (space: Space, trace: number): Promise<boolean> =>
    (await collect(opened.store.trace(archiveOf(space), traceIdOf(trace), {}, call()))).length > 0;

  beforeAll(async () => {
    for (const space of [LEFT, SAME_NAME]) {
      await opened.store.write(space, [1, 2].map((trace) => makeSpan({ trace, service: `s${trace}` })), call()); // prettier-ignore
      for (const trace of [1, 2]) expect(await source.archive(space, traceIdOf(trace), call())).toBe(true);
    }
  });

  test('the archive is in no list of spaces', async () => {
    expect(await isArchived(LEFT, 1)).toBe(true);
    const names = (await opened.store.spaces(call())).map(({ space }) => spaceKey(space));
    expect(names).toContain('initech/shop/traces');
    expect(names.filter((name) => name.includes('@'))).toEqual([]);
  });

  test('a deleted trace is gone from the archive too, and may be archived again', async () => {
    await opened.store.deleteTrace(LEFT, traceIdOf(1), call());
    expect(await source.wholeTrace(LEFT, traceIdOf(1), call())).toEqual([]);
    expect(await isArchived(LEFT, 2)).toBe(true);
    expect(await isArchived(SAME_NAME, 1)).toBe(true);
    const span = makeSpan({ trace: 1, service: 's1', full: true });
    await opened.store.write(LEFT, [span], call());
    expect(await source.archive(LEFT, traceIdOf(1), call())).toBe(true);
    expect(await collect(opened.store.trace(archiveOf(LEFT), traceIdOf(1), {}, call()))).toEqual([span]);
  });

  test('a trace that is in the archive alone is deleted there', async () => {
    const lone = makeSpan({ trace: 5 });
    await opened.store.write(archiveOf(LEFT), [lone], call());
    await opened.store.deleteTrace(LEFT, traceIdOf(5), call());
    expect(await isArchived(LEFT, 5)).toBe(false);
  });

  test('deleting the space deletes the archive with all that it lists', async () => {
    await opened.store.deleteSpace(LEFT, call());
    expect(await source.wholeTrace(LEFT, traceIdOf(2), call())).toEqual([]);
    expect((await opened.store.services(archiveOf(LEFT), call())).items).toEqual([]);
    expect(await isArchived(SAME_NAME, 2)).toBe(true);
  });
});
