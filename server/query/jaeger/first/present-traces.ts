import type { Span } from '../../../span/span.ts';
import type { AdjustedSpan } from '../adjust/adjust-trace.ts';
import { type EnvelopeEnd, OPENING, presentEnvelopeEnd } from './envelope.ts';
import { presentTrace } from './present-trace.ts';

/** All spans of one trace. */
interface WholeTrace {
  readonly spans: readonly Span[];
}

/**
 * An envelope of traces, in pieces. Nothing comes before the first trace is there, so that until then a failure can be
 * answered as one; what stands behind the traces is asked for when they are all written.
 */
export async function* presentTraces(
  traces: Iterable<WholeTrace> | AsyncIterable<WholeTrace>,
  adjust: (spans: readonly Span[]) => readonly AdjustedSpan[],
  end: () => EnvelopeEnd = () => ({}),
): AsyncGenerator<string, void> {
  let before = `${OPENING}[`;
  for await (const { spans } of traces) {
    yield before;
    before = ',';
    yield* presentTrace(adjust(spans));
  }
  const opening = before === ',' ? '' : before;
  yield `${opening}]${presentEnvelopeEnd(end())}`;
}
