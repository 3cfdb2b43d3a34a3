import type { SpanId } from '../../../span/span.ts';
import type { Outline } from '../span-list.ts';
import type { Adjusted } from './adjusted-span.ts';

/**
 * Zipkin's clients give both sides of a call the same id. The server's span gets one of its own and becomes the child of
 * the client's, with everything that names the shared id as its parent.
 */
export function separateSharedIds<Shown extends Outline>(
  spans: readonly Adjusted<Shown>[],
): readonly Adjusted<Shown>[] {
  const clients = new Set<SpanId>();
  for (const { span } of spans) if (span.kind === 'client') clients.add(span.spanId);
  const isShared = ({ span }: Adjusted<Shown>): boolean => span.kind === 'server' && clients.has(span.spanId);
  if (!spans.some(isShared)) return spans;
  const unused = unusedIds(spans);
  const newIds = new Map<SpanId, SpanId>();
  const separated = spans.map((adjusted) => {
    if (!isShared(adjusted)) return adjusted;
    const sharedId = adjusted.span.spanId;
    const spanId = unused();
    newIds.set(sharedId, spanId);
    return { ...adjusted, span: { ...adjusted.span, spanId, parentSpanId: sharedId } };
  });
  // A server's span has its place already, and a span that names itself as its parent stays as odd as it was.
  return separated.map((adjusted, at) => {
    const { span } = adjusted;
    if (span.parentSpanId === undefined || span.parentSpanId === spans[at]!.span.spanId) return adjusted;
    const parentSpanId = newIds.get(span.parentSpanId);
    return parentSpanId === undefined ? adjusted : { ...adjusted, span: { ...span, parentSpanId } };
  });
}

/** The smallest ids that no span of the trace has. */
function unusedIds(spans: readonly Adjusted<Outline>[]): () => SpanId {
  const used = new Set(spans.map(({ span }) => span.spanId));
  let last = 0;
  return () => {
    for (;;) {
      const id = (++last).toString(16).padStart(16, '0') as SpanId;
      if (!used.has(id)) return id;
    }
  };
}
