import { type NativeBlock, decodeNative, decodeNativeStream } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { Span, TraceId } from '../../span/span.ts';
import type { Call } from '../../store/trace-store.ts';
import { bucketOf } from '../compile/scope.ts';
import {
  type TraceBucket,
  compileTraceBuckets,
  compileTraceSpans,
  compileTraceStart,
  compileTracesSpans,
} from '../compile/trace.ts';
import type { Deployment } from '../deployment.ts';
import type { EngineReads } from '../engine/engine.ts';
import { DistinctSpans } from './distinct-spans.ts';
import { isAnyApart } from './span-reader.ts';
import type { FragmentReader } from './fragment-reader.ts';
import type { OriginReader } from './origins.ts';

/**
 * Spans that are read in one go; a trace with more is streamed. A stream holds a connection while its reader is slow,
 * and the embedded engine begins one on the event loop, so small traces had better not be streams.
 */
const WHOLE_SPANS = 4_000;
/** Ids of one statement that asks where traces lie. */
const MAX_IDS = 1_000;
/** Buckets of one statement: a trace of days is read in several. */
const MAX_BUCKETS = 2_000;

/**
 * Reads whole traces: first where they lie, from the projection, then their rows, by the key. For one trace both are one
 * statement, unless it turns out to be large.
 */
export class TraceReader {
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

  async *trace(space: Space, traceId: TraceId, call: Call): AsyncGenerator<readonly Span[]> {
    const sql = compileTraceStart(space, traceId, WHOLE_SPANS + 1, this.#deployment);
    const blocks = decodeNative(await this.#engine.read(sql, call));
    const distinct = new DistinctSpans();
    for (const block of blocks) yield await this.#present(space, block, distinct, call);
    const fromNanos = blocks.map(lastStart).findLast((start) => start !== undefined);
    if (fromNanos === undefined || countRows(blocks) <= WHOLE_SPANS) return;
    yield* this.#largeTrace(space, traceId, call, { fromNanos, distinct });
  }

  /** The whole trace, or what is left of it from the nanosecond on in which reading stopped: some spans of that come again. */
  async *#largeTrace(
    space: Space,
    traceId: TraceId,
    call: Call,
    { fromNanos, distinct }: Rest = { distinct: new DistinctSpans() },
  ): AsyncGenerator<readonly Span[]> {
    const places = await this.places(space, [traceId], call);
    const firstBucket = fromNanos === undefined ? 0 : bucketOf(fromNanos);
    for (const run of runsOf(places.filter(({ bucket }) => bucket >= firstBucket))) {
      const part = { traceId, buckets: run.buckets, fromNanos };
      if (run.spans > WHOLE_SPANS) yield* this.#stream(space, part, distinct, call);
      else
        yield* this.#spans(
          space,
          compileTraceSpans(space, traceId, run.buckets, { fromNanos }),
          distinct,
          call,
        );
    }
  }

  /**
   * What came apart is asked for by a statement of its own for every part that is read, while the stream would hold its
   * connection. So from the first such span on there are pages, which hold none.
   */
  async *#stream(
    space: Space,
    part: TracePart,
    distinct: DistinctSpans,
    call: Call,
  ): AsyncGenerator<readonly Span[]> {
    let { fromNanos } = part;
    let isApart = false;
    const sql = compileTraceSpans(space, part.traceId, part.buckets, { fromNanos });
    for await (const block of decodeNativeStream(this.#engine.stream(sql, call))) {
      isApart = isAnyApart(block);
      if (isApart) break;
      yield await this.#present(space, block, distinct, call);
      fromNanos = lastStart(block) ?? fromNanos;
    }
    if (isApart) yield* this.#pages(space, { ...part, fromNanos }, distinct, call);
  }

  async *#pages(
    space: Space,
    { traceId, buckets, ...part }: TracePart,
    distinct: DistinctSpans,
    call: Call,
  ): AsyncGenerator<readonly Span[]> {
    let { fromNanos } = part;
    for (let limit = WHOLE_SPANS; ;) {
      const sql = compileTraceSpans(space, traceId, buckets, { fromNanos, limit });
      const blocks = decodeNative(await this.#engine.read(sql, call));
      for (const block of blocks) yield await this.#present(space, block, distinct, call);
      if (countRows(blocks) < limit) return;
      const reached = blocks.map(lastStart).findLast((start) => start !== undefined);
      // A page begins with the nanosecond in which the last one ended: it must be larger than what begins in one.
      limit = reached === fromNanos ? limit * 2 : WHOLE_SPANS;
      fromNanos = reached;
    }
  }

  async *traces(space: Space, traceIds: readonly TraceId[], call: Call): AsyncGenerator<readonly Span[]> {
    for (let at = 0; at < traceIds.length; at += MAX_IDS) {
      const places = await this.places(space, traceIds.slice(at, at + MAX_IDS), call);
      const { together, alone } = groupTraces(places);
      for (const group of together) {
        const sql = compileTracesSpans(space, group);
        yield* this.#spans(space, sql, new DistinctSpans(), call);
      }
      for (const traceId of alone) yield* this.#largeTrace(space, traceId, call);
    }
  }

  /** Where the traces lie, ordered by trace and bucket; those that are unknown are left out. */
  async places(space: Space, traceIds: readonly TraceId[], call: Call): Promise<TraceBucket[]> {
    if (traceIds.length === 0) return [];
    const sql = compileTraceBuckets(space, traceIds, this.#deployment);
    const blocks = decodeNative(await this.#engine.read(sql, call));
    return blocks.flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => ({
        traceId: block.column('trace_id').hex(row) as TraceId,
        bucket: block.column('bucket').number(row),
        spans: block.column('spans').number(row),
      })),
    );
  }

  async *#spans(
    space: Space,
    sql: string,
    distinct: DistinctSpans,
    call: Call,
  ): AsyncGenerator<readonly Span[]> {
    for (const block of decodeNative(await this.#engine.read(sql, call))) {
      yield await this.#present(space, block, distinct, call);
    }
  }

  async #present(
    space: Space,
    block: NativeBlock,
    distinct: DistinctSpans,
    call: Call,
  ): Promise<readonly Span[]> {
    const batch = distinct.of(block, await this.#origins.of(space, [block], call));
    return this.#fragments.complete(space, batch, call);
  }
}

/** Where reading a trace goes on. */
interface Rest {
  readonly fromNanos?: bigint;
  /** Knows the spans of that nanosecond that have been given out. */
  readonly distinct: DistinctSpans;
}

/** What of a trace lies in these buckets, from a time on. */
interface TracePart {
  readonly traceId: TraceId;
  readonly buckets: readonly number[];
  readonly fromNanos: bigint | undefined;
}

function countRows(blocks: readonly NativeBlock[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

/** Of a block whose rows are ordered by it; undefined if there are none. */
function lastStart(block: NativeBlock): bigint | undefined {
  return block.rows === 0 ? undefined : block.column('start').bigint(block.rows - 1);
}

interface Run {
  readonly buckets: readonly number[];
  readonly spans: number;
}

/** Cuts a trace's buckets into statements, each of which reads no more than a whole, or one bucket that holds more. */
function runsOf(places: readonly TraceBucket[]): Run[] {
  const runs: { buckets: number[]; spans: number }[] = [];
  for (const { bucket, spans } of places) {
    const last = runs.at(-1);
    if (last !== undefined && last.buckets.length < MAX_BUCKETS && last.spans + spans <= WHOLE_SPANS) {
      last.buckets.push(bucket);
      last.spans += spans;
    } else {
      runs.push({ buckets: [bucket], spans });
    }
  }
  return runs;
}

/** Traces that are read by one statement, and those too large for company. */
function groupTraces(places: readonly TraceBucket[]): { together: TraceBucket[][]; alone: TraceId[] } {
  const together: TraceBucket[][] = [];
  const alone: TraceId[] = [];
  let room = 0;
  for (const trace of tracesOf(places)) {
    const spans = trace.reduce((sum, place) => sum + place.spans, 0);
    if (spans > WHOLE_SPANS || trace.length > MAX_BUCKETS) {
      alone.push(trace[0]!.traceId);
    } else if (spans <= room) {
      together.at(-1)!.push(...trace);
      room -= spans;
    } else {
      together.push([...trace]);
      room = WHOLE_SPANS - spans;
    }
  }
  return { together, alone };
}

function tracesOf(places: readonly TraceBucket[]): TraceBucket[][] {
  const traces: TraceBucket[][] = [];
  for (const place of places) {
    const last = traces.at(-1);
    if (last?.[0]!.traceId === place.traceId) last.push(place);
    else traces.push([place]);
  }
  return traces;
}
