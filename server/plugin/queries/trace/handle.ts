import type { TraceQuery } from '../../../../src/contract/parse-query.ts';
import type { Notice } from '../../frames/frame.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askTrace } from './ask.ts';
import { presentGraph } from './present-graph.ts';
import { presentTrace } from './present.ts';
import { growTree } from './span-tree.ts';

/** Above, the graph would only slow the browser down: Grafana draws a few hundred nodes of it. */
const MAX_GRAPH_SPANS = 20_000;

/** The trace first: dashboards' trace panels take the first frame and no other. */
export const handleTrace: QueryHandler<TraceQuery> = async ({ traceId }, { refId }, context) => {
  const { spans, executed } = await askTrace(traceId, context);
  const tree = growTree(spans);
  const isLarge = spans.length > MAX_GRAPH_SPANS;
  const withGraph = context.dataSource.json.nodeGraph?.enabled !== false && !isLarge;
  const trace = presentTrace(tree.spans, {
    refId,
    executed,
    notices: isLarge ? [largeNotice(spans.length)] : [],
  });
  return withGraph ? [trace, ...presentGraph(tree, refId)] : [trace];
};

function largeNotice(count: number): Notice {
  return {
    severity: 'info',
    text: `This trace has ${count} spans. All of them are here; the graph of its spans is left out above ${MAX_GRAPH_SPANS}.`,
  };
}
