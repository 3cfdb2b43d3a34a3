import { decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import type { Call, FoundTrace, SearchQuery, SearchResult } from '../../store/trace-store.ts';
import { leavesOf } from '../compile/condition.ts';
import type { Known, Leaf, LeafFacts, Place } from '../compile/leaf.ts';
import {
  MAX_IDS,
  type OriginFact,
  compileOriginCondition,
  compileLeafFacts,
  compileOriginSubquery,
  hasFacts,
} from '../compile/origin.ts';
import { type BucketRange, bucketOf, bucketsOf } from '../compile/scope.ts';
import {
  type Matching,
  type Position,
  compileEarlier,
  compileMatches,
  compileNewestBuckets,
  compileTraceDurations,
} from '../compile/search.ts';
import type { Deployment } from '../deployment.ts';
import type { Engine } from '../engine/engine.ts';
import { parseCursor, presentCursor } from './cursor.ts';
import { namingBadRegex } from './regex-fault.ts';

/** Two minutes: enough for whatever matches often, and then the search costs the same however long the window is. */
const FIRST_SLICE_BUCKETS = 12;
/** Where many spans of few traces match, that many times more are read each time. */
const GROWTH = 8;
/** Matching spans read for each trace that is wanted: traces match with several. */
const SPANS_A_TRACE = 16;
/** Likewise while it is only asked how far back enough of them reach: what matches rarely costs a granule each. */
const LOCATED_A_TRACE = 3;

/** Walks back from the newest, or down from the longest, until there are enough traces. */
export class SearchReader {
  readonly #engine: Engine;
  readonly #deployment: Deployment;

  constructor(engine: Engine, deployment: Deployment) {
    this.#engine = engine;
    this.#deployment = deployment;
  }

  async search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult> {
    return namingBadRegex(this.#engine, query.condition, call, () => this.#search(space, query, call));
  }

  async #search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult> {
    const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, query.order);
    if (query.limit < 1 || query.window.fromNanos >= query.window.toNanos) return { traces: [] };
    const known = await this.#known(space, query, call);
    const matching = { space, query, known, deployment: this.#deployment };
    const walk = new Walk(this.#engine, matching, after, call);
    await (query.order === 'newest' ? walk.newest() : walk.longest());
    return presentPage(walk.found, query);
  }

  /** Asks the catalog which resources and scopes the leaves mean and where their keys stand: then few indexes are asked. */
  async #known(space: Space, query: SearchQuery, call: Call): Promise<Known> {
    const leaves = query.condition === undefined ? [] : leavesOf(query.condition);
    const asked = leaves.filter(hasFacts);
    const facts = await Promise.all(asked.map((leaf) => this.#facts(space, leaf, call)));
    const known = new Map(asked.map((leaf, index) => [leaf, facts[index]!]));
    return (leaf) => known.get(leaf) ?? {};
  }

  async #facts(space: Space, leaf: Leaf, call: Call): Promise<LeafFacts> {
    const ids: Record<OriginFact, bigint[]> = { resource: [], scope: [] };
    const places = new Set<Place>();
    let isCut = false;
    for (const block of decodeNative(await this.#engine.read(compileLeafFacts(space, leaf), call))) {
      for (let row = 0; row < block.rows; row++) {
        const fact = block.column('fact').text(row);
        if (fact === 'key') places.add(block.column('level').text(row) as Place);
        else if (fact === 'cut') isCut = true;
        else ids[fact as OriginFact].push(block.column('id').bigint(row));
      }
    }
    const tooMany = ids.resource.length + ids.scope.length > MAX_IDS;
    const origin = tooMany ? compileOriginSubquery(space, leaf) : compileOriginCondition(ids);
    return { ...(origin === undefined ? {} : { origin }), ...(isCut ? {} : { places }) };
  }
}

/** One search under way. */
class Walk {
  readonly found: FoundTrace[] = [];
  readonly #engine: Engine;
  readonly #matching: Matching;
  readonly #cursor: Position | undefined;
  readonly #call: Call;
  readonly #seen = new Set<TraceId>();

  constructor(engine: Engine, matching: Matching, cursor: Position | undefined, call: Call) {
    this.#engine = engine;
    this.#matching = matching;
    this.#cursor = cursor;
    this.#call = call;
  }

  /** They may be anywhere in the window. */
  async longest(): Promise<void> {
    await this.#take(bucketsOf(this.#matching.query.window));
  }

  /**
   * What matches often is found in a small slice at the end of the window, and what is rare by asking for all of it. In
   * between, the engine is first asked how far back enough of it reaches, in a way that stops early.
   */
  async newest(): Promise<void> {
    const { limit, window } = this.#matching.query;
    const { first, last } = bucketsOf(window);
    const top = this.#cursor === undefined ? last : Math.min(last, bucketOf(this.#cursor.rank));
    const bottom = Math.max(first, top - FIRST_SLICE_BUCKETS + 1);
    if (await this.#take({ first: bottom, last: top })) return;
    let rest = bottom - 1;
    for (let rows = limit * LOCATED_A_TRACE; rest >= first; rows *= GROWTH) {
      const located = await this.#locate({ first, last: rest }, rows);
      located.sort(newestFirst);
      if (located.length < rows) return this.#keep(located);
      const oldest = bucketOf(located.at(-1)!.startNanos);
      // Of the oldest bucket there may be more; what is newer is all there.
      await this.#keep(located.filter(({ startNanos }) => bucketOf(startNanos) > oldest));
      if (this.found.length > limit || (await this.#take({ first: oldest, last: oldest }))) return;
      rest = oldest - 1;
    }
  }

  /** Takes the traces of these buckets; true when there are enough. */
  async #take(buckets: BucketRange): Promise<boolean> {
    const { limit } = this.#matching.query;
    let after = this.#cursor;
    for (let rows = limit * SPANS_A_TRACE; ; rows *= GROWTH) {
      const spans = await this.#spans(compileMatches(this.#matching, buckets, after, rows));
      await this.#keep(spans);
      if (this.found.length > limit) return true;
      if (spans.length < rows) return false;
      after = positionOf(spans.at(-1)!, this.#matching.query);
    }
  }

  /** So many matching spans of the newest buckets: all that there are, if there are fewer. */
  #locate(buckets: BucketRange, rows: number): Promise<FoundTrace[]> {
    return this.#spans(compileNewestBuckets(this.#matching, buckets, rows));
  }

  async #spans(sql: string): Promise<FoundTrace[]> {
    return (await this.#read(sql)).flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => ({
        traceId: block.column('trace_id').hex(row) as TraceId,
        startNanos: block.column('start').bigint(row),
        durationNanos: block.column('duration').bigint(row),
      })),
    );
  }

  /** Of spans in the order of the search, those that are the best of a trace that the caller has not been given yet. */
  async #keep(spans: readonly FoundTrace[]): Promise<void> {
    this.found.push(...(await this.#admit(this.#unseen(spans))));
  }

  /** The best span of each trace that has not been met before. */
  #unseen(spans: readonly FoundTrace[]): FoundTrace[] {
    return spans.filter(({ traceId }) => {
      if (this.#seen.has(traceId)) return false;
      this.#seen.add(traceId);
      return true;
    });
  }

  /** Leaves out traces of earlier pages, and those that last too short or too long. */
  async #admit(traces: readonly FoundTrace[]): Promise<readonly FoundTrace[]> {
    const { query } = this.#matching;
    let admitted = traces;
    if (this.#cursor !== undefined && admitted.length > 0) {
      const earlier = await this.#ids(compileEarlier(this.#matching, idsOf(admitted), this.#cursor));
      admitted = admitted.filter(({ traceId }) => !earlier.has(traceId));
    }
    if (boundsTraces(query) && admitted.length > 0) {
      const lasting = await this.#ids(compileTraceDurations(this.#matching, idsOf(admitted)));
      admitted = admitted.filter(({ traceId }) => lasting.has(traceId));
    }
    return admitted;
  }

  async #ids(sql: string): Promise<ReadonlySet<TraceId>> {
    const blocks = await this.#read(sql);
    return new Set(
      blocks.flatMap((block) =>
        Array.from({ length: block.rows }, (_, row) => block.column('trace_id').hex(row) as TraceId),
      ),
    );
  }

  async #read(sql: string): Promise<ReturnType<typeof decodeNative>> {
    return decodeNative(await this.#engine.read(sql, this.#call));
  }
}

function presentPage(found: readonly FoundTrace[], query: SearchQuery): SearchResult {
  const traces = found.slice(0, query.limit);
  if (found.length <= query.limit) return { traces };
  return { traces, cursor: presentCursor(positionOf(traces.at(-1)!, query), query.order) };
}

function positionOf({ traceId, startNanos, durationNanos }: FoundTrace, { order }: SearchQuery): Position {
  return { traceId, rank: order === 'newest' ? startNanos : durationNanos };
}

function newestFirst(a: FoundTrace, b: FoundTrace): number {
  if (a.startNanos !== b.startNanos) return a.startNanos < b.startNanos ? 1 : -1;
  return a.traceId < b.traceId ? 1 : -1;
}

function idsOf(traces: readonly FoundTrace[]): TraceId[] {
  return traces.map(({ traceId }) => traceId);
}

function boundsTraces(query: SearchQuery): boolean {
  return query.minTraceDurationNanos !== undefined || query.maxTraceDurationNanos !== undefined;
}
