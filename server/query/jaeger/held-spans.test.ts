import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Span } from '../../span/span.ts';
import { corpusSpan } from './corpus.fixture.ts';
import { holdSpans } from './held-spans.ts';
import { PackedSpans } from './packed-spans.ts';

async function* chunksOf(spans: readonly Span[], size: number): AsyncGenerator<readonly Span[]> {
  for (let at = 0; at < spans.length; at += size) {
    await nextTurn();
    yield spans.slice(at, at + size);
  }
}

test.each([
  { count: 0, isPacked: false },
  { count: 4_000, isPacked: false },
  { count: 4_001, isPacked: true },
  { count: 9_500, isPacked: true },
])('$count spans are held in their order, packed: $isPacked', async ({ count, isPacked }) => {
  const spans = Array.from({ length: count }, (_, at) => corpusSpan({ trace: 1, id: at + 1 }));
  const held = await holdSpans(chunksOf(spans, 1_000));
  expect(held instanceof PackedSpans).toBe(isPacked);
  expect([...held.spans()]).toEqual(spans);
  expect(held.outlines).toHaveLength(count);
});
