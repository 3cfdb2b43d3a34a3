import { expect, test } from 'vitest';
import { z } from 'zod';
import type { TraceId } from '../../../span/span.ts';
import type { TraceSummary } from '../../../store/trace-store.ts';
import { presentSummaries } from './present-summaries.ts';

const FULL: TraceSummary = {
  traceId: '00000000000000000000000000000001' as TraceId,
  startNanos: 1_000_000_000_000n,
  endNanos: 1_001_000_000_000n,
  spanCount: 3,
  errorCount: 1,
  orphanCount: 1,
  rootService: 'frontend',
  rootName: 'HTTP GET /',
  hasRoot: true,
  services: [
    { service: 'frontend', spanCount: 2, errorCount: 1 },
    { service: 'db', spanCount: 1, errorCount: 0 },
  ],
};
const ROOTLESS: TraceSummary = {
  ...FULL,
  startNanos: 0n,
  errorCount: 0,
  orphanCount: 0,
  hasRoot: false,
  services: [{ service: '', spanCount: 1, errorCount: 0 }],
};

test('services are sorted, counts of zero are left out', () => {
  expect(presentSummaries([FULL])).toBe(
    '{"traceId":"00000000000000000000000000000001","rootServiceName":"frontend","rootOperationName":"HTTP GET /",' +
      '"minStartTimeUnixNano":"1000000000000","maxEndTimeUnixNano":"1001000000000",' +
      '"spanCount":3,"errorSpanCount":1,"orphanSpanCount":1,' +
      '"services":[{"name":"db","spanCount":1},{"name":"frontend","spanCount":2,"errorSpanCount":1}]}',
  );
});

test('without a root nothing is named, and a service without a name has one', () => {
  expect(presentSummaries([ROOTLESS])).toBe(
    '{"traceId":"00000000000000000000000000000001","minStartTimeUnixNano":"0","maxEndTimeUnixNano":"1001000000000",' +
      '"spanCount":3,"services":[{"name":"","spanCount":1}]}',
  );
});

/** What the Jaeger UI insists on; one summary that fails fails the search. */
const count = z.number().int().nonnegative().optional();
const UI_SCHEMA = z.array(
  z.object({
    traceId: z.string().regex(/^[0-9a-f]{32}$/i),
    minStartTimeUnixNano: z.string().regex(/^\d+$/),
    maxEndTimeUnixNano: z.string().regex(/^\d+$/),
    spanCount: count,
    errorSpanCount: count,
    orphanSpanCount: count,
    services: z.array(z.object({ name: z.string(), spanCount: count, errorSpanCount: count })),
  }),
);

test('the Jaeger UI takes them', () => {
  expect(UI_SCHEMA.parse(JSON.parse(`[${presentSummaries([FULL, ROOTLESS])}]`))).toHaveLength(2);
  expect(presentSummaries([])).toBe('');
});
