import { describe, expect, test } from 'vitest';
import { decodeJaeger } from './decode-jaeger.ts';
import type { TraceSpan } from './trace-span.ts';

/** A span as servers other than Jaeger's own write it too. */
function decoded(span: object, processes: object = {}): TraceSpan {
  const traces = decodeJaeger({
    data: [{ traceID: 't', spans: [{ traceID: 't', spanID: 's', ...span }], processes }],
  });
  return traces[0]![0]!;
}

const tag = (key: string, value: unknown): object => ({ key, value });

describe('the status', () => {
  test.each<[object[], number]>([
    [[], 0],
    [[tag('otel.status_code', 'ERROR')], 2],
    [[tag('otel.status_code', 'OK')], 1],
    [[tag('error', true)], 2],
    [[tag('error', 'true')], 2],
    [[tag('error', false)], 0],
  ])('%j', (tags, code) => {
    expect(decoded({ tags }).statusCode).toBe(code);
  });
});

describe('the parent', () => {
  const reference = (refType: string, traceID: string, spanID: string): object => ({
    refType,
    traceID,
    spanID,
  });
  test.each<[object, string | null, number]>([
    [{}, null, 0],
    [{ references: null }, null, 0],
    [{ references: [reference('CHILD_OF', 't', 'p')] }, 'p', 0],
    [{ references: [reference('FOLLOWS_FROM', 't', 'x'), reference('CHILD_OF', 't', 'p')] }, 'p', 1],
    [{ references: [reference('FOLLOWS_FROM', 't', 'x')] }, 'x', 0],
    [{ references: [reference('CHILD_OF', 'other', 'x')] }, null, 1],
    [{ parentSpanID: 'p' }, 'p', 0],
    [{ parentSpanID: '' }, null, 0],
  ])('%j', (span, parent, others) => {
    const { parentSpanId, references } = decoded(span);
    expect([parentSpanId, references.length]).toEqual([parent, others]);
  });
});

test('what is missing has a value all the same', () => {
  expect(decoded({ tags: [{ key: 'a' }, tag('b', { c: 1 })] })).toMatchObject({
    operation: '',
    service: 'unknown_service',
    startNanos: 0n,
    durationNanos: 0n,
    tags: [
      { key: 'a', type: 'string', value: '' },
      { key: 'b', type: 'string', value: '{"c":1}' },
    ],
    logs: [],
    warnings: [],
  });
});

test.each([null, {}, { data: {} }, { data: null }])('no list of traces: %j', (answer) => {
  expect(() => decodeJaeger(answer)).toThrow("the server's answer holds no list of traces");
});
