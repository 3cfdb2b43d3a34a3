import { describe, expect, test } from 'vitest';
import { growTree, selfNanos, traceNanos } from './span-tree.ts';
import type { TraceSpan } from './trace-span.ts';

function span(spanId: string, parentSpanId: string | null, start: number, length = 10): TraceSpan {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    operation: '',
    service: '',
    serviceNamespace: '',
    serviceTags: [],
    kind: '',
    statusCode: 0,
    statusMessage: '',
    startNanos: BigInt(start),
    durationNanos: BigInt(length),
    tags: [],
    logs: [],
    references: [],
    warnings: [],
    scopeName: '',
    scopeVersion: '',
    traceState: '',
  };
}

describe('parents stand before their children, siblings by start', () => {
  test.each<[string, TraceSpan[], string]>([
    ['nothing', [], ''],
    ['unsorted', [span('c', 'b', 2), span('d', 'a', 3), span('a', null, 0), span('b', 'a', 1)], 'abcd'],
    ['a parent that starts late', [span('b', 'a', 0), span('a', null, 5)], 'ab'],
    ['orphans', [span('c', 'x', 2), span('a', null, 0), span('b', 'y', 1)], 'abc'],
    ['its own parent', [span('a', 'a', 0), span('b', 'a', 1)], 'ab'],
    ['a circle', [span('b', 'a', 1), span('a', 'c', 0), span('c', 'b', 2)], 'abc'],
    ['an id twice', [span('a', null, 0), span('a', null, 1), span('b', 'a', 2)], 'aba'],
  ])('%s', (_name, spans, order) => {
    const tree = growTree(spans);
    expect(tree.spans.map(({ spanId }) => spanId).join('')).toBe(order);
    expect(new Set(tree.spans)).toEqual(new Set(spans));
  });

  test('in a chain as deep as a trace may be', () => {
    const spans = Array.from({ length: 100_000 }, (_, at) =>
      span(`${at}`, at === 0 ? null : `${at - 1}`, at),
    );
    expect(growTree(spans.toReversed()).spans).toEqual(spans);
  });
});

describe('the time a span spent on itself', () => {
  const parent = span('p', null, 100, 100);
  test.each<[string, TraceSpan[], bigint]>([
    ['no children', [], 100n],
    ['one inside', [span('a', 'p', 120, 30)], 70n],
    ['two apart', [span('a', 'p', 110, 10), span('b', 'p', 150, 10)], 80n],
    ['two that overlap', [span('a', 'p', 110, 50), span('b', 'p', 120, 60)], 30n],
    ['one inside another', [span('a', 'p', 110, 50), span('b', 'p', 120, 10)], 50n],
    ['before and beyond it', [span('a', 'p', 50, 60), span('b', 'p', 190, 60)], 80n],
    ['apart from it', [span('a', 'p', 0, 100), span('b', 'p', 200, 10)], 100n],
    ['all of it', [span('a', 'p', 0, 500)], 0n],
  ])('%s', (_name, children, want) => {
    expect(selfNanos(parent, children)).toBe(want);
  });
});

test('a trace lasts from its first start to its last end', () => {
  expect(traceNanos([])).toBe(0n);
  expect(traceNanos([span('a', null, 50, 10), span('b', 'a', 20, 100), span('c', 'a', 70, 1)])).toBe(100n);
});
