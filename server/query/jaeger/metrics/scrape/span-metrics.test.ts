import { expect, test } from 'vitest';
import { createSpace } from '../../../../space/space.ts';
import type { Call, DependencyQuery, RateQuery, RateSeries } from '../../../../store/trace-store.ts';
import { SpanMetricsReader } from './span-metrics.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const CALL: Call = { deadlineMs: performance.now() + 1_000 };
const at = (text: string): number => Date.parse(text);
const nanos = (text: string): bigint => BigInt(at(text)) * 1_000_000n;

interface Asked {
  readonly rates: readonly RateQuery[];
  readonly edges: DependencyQuery;
}

async function asked(now: string): Promise<Asked> {
  const rates: RateQuery[] = [];
  const edges: DependencyQuery[] = [];
  const store = {
    rates: (_: unknown, query: RateQuery) => {
      rates.push(query);
      return Promise.resolve([]);
    },
    dependencies: (_: unknown, query: DependencyQuery) => {
      edges.push(query);
      return Promise.resolve([]);
    },
  };
  await new SpanMetricsReader(store).read(SPACE, at(now), CALL);
  return { rates, edges: edges[0]! };
}

const windowOf = ([from, to]: readonly [string, string]) => ({ fromNanos: nanos(from), toNanos: nanos(to) });

test.each<[string, [string, string][], [string, string]]>([
  ['2026-03-01T00:00:30Z', [['2026-03-01T00:00:00Z', '2026-03-01T00:00:30Z']], ['2026-02-28T00:00:00Z', '2026-02-28T23:59:00Z']], // prettier-ignore
  ['2026-03-01T00:01:30Z', [['2026-03-01T00:00:00Z', '2026-03-01T00:01:30Z']], ['2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z']], // prettier-ignore
  ['2026-03-01T01:59:00Z', [['2026-03-01T00:00:00Z', '2026-03-01T01:59:00Z']], ['2026-03-01T00:00:00Z', '2026-03-01T01:58:00Z']], // prettier-ignore
  ['2026-03-01T12:34:56.789Z', [['2026-03-01T00:00:00Z', '2026-03-01T11:00:00Z'], ['2026-03-01T11:00:00Z', '2026-03-01T12:34:56.789Z']], ['2026-03-01T00:00:00Z', '2026-03-01T12:33:00Z']], // prettier-ignore
])('at %s it counts from midnight', async (now, spans, edges) => {
  const queries = await asked(now);
  const windows = queries.rates
    .filter(({ boundsNanos }) => boundsNanos !== undefined)
    .map(({ window }) => window)
    .sort((a, b) => Number(a.fromNanos - b.fromNanos));
  expect(windows).toEqual(spans.map(windowOf));
  expect(new Set(queries.rates.map(({ stepNanos }) => stepNanos))).toEqual(new Set([86_400_000_000_000n]));
  expect(queries.edges).toMatchObject(windowOf(edges));
});

test('of too many operations those with the most calls are given', async () => {
  const series: RateSeries[] = Array.from({ length: 2_500 }, (_, calls) => ({
    service: 's',
    operation: `op${calls}`,
    kind: 'server',
    points: [{ fromNanos: 0n, calls, errors: 0, durationNanos: [] }],
  }));
  const store = { rates: () => Promise.resolve(series), dependencies: () => Promise.resolve([]) };
  const { operations, edges } = await new SpanMetricsReader(store).read(
    SPACE,
    at('2026-03-01T00:30:00Z'),
    CALL,
  );
  expect(operations.known).toBe(2_500);
  expect(operations.items).toHaveLength(2_000);
  expect(Math.min(...operations.items.map(({ calls }) => calls))).toBe(500);
  expect(edges).toEqual({ items: [], known: 0 });
});

test('earlier hours are read once, until their counts change', async () => {
  const noon = at('2026-03-01T12:00:00Z');
  let early = 5;
  let spreads = 0;
  const series = (operation: string, calls: number, withSpread: boolean): RateSeries => ({
    service: 's',
    operation,
    kind: 'server',
    points: [
      {
        fromNanos: 0n,
        calls,
        errors: 1,
        durationNanos: [],
        ...(withSpread ? { spread: { atMost: [1, calls], sumNanos: BigInt(calls) * 10n } } : {}),
      },
    ],
  });
  const store = {
    rates: (_: unknown, { window, boundsNanos }: RateQuery) => {
      const isEarly = window.fromNanos < nanos('2026-03-01T11:00:00Z');
      if (isEarly && boundsNanos !== undefined) spreads++;
      const found = isEarly
        ? [series('both', early, boundsNanos !== undefined), series('gone', 2, boundsNanos !== undefined)]
        : [series('both', 3, true), series('new', 1, true)];
      return Promise.resolve(found);
    },
    dependencies: () => Promise.resolve([]),
  };
  const reader = new SpanMetricsReader(store);
  const read = async (): Promise<unknown> => (await reader.read(SPACE, noon, CALL)).operations.items;
  const want = (both: number): unknown => [
    { service: 's', operation: 'both', kind: 'server', calls: both, errors: 2, spread: { atMost: [2, both], sumNanos: BigInt(both) * 10n } }, // prettier-ignore
    { service: 's', operation: 'gone', kind: 'server', calls: 2, errors: 1, spread: { atMost: [1, 2], sumNanos: 20n } }, // prettier-ignore
    { service: 's', operation: 'new', kind: 'server', calls: 1, errors: 1, spread: { atMost: [1, 1], sumNanos: 10n } }, // prettier-ignore
  ];
  expect(await read()).toEqual(want(8));
  expect(await read()).toEqual(want(8));
  expect(spreads).toBe(1);
  early = 6;
  expect(await read()).toEqual(want(9));
  expect(spreads).toBe(2);
});
