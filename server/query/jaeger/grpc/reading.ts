import { Fault } from '../../../errors/fault.ts';
import type { Span, TraceId } from '../../../span/span.ts';
import type { TraceSource } from '../../trace-source.ts';
import type { Asked } from './calls.ts';
import { type Search, searchAsked } from './search.ts';

/** How an interface shows the spans of a trace. */
export interface View<T> {
  readonly raw: (spans: readonly Span[]) => readonly T[];
  readonly adjusted: (spans: readonly Span[]) => readonly T[];
}

/** Traces as an interface shows them. */
export class TraceReading<T> {
  readonly #source: TraceSource;
  readonly #view: View<T>;

  constructor(source: TraceSource, view: View<T>) {
    this.#source = source;
    this.#view = view;
  }

  /** One trace; what is adjusted must be whole, what is raw comes as it is read. */
  async *one(traceId: TraceId, isRaw: boolean, asked: Asked): AsyncGenerator<readonly T[]> {
    if (isRaw) yield* this.#raw(traceId, asked);
    else yield this.#view.adjusted(known(await this.#source.wholeTrace(asked.space, traceId, asked.call)));
  }

  /** The traces of a search, each whole, in its order. */
  async *search(search: Search, isRaw: boolean, asked: Asked): AsyncGenerator<readonly T[]> {
    const show = isRaw ? this.#view.raw : this.#view.adjusted;
    const { traces } = await searchAsked(search, (query) =>
      this.#source.search(asked.space, query, asked.call),
    );
    for await (const { spans } of traces) yield show(spans);
  }

  async *#raw(traceId: TraceId, { space, call }: Asked): AsyncGenerator<readonly T[]> {
    let isKnown = false;
    for await (const chunk of this.#source.trace(space, traceId, call)) {
      isKnown = true;
      yield this.#view.raw(chunk);
    }
    if (!isKnown) known([]);
  }
}

/** Refuses a trace that is not there. */
function known(spans: readonly Span[]): readonly Span[] {
  if (spans.length === 0) throw new Fault('not-found', 'trace not found');
  return spans;
}
