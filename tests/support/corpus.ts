import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Batch } from '../../server/ingest/batch.ts';
import type { Decode } from '../../server/ingest/intake.ts';
import type { Receipt } from '../../server/ingest/receipt.ts';
import { type ListLimits, SpaceMemory } from '../../server/ingest/space-memory.ts';
import type { SpanLimits, TimeRules } from '../../server/ingest/span-limits.ts';
import { SpanWriter } from '../../server/ingest/span-writer.ts';
import { type Space, createSpace } from '../../server/space/space.ts';

/** The server's clock in these tests: spans of the corpus begin a few seconds before. */
export const NOW_MS = Date.UTC(2024, 0, 2, 3, 4, 5);

/** The key of no real log. */
export const FRAME_KEY = Buffer.from('testkey!');

export const LIMITS: SpanLimits = {
  spanBytes: 4 << 20,
  attributes: 1024,
  attributeBytes: 1 << 20,
  events: 4096,
  links: 4096,
  nesting: 16,
};

export interface BatchOptions {
  readonly space: Space;
  readonly retentionDays: number;
  readonly limits: Partial<SpanLimits>;
  readonly rules: Partial<TimeRules>;
  readonly lists: Partial<ListLimits>;
}

/** A batch with its writer, and the memory of the one space that it is for. */
export interface TestBatch {
  readonly batch: Batch;
  readonly writer: SpanWriter;
  readonly memory: SpaceMemory;
}

/** Takes every time there is, unless told otherwise. */
export function createTestBatch(options: Partial<BatchOptions> = {}): TestBatch {
  const { space = createSpace('acme', 'shop', 'traces'), retentionDays = 14 } = options;
  const lists = { services: 100, operations: 1000, attributeKeys: 1000, ...options.lists };
  const rules = { acceptOld: true, acceptFuture: true, aheadMs: 86_400_000, ...options.rules };
  const batch = new Batch();
  const writer = new SpanWriter(batch, { ...LIMITS, ...options.limits }, rules);
  return { batch, writer, memory: new SpaceMemory(space, retentionDays, lists) };
}

/** Decodes one request as the intake does: what cannot be read to its end is taken back. */
export function decodeRequest(
  { batch, writer, memory }: TestBatch,
  body: Uint8Array,
  decode: Decode,
  nowMs = NOW_MS,
): Receipt {
  const mark = batch.mark();
  try {
    writer.openRequest(memory, nowMs);
    const steps = decode(body, writer);
    while (steps.next().done !== true);
    return writer.closeRequest();
  } catch (thrown) {
    batch.truncate(mark);
    throw thrown;
  }
}

export interface EncodedBatch {
  readonly spans: Buffer;
  readonly catalog: Buffer;
}

export function encodeBatch({ batch }: TestBatch): EncodedBatch {
  return {
    spans: Buffer.concat(batch.spans.encode(FRAME_KEY)),
    catalog: Buffer.concat(batch.catalog.encode(FRAME_KEY)),
  };
}

/** One request in both encodings; see the folder's own README. */
export interface CorpusCase {
  readonly name: string;
  readonly json: Buffer;
  readonly protobuf: Buffer;
  /** Where its golden rows are. */
  readonly rowsPath: string;
}

/** Built tests lie one folder deeper. */
const ROOT = ['../..', '../../..']
  .map((up) => join(import.meta.dirname, up))
  .find((folder) => existsSync(join(folder, 'package.json')))!;
const CORPUS = join(ROOT, 'server/ingest/otlp/testdata');

export function readCorpus(): readonly CorpusCase[] {
  const names = readdirSync(CORPUS).filter((file) => file.endsWith('.pb'));
  return names.map((file) => {
    const name = file.slice(0, -'.pb'.length);
    const path = (ending: string): string => join(CORPUS, name + ending);
    return {
      name,
      json: readFileSync(path('.json')),
      protobuf: readFileSync(path('.pb')),
      rowsPath: path('.rows.json'),
    };
  });
}
