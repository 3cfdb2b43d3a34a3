import { expect, test } from 'vitest';
import { CALL_RATE, ERROR_RATE, latenciesOf, presentMetricFamily } from './present-metric-family.ts';

const MOMENTS = [1_767_225_600_000, 1_767_225_660_120];

test('is the JSON of the protobuf message', () => {
  const series = [{ service: 'emailservice', points: [] }];
  const pieces = presentMetricFamily({ ...latenciesOf(0.95), byOperation: false }, series, MOMENTS, () => [
    12.5,
    Number.NaN,
  ]);
  expect([...pieces].join('')).toBe(
    '{"name":"service_latencies","type":"GAUGE","help":"0.95th quantile latency, grouped by service",' +
      '"metrics":[{"labels":[{"name":"service_name","value":"emailservice"}],"metricPoints":[' +
      '{"gaugeValue":{"doubleValue":12.5},"timestamp":"2026-01-01T00:00:00Z"},' +
      '{"gaugeValue":{"doubleValue":"NaN"},"timestamp":"2026-01-01T00:01:00.120Z"}]}]}',
  );
});

test('by operation, with what HTML would take for its own', () => {
  const series = [
    { service: 'a', operation: '<GET> "/"', points: [] },
    { service: 'b', operation: '', points: [] },
  ];
  const pieces = presentMetricFamily({ ...ERROR_RATE, byOperation: true }, series, [0], () => [0]);
  expect([...pieces].join('')).toBe(
    '{"name":"service_operation_error_rate","type":"GAUGE",' +
      '"help":"error rate, computed as a fraction of errors/sec over calls/sec, grouped by service \\u0026 operation",' +
      '"metrics":[{"labels":[{"name":"service_name","value":"a"},{"name":"operation","value":"\\u003cGET\\u003e \\"/\\""}],' +
      '"metricPoints":[{"gaugeValue":{"doubleValue":0},"timestamp":"1970-01-01T00:00:00Z"}]},' +
      '{"labels":[{"name":"service_name","value":"b"},{"name":"operation","value":""}],' +
      '"metricPoints":[{"gaugeValue":{"doubleValue":0},"timestamp":"1970-01-01T00:00:00Z"}]}]}',
  );
});

test.each([
  ['no series', [], MOMENTS],
  ['no moments', [{ service: 'a', points: [] }], []],
])('%s: metrics are an empty array', (_, series, moments) => {
  const pieces = presentMetricFamily({ ...CALL_RATE, byOperation: false }, series, moments, () => []);
  expect([...pieces].join('')).toBe(
    '{"name":"service_call_rate","type":"GAUGE","help":"calls/sec, grouped by service","metrics":[]}',
  );
});
