import type { TraceSpan } from './trace-span.ts';

export interface SpanTree {
  /** Parents before their children, siblings by start; what hangs on nothing that is there stands as a root. */
  readonly spans: readonly TraceSpan[];
  /** By start. Of spans that share an id, the first has the children. */
  readonly childrenOf: (span: TraceSpan) => readonly TraceSpan[];
}

/** Works for whatever was sent: parents that are missing, ids that stand twice, spans that are their own ancestors. */
export function growTree(spans: readonly TraceSpan[]): SpanTree {
  const byStart = [...spans].sort((one, other) => compare(one.startNanos, other.startNanos));
  const byId = new Map<string, TraceSpan>();
  for (const span of byStart) if (!byId.has(span.spanId)) byId.set(span.spanId, span);
  const children = new Map<TraceSpan, TraceSpan[]>();
  const roots: TraceSpan[] = [];
  for (const span of byStart) {
    const parent = span.parentSpanId === null ? undefined : byId.get(span.parentSpanId);
    if (parent === undefined || parent === span) roots.push(span);
    else addTo(children, parent, span);
  }
  const childrenOf = (span: TraceSpan): readonly TraceSpan[] => children.get(span) ?? [];
  return { spans: walk([...roots, ...byStart], childrenOf), childrenOf };
}

function addTo(children: Map<TraceSpan, TraceSpan[]>, parent: TraceSpan, child: TraceSpan): void {
  const siblings = children.get(parent);
  if (siblings === undefined) children.set(parent, [child]);
  else siblings.push(child);
}

/** From each start that was not reached from one before: so a circle is entered where it begins. */
function walk(starts: readonly TraceSpan[], childrenOf: SpanTree['childrenOf']): readonly TraceSpan[] {
  const seen = new Set<TraceSpan>();
  for (const start of starts) {
    const waiting = [start];
    for (let span = waiting.pop(); span !== undefined; span = waiting.pop()) {
      if (seen.has(span)) continue;
      seen.add(span);
      waiting.push(...childrenOf(span).toReversed());
    }
  }
  return [...seen];
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}

/** What a span spent on itself: its time less that in which any of its children ran. */
export function selfNanos(span: TraceSpan, children: readonly TraceSpan[]): bigint {
  const end = span.startNanos + span.durationNanos;
  let covered = 0n;
  let reached = span.startNanos;
  for (const child of children) {
    const from = child.startNanos > reached ? child.startNanos : reached;
    const childEnd = child.startNanos + child.durationNanos;
    const to = childEnd < end ? childEnd : end;
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return span.durationNanos - covered;
}

/** From the first start to the last end. */
export function traceNanos(spans: readonly TraceSpan[]): bigint {
  const [first] = spans;
  if (first === undefined) return 0n;
  let { startNanos } = first;
  let endNanos = startNanos;
  for (const span of spans) {
    if (span.startNanos < startNanos) ({ startNanos } = span);
    const end = span.startNanos + span.durationNanos;
    if (end > endNanos) endNanos = end;
  }
  return endNanos - startNanos;
}
