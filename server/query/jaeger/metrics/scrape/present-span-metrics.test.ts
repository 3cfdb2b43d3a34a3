import { expect, test } from 'vitest';
import { presentSpanMetrics } from './present-span-metrics.ts';
import type { EdgeCounts, OperationCounts } from './counts.ts';

const shown = <T>(...items: T[]) => ({ items, known: items.length });

test('Tempo’s names and labels', () => {
  const operation: OperationCounts = {
    service: 'shop',
    operation: 'say "hi"\\\n',
    kind: 'server',
    calls: 10,
    errors: 3,
    spread: { atMost: [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 9], sumNanos: 20_500_000_000n },
  };
  const edge: EdgeCounts = {
    parent: 'shop',
    child: 'db',
    calls: 5,
    errors: 0,
    spread: { atMost: [5, 5, 5, 5, 5, 5, 5, 5], sumNanos: 250_000_000n },
  };
  const text = [...presentSpanMetrics({ operations: shown(operation), edges: shown(edge) })].join('');
  expect(text).toBe(String.raw`# HELP traces_spanmetrics_calls_total Spans since midnight (UTC)
# TYPE traces_spanmetrics_calls_total counter
traces_spanmetrics_calls_total{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"} 7
traces_spanmetrics_calls_total{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_ERROR"} 3
# HELP traces_spanmetrics_latency Durations of spans since midnight (UTC) in seconds, within one percent
# TYPE traces_spanmetrics_latency histogram
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.002"} 1
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.004"} 1
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.008"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.016"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.032"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.064"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.128"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.256"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="0.512"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="1.024"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="2.048"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="4.096"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="8.192"} 2
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="16.384"} 9
traces_spanmetrics_latency_bucket{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER",le="+Inf"} 10
traces_spanmetrics_latency_sum{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER"} 20.5
traces_spanmetrics_latency_count{service="shop",span_name="say \"hi\"\\\n",span_kind="SPAN_KIND_SERVER"} 10
# HELP traces_service_graph_request_total Calls between services since midnight (UTC)
# TYPE traces_service_graph_request_total counter
traces_service_graph_request_total{client="shop",server="db",connection_type=""} 5
# HELP traces_service_graph_request_failed_total Calls between services that failed since midnight (UTC)
# TYPE traces_service_graph_request_failed_total counter
traces_service_graph_request_failed_total{client="shop",server="db",connection_type=""} 0
# HELP traces_service_graph_request_server_seconds Durations of calls between services, as the called service saw them, within one percent
# TYPE traces_service_graph_request_server_seconds histogram
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="0.1"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="0.2"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="0.4"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="0.8"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="1.6"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="3.2"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="6.4"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="12.8"} 5
traces_service_graph_request_server_seconds_bucket{client="shop",server="db",connection_type="",le="+Inf"} 5
traces_service_graph_request_server_seconds_sum{client="shop",server="db",connection_type=""} 0.25
traces_service_graph_request_server_seconds_count{client="shop",server="db",connection_type=""} 5
`);
});

test('says what is cut, and leaves out latencies where the store cannot tell', () => {
  const counts = { calls: 2, errors: 0 };
  const operations = {
    items: [{ service: 'a', operation: 'b', kind: 'internal', ...counts } as const],
    known: 7,
  };
  const text = [...presentSpanMetrics({ operations, edges: shown<EdgeCounts>() })].join('');
  expect(text).toMatch(/^# CUT: of 7 operations only the 1 with the most calls since midnight are given\n/);
  expect(text).not.toContain('edges');
  expect(text).not.toContain('_bucket');
  expect(text).toContain('span_kind="SPAN_KIND_INTERNAL",status_code="STATUS_CODE_UNSET"} 2\n');
});
