import { expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../errors/fault.ts';
import { createSpace, spaceKey } from '../../space/space.ts';
import type { RateQuery, RateSeries, SpaceSummary } from '../../store/trace-store.ts';
import { readSpaceRates } from './space-rates.ts';

/** Half a minute into a minute. */
const NOW_MS = 1_767_225_630_000;
const NOW_NANOS = BigInt(NOW_MS) * 1_000_000n;
const CALL = { deadlineMs: Infinity };

function summaryOf(name: string, lastStartNanos = NOW_NANOS): SpaceSummary {
  return { space: createSpace(name, 'db', 'table'), spanCount: 1, firstStartNanos: 0n, lastStartNanos };
}

function seriesOf(...calls: number[]): RateSeries[] {
  return [{ points: calls.map((count) => ({ fromNanos: 0n, calls: count, errors: 0, durationNanos: [] })) }];
}

test('spans a second over the open minute and the four before it', async () => {
  const asked: RateQuery[] = [];
  const store = {
    rates: (_space: unknown, query: RateQuery) => {
      asked.push(query);
      return Promise.resolve(seriesOf(200, 70));
    },
  };
  const rates = await readSpaceRates(store, [summaryOf('a')], NOW_MS, CALL);
  // Four minutes and a half.
  expect(Object.fromEntries(rates)).toEqual({ 'a/db/table': 1 });
  expect(asked).toEqual([
    {
      window: { fromNanos: 1_767_225_360_000_000_000n, toNanos: NOW_NANOS },
      stepNanos: 300_000_000_000n,
      by: [],
      quantiles: [],
    },
  ]);
});

test('a space without recent spans is not asked about', async () => {
  const store = { rates: () => Promise.reject(new Error('asked')) };
  const rates = await readSpaceRates(store, [summaryOf('a', NOW_NANOS - 300_000_000_000n)], NOW_MS, CALL);
  expect([...rates.values()]).toEqual([0]);
});

test('of many spaces only the first are asked about, and within a second', async () => {
  let asked = 0;
  const store = {
    rates: (_space: unknown, _query: unknown, { deadlineMs }: { deadlineMs: number }) => {
      asked++;
      expect(deadlineMs).toBeLessThanOrEqual(performance.now() + 1_000);
      return Promise.resolve([]);
    },
  };
  const summaries = Array.from({ length: 30 }, (_, index) => summaryOf(`s${index}`));
  const rates = await readSpaceRates(store, summaries, NOW_MS, CALL);
  expect(asked).toBe(20);
  expect([...rates.keys()]).toEqual(summaries.slice(0, 20).map(({ space }) => spaceKey(space)));
});

test.each<FaultCode>(['too-slow', 'overloaded', 'unavailable'])(
  'a store that says %s is not asked again',
  async (code) => {
    let asked = 0;
    const store = {
      rates: () => {
        asked++;
        return Promise.reject(new Fault(code, 'not now'));
      },
    };
    const rates = await readSpaceRates(store, [summaryOf('a'), summaryOf('b')], NOW_MS, CALL);
    expect([asked, rates.size]).toEqual([1, 0]);
  },
);

test('any other fault is not hidden', async () => {
  const store = { rates: () => Promise.reject(new Fault('cancelled', 'gone')) };
  await expect(readSpaceRates(store, [summaryOf('a')], NOW_MS, CALL)).rejects.toThrow('gone');
});
