import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import { createSpace } from '../../server/space/space.ts';
import type { Attribute, AttributeValue } from '../../server/span/attribute.ts';
import type { Span, SpanKind, StatusCode } from '../../server/span/span.ts';
import { MINUTE, NOW, call, makeSpan, traceIdOf } from '../../server/store/conformance.fixture.ts';
import type {
  AggregateDimension,
  AttributeLevel,
  Comparator,
  Condition,
  CountQuery,
  FoundTrace,
  Operand,
  RateDimension,
  SearchQuery,
  SpanField,
  ValueType,
  Window,
} from '../../server/store/trace-store.ts';
import { type TestStore, openTestStore } from '../support/open-test-store.ts';
import { dimensionOf, identityOf, matching, rateDimensionOf } from './span-model.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const SPANS = 1_000;
/** More were played when this was written: enough to notice what changes. */
const RUNS = 30;
/** Questions are drawn anew each time; what they are asked about stays. */
const CORPUS_SEED = 7;
const MILLI = 1_000_000n;
const LASTS_MINUTES = 90n;

const KEYS = ['a', 'b', 'n', 'a=b', 'é'] as const;
const SERVICES = ['shop', 'stock', 'billing'] as const;
const NAMES = ['op', '', 'get /', 'ö'] as const;
const KINDS: readonly SpanKind[] = ['internal', 'client', 'server'];
const STATUSES: readonly StatusCode[] = ['unset', 'ok', 'error'];
const TEXTS = ['', 'x', 'y', 'b=x', '5', '05', '5.0', '-1', '1e1', '10', '9', 'op', 'shop', 'true', '2000000', '9007199254740993', '9007199254740992', '9223372036854775808', '18446744073709551621', '-', '.', 'é', '1x'] as const; // prettier-ignore

const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.constantFrom(...TEXTS).map((text) => ({ type: 'string', value: text }) as const),
  fc
    .constantFrom(5n, 9n, 10n, -1n, 0n, 2_000_000n, 9_007_199_254_740_993n, 2n ** 63n - 1n)
    .map((whole) => ({ type: 'int', value: whole }) as const),
  fc.constantFrom(5, 0.5, -1, 1e21, 10, 9).map((number) => ({ type: 'double', value: number }) as const),
  fc.boolean().map((is) => ({ type: 'bool', value: is }) as const),
  fc.uuid().map((text) => ({ type: 'string', value: text }) as const),
  fc.constant({ type: 'empty' } as const),
);
const attributes: fc.Arbitrary<Attribute[]> = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value }), {
  maxLength: 3,
});
const events = fc.array(
  fc.record({
    timeNanos: fc.constantFrom(0n, 1n, MILLI).map((after) => NOW + after),
    name: fc.constantFrom('', 'x', 'op'),
    attributes,
    droppedAttributesCount: fc.constant(0),
  }),
  { maxLength: 2 },
);
const links = fc.array(
  fc.record({
    traceId: fc.constantFrom(1, 2, 3).map(traceIdOf),
    spanId: fc.constantFrom('0000000000000001', '0000000000000002'),
    traceState: fc.constantFrom('', 'x'),
    attributes,
    droppedAttributesCount: fc.constant(0),
    flags: fc.constant(0),
  }),
  { maxLength: 2 },
);
const startMs = fc.oneof(
  fc.integer({ min: 0, max: Number(LASTS_MINUTES) * 60_000 }),
  fc.constantFrom(0, 10_000, 60_000, 600_000, 3_600_000),
);
const span: fc.Arbitrary<Span> = fc
  .record({
    draft: fc.record({
      trace: fc.integer({ min: 1, max: 200 }),
      span: fc.integer({ min: 1, max: 5 }),
      parent: fc.option(fc.integer({ min: 1, max: 5 }), { nil: 0 }),
      ms: startMs,
      service: fc.constantFrom(...SERVICES),
      name: fc.constantFrom(...NAMES),
      kind: fc.constantFrom(...KINDS),
      status: fc.constantFrom(...STATUSES),
      attributes,
      events,
      resourceAttributes: fc.oneof(
        fc.constant([]),
        fc.constantFrom('x', '5').map((text) => [{ key: 'a', value: { type: 'string', value: text } as const }]), // prettier-ignore
        fc.constant([{ key: 'n', value: { type: 'int', value: 10n } as const }]),
      ),
      scopeName: fc.constantFrom('', 'x'),
    }),
    durationMs: fc.constantFrom(0, 1, 2, 3, 60_000, 600_000),
    links,
    scopeAttributes: fc.oneof(fc.constant([]), fc.constant([{ key: 'b', value: { type: 'string', value: '9' } as const }])), // prettier-ignore
  })
  .map(({ draft, durationMs, links: linked, scopeAttributes }) => {
    const { parent, ...rest } = draft;
    const made = makeSpan({ ...rest, durationMs, ...(parent === 0 ? {} : { parent }) });
    return { ...made, links: linked, scope: { ...made.scope, attributes: scopeAttributes } };
  });

const field = fc.constantFrom<SpanField>('service', 'name', 'kind', 'status', 'status-message', 'scope-name', 'event-name', 'link-trace-state', 'link-span-id', 'span-id', 'parent-span-id', 'trace-id'); // prettier-ignore
const nanos = fc.constantFrom<SpanField>('duration', 'start', 'end', 'event-time', 'event-time-since-start');
const level = fc.constantFrom<AttributeLevel | undefined>(undefined, 'resource', 'scope', 'span', 'event', 'link'); // prettier-ignore
const ordering = fc.constantFrom<Comparator>('<', '<=', '>', '>=');
const equality = fc.constantFrom<Comparator>('=', '!=');
const leveled = <T extends object>(of: T, at: AttributeLevel | undefined): T =>
  at === undefined ? of : { ...of, level: at };
const attributeLeaf = fc
  .record({
    key: fc.constantFrom(...KEYS, 'service.name', 'nowhere'),
    at: level,
    type: fc.constantFrom<ValueType | undefined>(undefined, undefined, 'string', 'int', 'double', 'bool'),
    how: fc.oneof(
      fc.record({ comparator: equality, value: fc.constantFrom(...TEXTS) }),
      fc.record({ comparator: ordering, value: fc.constantFrom('5', '9', '10', '-1', '2000000') }),
      fc.record({ comparator: fc.constantFrom<Comparator>('regex', 'not-regex'), value: fc.constantFrom('x', 'x|y', '[0-9]+', '.*', '') }), // prettier-ignore
      fc.record({ comparator: fc.constantFrom<Comparator>('exists', 'not-exists') }),
    ),
  })
  .map(({ key, at, type, how }) =>
    leveled({ kind: 'attribute' as const, key, ...(type === undefined ? {} : { type }), ...how }, at),
  );
const fieldLeaf = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), field, comparator: fc.oneof(equality, ordering), value: fc.constantFrom('', 'x', 'op', 'shop', 'client', 'error', '0000000000000002') }), // prettier-ignore
  fc.record({ kind: fc.constant('field' as const), field: fc.oneof(field, nanos), comparator: fc.constantFrom<Comparator>('exists', 'not-exists') }), // prettier-ignore
  fc.record({ kind: fc.constant('field' as const), field: nanos, comparator: fc.oneof(equality, ordering), value: fc.constantFrom('0', '-1', '2000000', `${NOW}`, `${NOW + 600_000n * MILLI}`) }), // prettier-ignore
);
const operand: fc.Arbitrary<Operand> = fc
  .record({ key: fc.constantFrom(...KEYS, 'service.name'), at: level })
  .map(({ key, at }) => leveled({ kind: 'attribute' as const, key }, at));
const operands = fc.oneof(
  fc.tuple(operand, operand),
  fc.tuple(
    operand,
    fc.oneof(field, nanos).map((one) => ({ kind: 'field' as const, field: one })),
  ),
  fc.tuple(field.map((one) => ({ kind: 'field' as const, field: one })), field.map((one) => ({ kind: 'field' as const, field: one }))), // prettier-ignore
  fc.tuple(nanos.map((one) => ({ kind: 'field' as const, field: one })), nanos.map((one) => ({ kind: 'field' as const, field: one }))), // prettier-ignore
);
const comparedLeaf = fc
  .record({ operands, comparator: fc.oneof(equality, ordering), turned: fc.boolean() })
  .map(({ operands: [one, other], comparator, turned }): Condition => {
    const [left, right] = turned ? [other, one] : [one, other];
    return { kind: 'compared', left, comparator: comparator as '=', right };
  });
const leaf: fc.Arbitrary<Condition> = fc.oneof(attributeLeaf, fieldLeaf, comparedLeaf);
const joined = (of: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.oneof(
    of,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(of, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of }),
  );
const condition: fc.Arbitrary<Condition> = joined(
  fc.oneof(
    leaf,
    joined(leaf),
    fc.record({ kind: fc.constant('some' as const), level: fc.constantFrom('event' as const, 'link' as const), of: joined(leaf) }), // prettier-ignore
  ),
);
const moment = fc.oneof(
  fc.bigInt({ min: 0n, max: LASTS_MINUTES * MINUTE }).map((after) => NOW + after),
  fc.constantFrom(0n, 1n, 10_000n, 60_000n, 600_000n, 3_600_000n).map((ms) => NOW + ms * MILLI),
);
const window: fc.Arbitrary<Window> = fc.oneof(
  fc.constant({ fromNanos: NOW - MINUTE, toNanos: NOW + (LASTS_MINUTES + 1n) * MINUTE }),
  fc.tuple(moment, moment).map(([a, b]) => ({ fromNanos: a < b ? a : b, toNanos: (a < b ? b : a) + 1n })),
);
const rarely = <T>(name: string, of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.tuple(fc.nat(4), of).map(([at, one]) => (at > 0 ? {} : { [name]: one }));
const selected: fc.Arbitrary<CountQuery> = fc
  .tuple(
    fc.record({ window }),
    fc.tuple(fc.nat(4), condition).map(([at, one]) => (at === 0 ? {} : { condition: one })),
    rarely('service', fc.constantFrom(...SERVICES)),
    rarely('operation', fc.constantFrom(...NAMES)),
    rarely('minDurationNanos', fc.constantFrom(0n, MILLI, 2n * MILLI)),
    rarely('maxDurationNanos', fc.constantFrom(0n, MILLI, 600_000n * MILLI)),
  )
  .map((parts) => Object.assign({}, ...parts) as CountQuery);
const asked: fc.Arbitrary<CountQuery> = fc
  .tuple(
    selected,
    rarely('minTraceDurationNanos', fc.constantFrom(0n, 1_000_000n * MILLI)),
    rarely('maxTraceDurationNanos', fc.constantFrom(1_000_000n * MILLI)),
  )
  .map((parts) => Object.assign({}, ...parts) as CountQuery);
const search: fc.Arbitrary<SearchQuery> = fc
  .tuple(asked, fc.constantFrom('newest' as const, 'longest' as const), fc.constantFrom(1, 3, 7, 40, 2_000))
  .map(([query, order, limit]) => ({ ...query, order, limit }));
const dimension: fc.Arbitrary<AggregateDimension> = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), field: fc.constantFrom('service' as const, 'operation' as const, 'kind' as const, 'status' as const) }), // prettier-ignore
  fc
    .record({
      key: fc.constantFrom(...KEYS, 'a', 'n', 'nowhere'),
      at: fc.oneof(fc.constant(undefined), level),
    })
    .map(({ key, at }) => leveled({ kind: 'attribute' as const, key }, at)),
);

let dataDir: string;
let opened: TestStore;
let corpus: readonly Span[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-model-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  const drawn = fc.sample(span, { numRuns: SPANS, seed: CORPUS_SEED });
  // The same ids, start, duration, kind and name mean the same span.
  const distinct = [...new Map(drawn.map((one) => [identityOf(one), one])).values()];
  corpus = [...distinct, ...distinct.filter((_, at) => at % 9 === 0)];
  for (let at = 0; at < corpus.length; at += 300)
    await opened.store.write(SPACE, corpus.slice(at, at + 300), call());
});
afterAll(async () => {
  await opened.close();
  await rm(dataDir, { recursive: true });
});

/** Not shrunk: each try asks the engine several times, and the counterexample says enough. */
const check = async <T>(
  of: fc.Arbitrary<T>,
  play: (drawn: T) => Promise<void>,
  numRuns = RUNS,
): Promise<void> => {
  await fc.assert(fc.asyncProperty(of, play), { numRuns, endOnFailure: true });
};

/** All pages of a search, one after the other. */
async function paged<Item>(
  query: SearchQuery,
  ask: (query: SearchQuery) => Promise<{ items: readonly Item[]; cursor?: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await ask(cursor === undefined ? query : { ...query, cursor });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    if (page.cursor !== undefined) expect(page.items.length).toBe(query.limit);
    all.push(...page.items);
    ({ cursor } = page);
    if (all.length > 4 * query.limit && query.limit < 40) break;
  }
  return all;
}

const down = (a: bigint | string, b: bigint | string): number => (a === b ? 0 : a < b ? 1 : -1);

test('searches for spans find what a naive one finds, page by page', { timeout: 300_000 }, () =>
  check(search, async (query) => {
    const rank = (one: Span): bigint => (query.order === 'newest' ? one.startNanos : one.durationNanos);
    const place = (one: Span): string => `${rank(one)} ${one.traceId} ${one.spanId}`;
    const expected = [...new Map(matching(corpus, query).map((one) => [identityOf(one), one])).values()].sort(
      (a, b) => down(rank(a), rank(b)) || down(a.traceId, b.traceId) || down(a.spanId, b.spanId),
    );
    const found = await paged(query, async (page) => {
      const { spans, cursor } = await opened.store.spans(SPACE, page, call());
      return { items: spans, cursor };
    });
    expect(found.map(place)).toEqual(expected.slice(0, found.length).map(place));
    expect(new Set(found.map(identityOf)).size).toBe(found.length);
    if (query.limit >= 40) expect(found.length).toBe(expected.length);
    const byIdentity = new Map(expected.map((one) => [identityOf(one), one]));
    for (const one of found) expect(one).toEqual(byIdentity.get(identityOf(one)));
  }),
);

test(
  'searches for traces, their counts and the spans they are ranked by agree with a naive search',
  { timeout: 300_000 },
  () =>
    check(search, async (query) => {
      const rank = (one: FoundTrace): bigint =>
        query.order === 'newest' ? one.startNanos : one.durationNanos;
      const place = (one: FoundTrace): string => `${one.traceId} ${rank(one)}`;
      const spans = matching(corpus, query).sort(
        (a, b) => down(rank(a), rank(b)) || down(a.traceId, b.traceId),
      );
      const expected = [...new Map([...spans].reverse().map((one) => [one.traceId, one])).values()].sort(
        (a, b) => down(rank(a), rank(b)) || down(a.traceId, b.traceId),
      );
      expect(await opened.store.count(SPACE, query, call())).toBe(expected.length);
      const found = await paged(query, async (page) => {
        const { traces, cursor } = await opened.store.search(SPACE, page, call());
        return { items: traces, cursor };
      });
      expect(found.map(place)).toEqual(expected.slice(0, found.length).map(place));
      if (query.limit >= 40) expect(found.length).toBe(expected.length);
      const ranked = await opened.store.rankedSpans(SPACE, query, found, call());
      expect(ranked.map((one) => `${one.traceId} ${one.startNanos} ${one.durationNanos}`)).toEqual(
        found.map((one) => `${one.traceId} ${one.startNanos} ${one.durationNanos}`),
      );
      const matched = new Set(spans.map(identityOf));
      expect(ranked.every((one) => matched.has(identityOf(one)))).toBe(true);
    }),
);

const by = fc.uniqueArray(dimension, { maxLength: 3, selector: (one) => JSON.stringify(one) });
test('aggregates count what a naive one counts', { timeout: 300_000 }, () =>
  check(
    fc.record({
      selected,
      by,
      stepNanos: fc.constantFrom(1n, 7_000_000_000n, 10_000_000_000n, MINUTE, 25n * MINUTE),
      maxSeries: fc.constantFrom(1, 3, 100_000),
    }),
    async ({ selected: query, by: dimensions, stepNanos, maxSeries }) => {
      const bySeries = new Map<string, Span[]>();
      for (const one of matching(corpus, query)) {
        const key = JSON.stringify(dimensions.map((of) => dimensionOf(one, of)));
        bySeries.set(key, [...(bySeries.get(key) ?? []), one]);
      }
      const pointsOf = (spans: readonly Span[]): string[] => counted(spans, ({ startNanos }) => startNanos / stepNanos * stepNanos); // prettier-ignore
      const found = await opened.store.aggregate(SPACE, { ...query, by: dimensions, stepNanos, maxSeries, quantiles: [0.5] }, call()); // prettier-ignore
      const calls = [...bySeries.values()].map(({ length }) => length).sort((a, b) => b - a);
      expect(found.cut).toBe(dimensions.length > 0 && calls.length > maxSeries);
      const sums = found.series.map(({ points }) => points.reduce((sum, point) => sum + point.calls, 0));
      expect(sums).toEqual(calls.slice(0, dimensions.length === 0 ? 1 : maxSeries));
      for (const { values, points } of found.series) {
        expect(points.map((point) => `${point.fromNanos} ${point.calls} ${point.errors}`)).toEqual(
          pointsOf(bySeries.get(JSON.stringify(values)) ?? []),
        );
      }
    },
    3 * RUNS,
  ),
);

function counted(spans: readonly Span[], stepOf: (span: Span) => bigint): string[] {
  const steps = new Map<bigint, { calls: number; errors: number }>();
  for (const one of spans) {
    const at = steps.get(stepOf(one)) ?? { calls: 0, errors: 0 };
    at.calls++;
    if (one.statusCode === 'error') at.errors++;
    steps.set(stepOf(one), at);
  }
  return [...steps]
    .sort(([a], [b]) => down(b, a))
    .map(([step, { calls, errors }]) => `${step} ${calls} ${errors}`);
}

test('sliding rates count what is counted anew for each point', { timeout: 300_000 }, () =>
  check(
    fc.record({
      window,
      step: fc.constantFrom(1n, 2n, 7n, 60n),
      over: fc.constantFrom(1n, 5n, 10n, 60n),
      dimensions: fc.subarray<RateDimension>(['service', 'operation', 'kind']),
      services: fc.constantFrom<readonly string[] | undefined>(undefined, ['shop'], ['shop', 'stock']),
    }),
    async ({ window: over, step, over: minutes, dimensions, services }) => {
      const stepNanos = step * MINUTE;
      const query = { window: over, stepNanos, overNanos: minutes * MINUTE, by: dimensions, quantiles: [0.5], ...(services === undefined ? {} : { services }) }; // prettier-ignore
      const expected: string[] = [];
      const floor = (at: bigint): bigint => at / MINUTE;
      const last = (over.toNanos - 1n) / stepNanos;
      for (let at = over.fromNanos / stepNanos; at <= last; at++) {
        const end = at === last ? over.toNanos : (at + 1n) * stepNanos;
        const [from, to] = [floor(end - minutes * MINUTE), floor(end - 1n)];
        const spans = corpus.filter(({ startNanos, service }) => floor(startNanos) >= from && floor(startNanos) <= to && (services?.includes(service) ?? true)); // prettier-ignore
        const groups = new Map<string, Span[]>();
        for (const one of spans) {
          const key = JSON.stringify(dimensions.map((of) => rateDimensionOf(one, of)));
          groups.set(key, [...(groups.get(key) ?? []), one]);
        }
        for (const [key, group] of groups)
          expected.push(`${key} ${counted(group, () => at * stepNanos)[0]!}`);
      }
      const found = (await opened.store.rates(SPACE, query, call())).flatMap((series) => {
        const key = JSON.stringify(dimensions.map((of) => series[of]));
        return series.points.map((point) => `${key} ${point.fromNanos} ${point.calls} ${point.errors}`);
      });
      expect(found.sort()).toEqual(expected.sort());
    },
  ),
);
