import { expect, test } from 'vitest';
import { createMetrics, scrape } from '../platform/metrics.ts';
import { createSpace } from '../space/space.ts';
import { countReceipts, countRequests } from './observe-intake.ts';

const SPACE = createSpace('acme', 'shop', 'traces');

test('receipts are counted by what became of the spans', async () => {
  const metrics = createMetrics();
  const receipt = {
    accepted: 5,
    fragments: 4,
    rejected: 3,
    clamped: 1,
    reasons: { 'trace-id': 2, 'too-old': 1 },
    message: '',
  };
  const intake = countReceipts(
    { admit: () => () => undefined, accept: () => Promise.resolve(receipt) },
    metrics.intake,
  );

  expect(await intake.accept(SPACE, new Uint8Array(), () => [][Symbol.iterator]() as never)).toBe(receipt);
  const text = await scrape(metrics);
  expect(text).toContain('\nspanhouse_spans_accepted_total 5\n');
  expect(text).toContain('\nspanhouse_fragments_accepted_total 4\n');
  expect(text).toContain('\nspanhouse_spans_clamped_total 1\n');
  expect(text).toContain('\nspanhouse_spans_refused_total{reason="trace-id"} 2\n');
  expect(text).toContain('\nspanhouse_spans_refused_total{reason="too-old"} 1\n');
});

test('bytes in work are counted until they are released, once', async () => {
  const metrics = createMetrics();
  const intake = countReceipts(
    { admit: () => () => undefined, accept: () => Promise.reject(new Error()) },
    metrics.intake,
  );
  const release = intake.admit(100);
  intake.admit(20);
  expect(await scrape(metrics)).toContain('\nspanhouse_intake_inflight_bytes 120\n');
  release();
  release();
  expect(await scrape(metrics)).toContain('\nspanhouse_intake_inflight_bytes 20\n');
});

test('requests are counted by protocol and outcome', async () => {
  const metrics = createMetrics();
  const observe = countRequests(metrics.intake);
  const finished = { receipt: undefined, durationMs: 20, bodyBytes: 300 } as const;
  observe({ ...finished, protocol: 'otlp-http', format: 'json', outcome: 'ok' });
  observe({ ...finished, protocol: 'otlp-grpc', format: undefined, outcome: 'overloaded', bodyBytes: 0 });

  const text = await scrape(metrics);
  expect(text).toContain('\nspanhouse_intake_requests_total{protocol="otlp-http-json",code="ok"} 1\n');
  expect(text).toContain('\nspanhouse_intake_requests_total{protocol="otlp-grpc",code="overloaded"} 1\n');
  expect(text).toContain('\nspanhouse_intake_body_bytes_total{protocol="otlp-http-json"} 300\n');
  expect(text).toContain('\nspanhouse_intake_request_seconds_sum{protocol="otlp-http-json"} 0.02\n');
});
