import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeTraffic, type TrafficOptions } from './encode-traffic.ts';
import { SHAPES } from './shape.ts';

const SPANS = 20_000;
const OPTIONS: TrafficOptions = {
  spans: SPANS,
  seed: 7,
  fromNanos: 1_767_571_200_000_000_000n,
  overNanos: 10n ** 10n,
};

/** As the performance notes describe the loads; the other systems were measured with spans of these sizes. */
test.each([
  ['first', 677],
  ['second', 427],
] as const)('a span of the %s load has about %d bytes', (name, want) => {
  let [spans, bytes] = [0, 0];
  for (const request of encodeTraffic(SHAPES[name], OPTIONS)) {
    spans += request.spans;
    bytes += request.body.length;
  }
  expect(spans).toBe(SPANS);
  expect(Math.abs(bytes / spans - want) / want).toBeLessThan(0.01);
});

/** Or figures of one day could not be compared with those of another. */
test.each([
  ['first', '4ab2996a6e817050f2234587df3cfd57b9790d66b09247c905819e03d617bf59'],
  ['second', '0719ad2113d87bcf71940ef49f514f06ff898d6d64fd4c63609665ea91149b6f'],
] as const)('the %s load has the bytes that it always had', (name, want) => {
  const hash = createHash('sha256');
  for (const { body } of encodeTraffic(SHAPES[name], { ...OPTIONS, spans: 5000 })) hash.update(body);
  expect(hash.digest('hex')).toBe(want);
});

test('the same seed gives the same bytes, another one others', () => {
  const bodyOf = (seed: number): string => {
    const [request] = encodeTraffic(SHAPES.first, { ...OPTIONS, seed });
    return request!.body.toString('hex');
  };
  expect(bodyOf(7)).toBe(bodyOf(7));
  expect(bodyOf(7)).not.toBe(bodyOf(8));
});

test('requests hold as many spans as asked, but the last of each sender', () => {
  const sizes = [...encodeTraffic(SHAPES.second, { ...OPTIONS, spansPerRequest: 100 })].map(
    ({ spans }) => spans,
  );
  const SENDERS = 64;
  expect(sizes.slice(0, -SENDERS).every((size) => size === 100)).toBe(true);
  expect(Math.max(...sizes)).toBe(100);
});
