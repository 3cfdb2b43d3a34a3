import type { AdjustedSpan } from '../adjust/adjust-trace.ts';
import { type EnvelopeEnd, OPENING, presentEnvelopeEnd } from './envelope.ts';
import { presentChunks, presentTrace } from './present-trace.ts';

/** All spans of one trace, however they are held. */
interface WholeTrace<Spans> {
  readonly spans: Spans;
}

/** Spans as they are shown, at once or in chunks. */
export type ShownSpans = Iterable<AdjustedSpan> | AsyncIterable<Iterable<AdjustedSpan>>;

/**
 * An envelope of traces, in pieces. Nothing comes before the first trace is there, so that until then a failure can be
 * answered as one; what stands behind the traces is asked for when they are all written.
 */
export async function* presentTraces<Spans>(
  traces: Iterable<WholeTrace<Spans>> | AsyncIterable<WholeTrace<Spans>>,
  adjust: (spans: Spans) => ShownSpans,
  end: () => EnvelopeEnd = () => ({}),
): AsyncGenerator<string, void> {
  let before = `${OPENING}[`;
  for await (const { spans } of traces) {
    yield before;
    before = ',';
    const shown = adjust(spans);
    yield* Symbol.asyncIterator in shown ? presentChunks(shown) : presentTrace(shown);
  }
  const opening = before === ',' ? '' : before;
  yield `${opening}]${presentEnvelopeEnd(end())}`;
}
