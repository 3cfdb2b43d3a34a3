import type { AdjustedSpan } from '../adjust/adjusted-span.ts';
import { presentTraceId } from './present-references.ts';
import { SpanPresenter } from './present-span.ts';
import { TagPresenter } from './present-tags.ts';
import { ProcessTable } from './process-table.ts';

/** Enough that a write is worth its call, little enough to wait for a slow client with. */
const PIECE_CHARS = 32 * 1024;

/**
 * One trace as the first generation of the API has it: compact JSON as Go writes it, in pieces of about 32 KiB (one span
 * is never cut). Each span is asked for when its turn comes, and the trace is never one text.
 */
export function* presentTrace(spans: Iterable<AdjustedSpan>): Generator<string> {
  const presenter = new TracePresenter();
  yield* presenter.spans(spans);
  yield* presenter.end();
}

/** The same of a trace that comes in chunks. */
export async function* presentChunks(chunks: AsyncIterable<Iterable<AdjustedSpan>>): AsyncGenerator<string> {
  const presenter = new TracePresenter();
  for await (const spans of chunks) yield* presenter.spans(spans);
  yield* presenter.end();
}

class TracePresenter {
  readonly #processes: ProcessTable;
  readonly #presenter: SpanPresenter;
  #piece = '';
  #isBegun = false;

  constructor() {
    const tags = new TagPresenter();
    this.#processes = new ProcessTable(tags);
    this.#presenter = new SpanPresenter(tags, this.#processes);
  }

  *spans(spans: Iterable<AdjustedSpan>): Generator<string> {
    for (const span of spans) {
      if (this.#isBegun) this.#piece += ',';
      else this.#begin(presentTraceId(span.span.traceId));
      this.#piece += this.#presenter.present(span);
      if (this.#piece.length >= PIECE_CHARS) yield this.#take();
    }
  }

  *end(): Generator<string> {
    if (!this.#isBegun) this.#begin('');
    this.#piece += '],"processes":{';
    let separator = '';
    for (const member of this.#processes.members()) {
      this.#piece += separator + member;
      separator = ',';
      if (this.#piece.length >= PIECE_CHARS) yield this.#take();
    }
    yield `${this.#take()}},"warnings":null}`;
  }

  #begin(traceId: string): void {
    this.#isBegun = true;
    this.#piece = `{"traceID":"${traceId}","spans":[`;
  }

  #take(): string {
    const piece = this.#piece;
    this.#piece = '';
    return piece;
  }
}
