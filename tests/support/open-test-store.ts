import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDependencyJob } from '../../server/clickhouse/dependency-job.ts';
import type { Engine } from '../../server/clickhouse/engine/engine.ts';
import { migrate } from '../../server/clickhouse/migrations.ts';
import { createSegmentSink } from '../../server/clickhouse/segment-sink.ts';
import { createTraceStore } from '../../server/clickhouse/trace-store.ts';
import { KEY_BYTES } from '../../server/columns/frame.ts';
import { type BlockLog, createIntake } from '../../server/ingest/create-intake.ts';
import type { Decode } from '../../server/ingest/intake.ts';
import { feedSpans } from '../../server/ingest/feed-spans.ts';
import { SpaceMemories, SpaceMemory } from '../../server/ingest/space-memory.ts';
import type { ApartSpans } from '../../server/store/conformance-apart.ts';
import type { SegmentSink } from '../../server/store/segment-sink.ts';
import type { Call, TraceStore } from '../../server/store/trace-store.ts';
import type { Space } from '../../server/space/space.ts';
import { feedApart } from './feed-apart.ts';

export interface TestStore {
  readonly store: TraceStore;
  /** Writes spans apart from events and links. */
  readonly writeApart: (space: Space, spans: ApartSpans) => Promise<void>;
  /** Makes the edges of the last minutes before that moment. */
  readonly closeMinutes: (nowMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const NO_BODY = new Uint8Array(0);

/** The store over an engine, with the real intake and the real sink between them: a segment a block, loaded at once. */
export async function openTestStore(engine: Engine): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'spanhouse-segments-'));
  await migrate(engine, {}, soon());
  const job = createDependencyJob({ engine, settleMs: 0 });
  const memories = createMemories();
  const intake = createIntake({
    log: loadingLog(createSegmentSink(engine), directory),
    memories,
    limits: {
      spanBytes: 1 << 24,
      attributes: 1024,
      attributeBytes: 1 << 20,
      events: 4096,
      links: 4096,
      nesting: 16,
    },
    rules: { acceptOld: true, acceptFuture: true, aheadMs: 86_400_000 },
    commitIntervalMs: 0,
    maxInflightBytes: 1 << 28,
    spaces: { known: new Set(), create: true, max: 100_000 },
    nowMs: Date.now,
  });
  const accept = async (space: Space, decode: Decode): Promise<void> => {
    const receipt = await intake.accept(space, NO_BODY, decode);
    if (receipt.rejected > 0) throw new Error(receipt.message);
  };
  const store = createTraceStore({
    engine,
    log: {
      write: (space, spans) => accept(space, feedSpans(spans)),
      settled(space, work) {
        memories.forget(space);
        return work();
      },
    },
    noteChanged: (minutes) => {
      job.noteLoaded(minutes);
    },
  });
  const close = async (): Promise<void> => {
    await intake.close();
    await engine.close();
    await rm(directory, { recursive: true });
  };
  const closeMinutes = async (nowMs: number): Promise<void> => {
    const minute = Math.floor(nowMs / 60_000);
    job.noteLoaded(Array.from({ length: 5 }, (_, back) => minute - back));
    await job.run(Date.now(), soon());
  };
  const writeApart = (space: Space, spans: ApartSpans): Promise<void> => accept(space, feedApart(spans));
  return { store, writeApart, closeMinutes, close };
}

function createMemories(): SpaceMemories {
  const lists = { services: 50, operations: 200, attributeKeys: 200 };
  return new SpaceMemories((space) => new SpaceMemory(space, 14, lists), 100_000);
}

function loadingLog(sink: SegmentSink, directory: string): BlockLog {
  let count = 0;
  return {
    key: Buffer.alloc(KEY_BYTES, 7),
    checkRoom: () => undefined,
    async append({ rows, spans, catalog }) {
      const token = `segment-${count++}`;
      const spansPath = join(directory, `${token}.spans`);
      const catalogPath = join(directory, `${token}.catalog`);
      await writeFile(spansPath, Buffer.concat(spans));
      if (catalog.length > 0) await writeFile(catalogPath, Buffer.concat(catalog));
      const segment = { token, rows, spansPath, ...(catalog.length > 0 ? { catalogPath } : {}) };
      await sink.load(segment, { retry: false }, soon());
    },
  };
}

function soon(): Call {
  return { deadlineMs: performance.now() + 60_000 };
}
