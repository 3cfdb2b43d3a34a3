import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { decodeNative, decodeNativeStream } from '../columns/native-reader.ts';
import type { Segment, SegmentSink } from '../store/segment-sink.ts';
import type { Call } from '../store/trace-store.ts';
import {
  CATALOG_FILE,
  SPANS_FILE,
  compileCatalogLoad,
  compileSegmentCounts,
  compileSpanLoad,
} from './compile/load.ts';
import type { Engine } from './engine/engine.ts';

/** Loads sealed segments, each file by one insert. */
export function createSegmentSink(engine: Engine): SegmentSink {
  return new EngineSegmentSink(engine);
}

class EngineSegmentSink implements SegmentSink {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async load(segment: Segment, { retry }: { readonly retry: boolean }, call: Call): Promise<void> {
    await this.#loadCatalog(segment, retry, call);
    if (segment.rows === 0) return;
    if (!retry) return this.#loadSpans(segment, { token: segment.token }, call);
    await this.#loadAbsent(segment, call);
    await this.#loadLost(segment, call);
  }

  /**
   * The engine remembers its last thousand tokens, and what was set aside comes back much later: rows are known by their
   * segment for as long as they are kept. Under the same token, since an earlier attempt may still be at work.
   */
  async #loadAbsent(segment: Segment, call: Call): Promise<void> {
    const days = [...(await countByDay(segment.spansPath)).keys()];
    const present = await this.#presentDays(segment, days, call);
    const expiryDays = days.filter((day) => !present.has(day));
    if (expiryDays.length > 0) await this.#loadSpans(segment, { token: segment.token, expiryDays }, call);
  }

  /**
   * First, so that no span is visible before what it refers to. Facts that are loaded twice are merged into one: so what may
   * have been loaded is loaded again whatever the engine remembers of its token (see `#loadLost`).
   */
  async #loadCatalog({ catalogPath, token }: Segment, retry: boolean, call: Call): Promise<void> {
    if (catalogPath === undefined) return;
    await this.#engine.load(
      (source) => compileCatalogLoad(source, retry ? undefined : token),
      { path: catalogPath, structure: CATALOG_FILE },
      call,
    );
  }

  async #loadSpans(
    segment: Segment,
    load: { readonly token: string; readonly expiryDays?: readonly number[] },
    call: Call,
  ): Promise<void> {
    await this.#engine.load(
      (source) => compileSpanLoad(source, { ...load, segment: segmentNumber(segment.token) }),
      { path: segment.spansPath, structure: SPANS_FILE },
      call,
    );
  }

  /**
   * The engine notes a token before it commits the part that came with it, and commits the partitions of an insert one by
   * one. A process that was killed in between has left a note without a part, and the replay of the token is dropped as
   * known. A part is whole or absent, so partitions without a row of the segment are loaded under a token of their own.
   */
  async #loadLost(segment: Segment, call: Call): Promise<void> {
    const wanted = await countByDay(segment.spansPath);
    const days = [...wanted.keys()];
    const present = await this.#presentDays(segment, days, call);
    const lost = days.filter((day) => !present.has(day));
    if (lost.length === 0) return;
    await this.#loadSpans(
      segment,
      { token: `${segment.token}-again-${lost.join('-')}`, expiryDays: lost },
      call,
    );
  }

  async #presentDays(segment: Segment, days: readonly number[], call: Call): Promise<ReadonlySet<number>> {
    if (days.length === 0) return new Set();
    const sql = compileSegmentCounts(segmentNumber(segment.token), days);
    const blocks = decodeNative(await this.#engine.read(sql, call));
    return new Set(
      blocks.flatMap((block) =>
        Array.from({ length: block.rows }, (_, row) => block.column('day').number(row)),
      ),
    );
  }
}

/** The number under which a segment's rows are known: of its token, so that a replay gives the same. */
export function segmentNumber(token: string): bigint {
  return createHash('sha256').update(token).digest().readBigUInt64LE(0);
}

/** Rows of the file in each partition. */
async function countByDay(path: string): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for await (const block of decodeNativeStream(createReadStream(path))) {
    const expires = block.column('expires');
    for (let row = 0; row < block.rows; row++) {
      const day = expires.number(row);
      counts.set(day, (counts.get(day) ?? 0) + 1);
    }
  }
  return counts;
}
