import { type Frame, float64Field, stringField } from '../../frames/frame.ts';
import { type SpanTree, selfNanos, traceNanos } from './span-tree.ts';
import { STATUS_NAMES, type TraceSpan } from './trace-span.ts';

/** Colours that panels know by these names, in light and dark themes. */
const ERROR_COLOR = 'red';

interface Node {
  readonly id: string;
  readonly span: TraceSpan;
  /** Of the whole trace's time, between 0 and 1. */
  readonly share: number;
  readonly selfNanos: bigint;
  readonly selfShare: number;
}

/** The trace as a graph of its spans: a node each, coloured by what of the trace's time it spent on itself. */
export function presentGraph({ spans, childrenOf }: SpanTree, refId: string): readonly [Frame, Frame] {
  const total = traceNanos(spans);
  const ids = uniqueIds(spans);
  const nodes = spans.map((span): Node => {
    const own = selfNanos(span, childrenOf(span));
    return {
      id: ids.get(span)!,
      span,
      share: shareOf(span.durationNanos, total),
      selfNanos: own,
      selfShare: shareOf(own, total),
    };
  });
  const edges = spans.flatMap((span) =>
    childrenOf(span).map((child) => ({ source: ids.get(span)!, target: ids.get(child)! })),
  );
  return [presentNodes(nodes, refId), presentEdges(edges, refId)];
}

function presentNodes(nodes: readonly Node[], refId: string): Frame {
  const all = <T>(read: (node: Node) => T): T[] => nodes.map(read);
  return {
    name: `${refId}_nodes`,
    refId,
    meta: { preferredVisualisationType: 'nodeGraph' },
    fields: [
      stringField(
        'id',
        all(({ id }) => id),
      ),
      stringField(
        'title',
        all(({ span }) => span.service),
      ),
      stringField(
        'subtitle',
        all(({ span }) => span.operation),
      ),
      stringField(
        'mainstat',
        all(({ span, share }) => presentStat(span.durationNanos, share)),
        {
          displayName: 'Total time (% of trace)',
        },
      ),
      stringField(
        'secondarystat',
        all((node) => presentStat(node.selfNanos, node.selfShare)),
        {
          displayName: 'Self time (% of trace)',
        },
      ),
      float64Field(
        'color',
        all(({ selfShare }) => selfShare),
        {
          color: { mode: 'continuous-GrYlRd' },
          min: 0,
          max: 1,
        },
      ),
      float64Field(
        'arc__error',
        all(({ span }) => (span.statusCode === 2 ? 1 : 0)),
        {
          displayName: 'Error',
          color: { mode: 'fixed', fixedColor: ERROR_COLOR },
        },
      ),
      stringField(
        'detail__kind',
        all(({ span }) => span.kind),
        { displayName: 'Kind' },
      ),
      stringField(
        'detail__status',
        all(({ span }) => presentStatus(span)),
        { displayName: 'Status' },
      ),
    ],
  };
}

function presentEdges(
  edges: readonly { readonly source: string; readonly target: string }[],
  refId: string,
): Frame {
  return {
    name: `${refId}_edges`,
    refId,
    meta: { preferredVisualisationType: 'nodeGraph' },
    fields: [
      stringField(
        'id',
        edges.map(({ source, target }) => `${source}--${target}`),
      ),
      stringField(
        'source',
        edges.map(({ source }) => source),
      ),
      stringField(
        'target',
        edges.map(({ target }) => target),
      ),
    ],
  };
}

/** Spans may share an id, nodes must not. */
function uniqueIds(spans: readonly TraceSpan[]): ReadonlyMap<TraceSpan, string> {
  const times = new Map<string, number>();
  return new Map(
    spans.map((span) => {
      const time = (times.get(span.spanId) ?? 0) + 1;
      times.set(span.spanId, time);
      return [span, time === 1 ? span.spanId : `${span.spanId}-${time}`];
    }),
  );
}

function shareOf(nanos: bigint, total: bigint): number {
  return total === 0n ? 0 : Number(nanos) / Number(total);
}

function presentStatus({ statusCode, statusMessage }: TraceSpan): string {
  const name = STATUS_NAMES[statusCode];
  return statusMessage === '' ? name : `${name}: ${statusMessage}`;
}

function presentStat(nanos: bigint, share: number): string {
  return `${presentNanos(Number(nanos))} (${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))}%)`;
}

function presentNanos(nanos: number): string {
  if (nanos < 1_000) return `${nanos}ns`;
  if (nanos < 1_000_000) return `${threeDigits(nanos / 1_000)}µs`;
  return nanos < 1_000_000_000
    ? `${threeDigits(nanos / 1_000_000)}ms`
    : `${threeDigits(nanos / 1_000_000_000)}s`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
