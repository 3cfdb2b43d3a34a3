import {
  type Labels,
  type Sample,
  histogramSamples,
  presentComment,
  presentFamily,
} from './present-exposition.ts';
import type { Counts, EdgeCounts, OperationCounts } from './counts.ts';
import { EDGE_BOUNDS, LATENCY_BOUNDS, type Shown, type SpanMetrics } from './span-metrics.ts';

const NANOS_PER_SECOND = 1_000_000_000;

/** Under the names and labels of Tempo's metrics generator, so that dashboards made for it find them. */
export function* presentSpanMetrics({ operations, edges }: SpanMetrics): Generator<string> {
  yield* cutNotice(operations, 'operations');
  yield* presentFamily(
    { name: 'traces_spanmetrics_calls_total', type: 'counter', help: 'Spans since midnight (UTC)' },
    operations.items.flatMap(callSamples),
  );
  yield* presentFamily(
    {
      name: 'traces_spanmetrics_latency',
      type: 'histogram',
      help: 'Durations of spans since midnight (UTC) in seconds, within one percent',
    },
    spreadSamples(operations.items, operationLabels, LATENCY_BOUNDS),
  );
  yield* cutNotice(edges, 'edges');
  yield* presentFamily(
    {
      name: 'traces_service_graph_request_total',
      type: 'counter',
      help: 'Calls between services since midnight (UTC)',
    },
    edges.items.map((edge) => ({ labels: edgeLabels(edge), value: edge.calls })),
  );
  yield* presentFamily(
    {
      name: 'traces_service_graph_request_failed_total',
      type: 'counter',
      help: 'Calls between services that failed since midnight (UTC)',
    },
    edges.items.map((edge) => ({ labels: edgeLabels(edge), value: edge.errors })),
  );
  yield* presentFamily(
    {
      name: 'traces_service_graph_request_server_seconds',
      type: 'histogram',
      help: 'Durations of calls between services, as the called service saw them, within one percent',
    },
    spreadSamples(edges.items, edgeLabels, EDGE_BOUNDS),
  );
}

function* cutNotice({ items, known }: Shown<Counts>, what: string): Generator<string> {
  if (items.length === known) return;
  yield presentComment(
    `CUT: of ${known} ${what} only the ${items.length} with the most calls since midnight are given`,
  );
}

/** Also where nothing failed: a counter that is there at nothing shows the first error as a step. */
function callSamples(counts: OperationCounts): readonly Sample[] {
  const labels = operationLabels(counts);
  return [
    { labels: { ...labels, status_code: 'STATUS_CODE_UNSET' }, value: counts.calls - counts.errors },
    { labels: { ...labels, status_code: 'STATUS_CODE_ERROR' }, value: counts.errors },
  ];
}

function* spreadSamples<T extends Counts>(
  items: readonly T[],
  labelsOf: (item: T) => Labels,
  bounds: readonly number[],
): Generator<Sample> {
  for (const item of items) {
    if (item.spread === undefined) continue;
    const { atMost, sumNanos } = item.spread;
    yield* histogramSamples(labelsOf(item), bounds, {
      atMost,
      sum: Number(sumNanos) / NANOS_PER_SECOND,
      count: item.calls,
    });
  }
}

function operationLabels({ service, operation, kind }: OperationCounts): Labels {
  return { service, span_name: operation, span_kind: `SPAN_KIND_${kind.toUpperCase()}` };
}

function edgeLabels({ parent, child }: EdgeCounts): Labels {
  return { client: parent, server: child, connection_type: '' };
}
