import { archiveOf } from '../space/archive.ts';
import type { Space } from '../space/space.ts';
import type { Span, TraceId } from '../span/span.ts';
import type { Call, FoundTrace, SearchQuery, TraceStore } from '../store/trace-store.ts';

/** All spans of one trace, by start. */
export interface Trace {
  readonly traceId: TraceId;
  readonly spans: readonly Span[];
}

/** Spans of one trace, in their order. */
export type SpanChunks = AsyncIterable<readonly Span[]>;

export interface FoundTraces {
  /** In the order of the search. */
  readonly found: readonly FoundTrace[];
  /** For the next page; absent when there are no more. */
  readonly cursor: string | undefined;
  readonly traces: AsyncIterable<Trace>;
}

/** Traces that are read together: enough that a statement is worth its planning, few enough to be held. */
const TRACES_A_READ = 50;
/** Spans that are archived in one write. */
const SPANS_A_WRITE = 2_000;
const NO_HINT = {};

/**
 * What every face of the query server asks of the store: the same answers over both generations of HTTP and over gRPC.
 * What is not in the space is looked for in its archive.
 */
export class TraceSource {
  readonly #store: TraceStore;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /** One trace, in the space or in its archive; nothing if it is in neither. */
  async *trace(space: Space, traceId: TraceId, call: Call): AsyncGenerator<readonly Span[]> {
    for (const place of [space, archiveOf(space)]) {
      let isThere = false;
      for await (const chunk of readAhead(this.#store.trace(place, traceId, NO_HINT, call))) {
        if (chunk.length === 0) continue;
        isThere = true;
        yield chunk;
      }
      if (isThere) return;
    }
  }

  /** One trace whole. */
  async wholeTrace(space: Space, traceId: TraceId, call: Call): Promise<readonly Span[]> {
    const spans: Span[] = [];
    for await (const chunk of this.trace(space, traceId, call)) for (const span of chunk) spans.push(span);
    return spans;
  }

  /** Those of the traces that are there, in the order of their ids. */
  async *traces(space: Space, traceIds: readonly TraceId[], call: Call): AsyncGenerator<Trace> {
    for (let at = 0; at < traceIds.length; at += TRACES_A_READ) {
      const ids = traceIds.slice(at, at + TRACES_A_READ);
      const byId = await this.#read(space, ids, call);
      const missing = ids.filter((id) => !byId.has(id));
      const archived = missing.length === 0 ? undefined : await this.#read(archiveOf(space), missing, call);
      for (const traceId of ids) {
        const spans = byId.get(traceId) ?? archived?.get(traceId);
        if (spans !== undefined) yield { traceId, spans };
      }
    }
  }

  /** Traces that match, whole. They are read as they are taken. */
  async search(space: Space, query: SearchQuery, call: Call): Promise<FoundTraces> {
    const { traces: found, cursor } = await this.#store.search(space, query, call);
    const ids = found.map(({ traceId }) => traceId);
    return { found, cursor, traces: this.traces(space, ids, call) };
  }

  /** Keeps the trace past the retention of its space; false if it is not there. Done twice it changes nothing. */
  async archive(space: Space, traceId: TraceId, call: Call): Promise<boolean> {
    let known = false;
    for await (const chunk of this.trace(space, traceId, call)) {
      known = true;
      for (let at = 0; at < chunk.length; at += SPANS_A_WRITE) {
        await this.#store.write(archiveOf(space), chunk.slice(at, at + SPANS_A_WRITE), call);
      }
    }
    return known;
  }

  async #read(
    space: Space,
    ids: readonly TraceId[],
    call: Call,
  ): Promise<ReadonlyMap<TraceId, readonly Span[]>> {
    const byId = new Map<TraceId, Span[]>();
    for await (const chunk of this.#store.traces(space, ids, NO_HINT, call)) {
      for (const span of chunk) {
        const spans = byId.get(span.traceId);
        if (spans === undefined) byId.set(span.traceId, [span]);
        else spans.push(span);
      }
    }
    return byId;
  }
}

/** Asks for the next item while the last is worked on: the engine works meanwhile. */
async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // It may fail while nobody waits for it yet, or any more: that must not end the process.
    next.catch(() => undefined);
    return next;
  };
  let next = ask();
  try {
    for (;;) {
      const item = await next;
      if (item.done === true) return;
      next = ask();
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}
