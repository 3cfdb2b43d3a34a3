import { decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import type { Call, CountQuery, FoundTrace, SearchQuery, SearchResult } from '../../store/trace-store.ts';
import type { BucketRange } from '../compile/scope.ts';
import {
  type Matching,
  type Position,
  boundsTraces,
  compileCount,
  compileEarlier,
  compileMatches,
  compileNewestBuckets,
  compileTraceDurations,
} from '../compile/search.ts';
import type { Deployment } from '../deployment.ts';
import type { EngineReads } from '../engine/engine.ts';
import { parseCursor, presentCursor } from './cursor.ts';
import { readKnown } from './known-facts.ts';
import { namingBadRegex } from './regex-fault.ts';
import { type Sought, walk } from './walk.ts';

/** Matching spans read for each trace that is wanted: traces match with several. */
const SPANS_A_TRACE = 16;
/** Likewise while it is only asked how far back enough of them reach: what matches rarely costs a granule each. */
const LOCATED_A_TRACE = 3;
/** Ids of one statement that asks about traces: the engine refuses one of more than a quarter of a megabyte. */
const ADMITTED_AT_ONCE = 2_000;

/** Walks back from the newest, or down from the longest, until there are enough traces. */
export class SearchReader {
  readonly #engine: EngineReads;
  readonly #deployment: Deployment;

  constructor(engine: EngineReads, deployment: Deployment) {
    this.#engine = engine;
    this.#deployment = deployment;
  }

  async search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult> {
    return namingBadRegex(this.#engine, query.condition, call, () => this.#search(space, query, call));
  }

  async count(space: Space, query: CountQuery, call: Call): Promise<number> {
    return namingBadRegex(this.#engine, query.condition, call, async () => {
      if (query.window.fromNanos >= query.window.toNanos) return 0;
      const known = await readKnown(this.#engine, space, query.condition, call);
      const sql = compileCount({ space, query, known, deployment: this.#deployment });
      const [block] = decodeNative(await this.#engine.read(sql, call));
      return block?.column('traces').number(0) ?? 0;
    });
  }

  async #search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult> {
    const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, query.order);
    if (query.limit < 1 || query.window.fromNanos >= query.window.toNanos) return { traces: [] };
    const known = await readKnown(this.#engine, space, query.condition, call);
    const search = new TraceSearch(
      this.#engine,
      { space, query, known, deployment: this.#deployment },
      after,
      call,
    );
    await walk(search);
    return presentPage(search.found, query);
  }
}

/** One search under way. */
class TraceSearch implements Sought<FoundTrace, Position> {
  readonly found: FoundTrace[] = [];
  readonly query: SearchQuery;
  readonly cursor: Position | undefined;
  readonly rowsTaken: number;
  readonly rowsLocated: number;
  readonly #engine: EngineReads;
  readonly #matching: Matching;
  readonly #call: Call;
  readonly #seen = new Set<TraceId>();

  constructor(engine: EngineReads, matching: Matching, cursor: Position | undefined, call: Call) {
    this.#engine = engine;
    this.#matching = matching;
    this.#call = call;
    this.query = matching.query;
    this.cursor = cursor;
    this.rowsTaken = this.query.limit * SPANS_A_TRACE;
    this.rowsLocated = this.query.limit * LOCATED_A_TRACE;
  }

  best(buckets: BucketRange, after: Position | undefined, rows: number): Promise<FoundTrace[]> {
    return this.#spans(compileMatches(this.#matching, buckets, after, rows));
  }

  newestBuckets(buckets: BucketRange, rows: number): Promise<FoundTrace[]> {
    return this.#spans(compileNewestBuckets(this.#matching, buckets, rows));
  }

  placeOf(span: FoundTrace): Position {
    return positionOf(span, this.query);
  }

  newestFirst(a: FoundTrace, b: FoundTrace): number {
    return newestFirst(a, b);
  }

  /** Of spans in the order of the search, those that are the best of a trace that the caller has not been given yet. */
  async keep(spans: readonly FoundTrace[]): Promise<boolean> {
    const traces = this.#unseen(spans);
    const { limit } = this.query;
    for (let at = 0; at < traces.length && this.found.length <= limit; at += ADMITTED_AT_ONCE) {
      this.found.push(...(await this.#admit(traces.slice(at, at + ADMITTED_AT_ONCE))));
    }
    return this.found.length > limit;
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
    const { query } = this;
    let admitted = traces;
    if (this.cursor !== undefined && admitted.length > 0) {
      const earlier = await this.#ids(compileEarlier(this.#matching, idsOf(admitted), this.cursor));
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
