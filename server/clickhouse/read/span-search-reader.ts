import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { Span, SpanId, TraceId } from '../../span/span.ts';
import type { Call, FoundSpans, FoundTrace, SearchQuery } from '../../store/trace-store.ts';
import type { BucketRange } from '../compile/scope.ts';
import { type Matching, compileTraceDurations } from '../compile/search.ts';
import {
  type FoundSpan,
  type SpanPosition,
  compileFoundSpans,
  compileNewestSpanBuckets,
  compileRankedSpans,
  compileSpanMatches,
} from '../compile/span-search.ts';
import type { Deployment } from '../deployment.ts';
import type { EngineReads } from '../engine/engine.ts';
import { parseSpanCursor, presentSpanCursor } from './cursor.ts';
import type { FragmentReader } from './fragment-reader.ts';
import { readKnown } from './known-facts.ts';
import type { OriginReader } from './origins.ts';
import { namingBadRegex } from './regex-fault.ts';
import { SpanReader } from './span-reader.ts';
import { type Sought, walk } from './walk.ts';

/** Spans of one statement: its text grows with them, and the engine takes a quarter of a megabyte. */
const SPANS_A_READ = 500;
/** Beside the limit: one more says that there are more, and some may have been stored twice. */
const MORE_ROWS = 8;

/** Finds spans by what little tells them apart, and then reads the few that are wanted whole. */
export class SpanSearchReader {
  readonly #engine: EngineReads;
  readonly #origins: OriginReader;
  readonly #fragments: FragmentReader;
  readonly #deployment: Deployment;

  constructor(engine: EngineReads, origins: OriginReader, fragments: FragmentReader, deployment: Deployment) {
    this.#engine = engine;
    this.#origins = origins;
    this.#fragments = fragments;
    this.#deployment = deployment;
  }

  async spans(space: Space, query: SearchQuery, call: Call): Promise<FoundSpans> {
    const cursor = query.cursor === undefined ? undefined : parseSpanCursor(query.cursor, query.order);
    if (query.limit < 1 || isEmpty(query)) return { spans: [] };
    const found = await namingBadRegex(this.#engine, query.condition, call, async () => {
      const search = new SpanSearch(this.#engine, await this.#matching(space, query, call), cursor, call);
      await walk(search);
      return search.found;
    });
    const page = found.slice(0, query.limit);
    const spans = await this.#read(space, page, call);
    if (found.length <= query.limit) return { spans };
    return { spans, cursor: presentSpanCursor(placeOf(page.at(-1)!, query), query.order) };
  }

  async rankedSpans(
    space: Space,
    query: SearchQuery,
    traces: readonly FoundTrace[],
    call: Call,
  ): Promise<readonly Span[]> {
    if (traces.length === 0 || isEmpty(query)) return [];
    const matching = await this.#matching(space, query, call);
    const byTrace = new Map<TraceId, Span>();
    const apart = new Set<Span>();
    for (let at = 0; at < traces.length; at += SPANS_A_READ) {
      const sql = compileRankedSpans(matching, traces.slice(at, at + SPANS_A_READ));
      await this.#each(space, sql, call, (reader, row) => {
        byTrace.set(reader.traceId(row), take(reader, row, apart));
      });
    }
    const spans = traces.flatMap(({ traceId }) => byTrace.get(traceId) ?? []);
    return this.#fragments.complete(space, { spans, apart }, call);
  }

  async #matching(space: Space, query: SearchQuery, call: Call): Promise<Matching> {
    const known = await readKnown(this.#engine, space, query.condition, call);
    return { space, query, known, deployment: this.#deployment };
  }

  /** The spans that were found, whole and in their order; those that are gone by now are left out. */
  async #read(space: Space, found: readonly FoundSpan[], call: Call): Promise<readonly Span[]> {
    const byKey = new Map<string, Span>();
    const apart = new Set<Span>();
    for (let at = 0; at < found.length; at += SPANS_A_READ) {
      const part = found.slice(at, at + SPANS_A_READ);
      const wanted = new Set(part.map(keyOf));
      await this.#each(space, compileFoundSpans(space, part), call, (reader, row, block) => {
        const key = keyOf(foundIn(block, row));
        if (wanted.delete(key)) byKey.set(key, take(reader, row, apart));
      });
    }
    const spans = found.flatMap((span) => byKey.get(keyOf(span)) ?? []);
    return this.#fragments.complete(space, { spans, apart }, call);
  }

  async #each(
    space: Space,
    sql: string,
    call: Call,
    visit: (reader: SpanReader, row: number, block: NativeBlock) => void,
  ): Promise<void> {
    const blocks = decodeNative(await this.#engine.read(sql, call));
    const origins = await this.#origins.of(space, blocks, call);
    for (const block of blocks) {
      const reader = new SpanReader(block, origins);
      for (let row = 0; row < block.rows; row++) visit(reader, row, block);
    }
  }
}

/** The span, noted if it came apart. */
function take(reader: SpanReader, row: number, apart: Set<Span>): Span {
  const span = reader.span(row);
  if (reader.isApart(row)) apart.add(span);
  return span;
}

/** One search under way. */
class SpanSearch implements Sought<FoundSpan, SpanPosition> {
  readonly found: FoundSpan[] = [];
  readonly query: SearchQuery;
  readonly cursor: SpanPosition | undefined;
  readonly rowsTaken: number;
  readonly rowsLocated: number;
  readonly #engine: EngineReads;
  readonly #matching: Matching;
  readonly #call: Call;
  readonly #seen = new Set<string>();

  constructor(engine: EngineReads, matching: Matching, cursor: SpanPosition | undefined, call: Call) {
    this.#engine = engine;
    this.#matching = matching;
    this.#call = call;
    this.query = matching.query;
    this.cursor = cursor;
    this.rowsTaken = this.query.limit + MORE_ROWS;
    this.rowsLocated = this.rowsTaken;
  }

  best(buckets: BucketRange, after: SpanPosition | undefined, rows: number): Promise<FoundSpan[]> {
    return this.#spans(compileSpanMatches(this.#matching, buckets, after, rows));
  }

  newestBuckets(buckets: BucketRange, rows: number): Promise<FoundSpan[]> {
    return this.#spans(compileNewestSpanBuckets(this.#matching, buckets, rows));
  }

  placeOf(span: FoundSpan): SpanPosition {
    return placeOf(span, this.query);
  }

  newestFirst(a: FoundSpan, b: FoundSpan): number {
    return (
      descending(a.startNanos, b.startNanos) ||
      descending(a.traceId, b.traceId) ||
      descending(a.spanId, b.spanId) ||
      descending(a.rest, b.rest)
    );
  }

  async keep(spans: readonly FoundSpan[]): Promise<boolean> {
    const unseen = spans.filter((span) => {
      const key = keyOf(span);
      if (this.#seen.has(key)) return false;
      this.#seen.add(key);
      return true;
    });
    this.found.push(...(await this.#admit(unseen)));
    return this.found.length > this.query.limit;
  }

  /** Leaves out spans of traces that last too short or too long. */
  async #admit(spans: readonly FoundSpan[]): Promise<readonly FoundSpan[]> {
    const { minTraceDurationNanos: least, maxTraceDurationNanos: most } = this.query;
    if ((least === undefined && most === undefined) || spans.length === 0) return spans;
    const ids = [...new Set(spans.map(({ traceId }) => traceId))];
    const lasting = new Set<string>();
    for (let at = 0; at < ids.length; at += SPANS_A_READ) {
      const sql = compileTraceDurations(this.#matching, ids.slice(at, at + SPANS_A_READ));
      for (const block of decodeNative(await this.#engine.read(sql, this.#call))) {
        for (let row = 0; row < block.rows; row++) lasting.add(block.column('trace_id').hex(row));
      }
    }
    return spans.filter(({ traceId }) => lasting.has(traceId));
  }

  async #spans(sql: string): Promise<FoundSpan[]> {
    return decodeNative(await this.#engine.read(sql, this.#call)).flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => foundIn(block, row)),
    );
  }
}

function foundIn(block: NativeBlock, row: number): FoundSpan {
  return {
    traceId: block.column('trace_id').hex(row) as TraceId,
    spanId: block.column('span_id').hex(row) as SpanId,
    startNanos: block.column('start').bigint(row),
    durationNanos: block.column('duration').bigint(row),
    rest: block.column('rest').bigint(row),
  };
}

function keyOf({ traceId, spanId, rest }: FoundSpan): string {
  return `${traceId} ${spanId} ${rest}`;
}

function placeOf(span: FoundSpan, { order }: SearchQuery): SpanPosition {
  const { traceId, spanId, rest } = span;
  return { traceId, spanId, rest, rank: order === 'newest' ? span.startNanos : span.durationNanos };
}

function descending<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}

function isEmpty({ window }: SearchQuery): boolean {
  return window.fromNanos >= window.toNanos;
}
