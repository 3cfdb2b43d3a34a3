import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Space, createSpace } from '../space/space.ts';
import type { Attribute, AttributeValue } from '../span/attribute.ts';
import type { Span, TraceId } from '../span/span.ts';
import { type ApartStore, describeApart } from './conformance-apart.ts';
import {
  MINUTE,
  NOW,
  type SpanDraft,
  attribute,
  call,
  collect,
  makeEvent,
  makeSpan,
  shown,
  traceIdOf,
  windowOf,
} from './conformance.fixture.ts';
import type {
  AggregateQuery,
  AttributeLevel,
  Condition,
  Operand,
  SearchQuery,
  SpanField,
  TraceStore,
} from './trace-store.ts';

/** A store to be put through the suite. */
export interface OpenedStore extends ApartStore {
  /** Makes the edges of all minutes up to this moment, on the spans' clock, answerable by `dependencies`. */
  closeMinutes(nowMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Every rule of the port, played on a store. Each test has a space of its own. */
export function describeTraceStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    let spaces = 0;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const freshSpace = (): Space => createSpace('suite', 'db', `t${spaces++}`);
    /** A space with these spans in it. */
    const spaceOf = async (drafts: readonly SpanDraft[]): Promise<Space> => {
      const space = freshSpace();
      await opened.store.write(space, drafts.map(makeSpan), call());
      return space;
    };
    const find = async (space: Space, query: Partial<SearchQuery>): Promise<string[]> => {
      const full = { window: windowOf(), order: 'newest', limit: 100, ...query } as const;
      const { traces } = await opened.store.search(space, full, call());
      return traces.map(({ traceId }) => String(Number.parseInt(traceId, 16)));
    };

    describe('a trace', () => {
      test('comes back type for type', async () => {
        const span = makeSpan({ trace: 1, full: true });
        const space = freshSpace();
        await opened.store.write(space, [span], call());
        expect(await collect(opened.store.trace(space, span.traceId, {}, call()))).toEqual([span]);
      });

      test('is ordered by start, whatever the order and the number of writes', async () => {
        const space = freshSpace();
        for (const offsets of [
          [50, 10],
          [40_000, 30, 20],
          [0, 86_400_000],
        ]) {
          await opened.store.write(space, offsets.map((ms) => makeSpan({ trace: 1, ms })), call()); // prettier-ignore
        }
        const spans = await collect(opened.store.trace(space, traceIdOf(1), {}, call()));
        const starts = spans.map(({ startNanos }) => Number((startNanos - NOW) / 1_000_000n));
        expect(starts).toEqual([0, 10, 20, 30, 50, 40_000, 86_400_000]);
      });

      test('that is unknown is empty', async () => {
        const space = await spaceOf([{ trace: 1 }]);
        expect(await collect(opened.store.trace(space, traceIdOf(2), {}, call()))).toEqual([]);
        expect(await collect(opened.store.traces(space, [traceIdOf(2)], {}, call()))).toEqual([]);
        expect(await collect(opened.store.traces(space, [], {}, call()))).toEqual([]);
      });

      test('keeps spans outside the hint', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 1, ms: 7_200_000 }]);
        const hint = { fromNanos: NOW - 1n, toNanos: NOW + MINUTE };
        expect(await collect(opened.store.trace(space, traceIdOf(1), hint, call()))).toHaveLength(2);
        expect(await collect(opened.store.traces(space, [traceIdOf(1)], hint, call()))).toHaveLength(2);
      });

      test('has a span that was sent twice once, and those that differ in anything both', async () => {
        const twice = { trace: 1, span: 7, name: 'same' };
        const space = await spaceOf([twice, { trace: 1, span: 7, name: 'other' }]);
        await opened.store.write(space, [makeSpan(twice)], call());
        const spans = await collect(opened.store.trace(space, traceIdOf(1), {}, call()));
        expect(spans.map((span) => span.name).sort()).toEqual(['other', 'same']);
        const [summary] = await opened.store.summaries(space, [traceIdOf(1)], {}, call());
        expect(summary?.spanCount).toBe(2);
      });

      test('shares resources and scopes between its spans', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 1, ms: 1 }]);
        const [first, second] = await collect(opened.store.trace(space, traceIdOf(1), {}, call()));
        expect(first?.resource).toBe(second?.resource);
        expect(first?.scope).toBe(second?.scope);
      });

      test('many come together, trace by trace', async () => {
        const drafts = Array.from({ length: 300 }, (_, index) => ({
          trace: (index % 30) + 1,
          ms: index * 999,
        }));
        const space = await spaceOf(drafts);
        const ids = Array.from({ length: 40 }, (_, index) => traceIdOf(index + 1));
        const spans = await collect(opened.store.traces(space, [...ids, ids[0]!], {}, call()));
        expect(spans).toHaveLength(300);
        const runs = spans.filter((span, index) => span.traceId !== spans[index - 1]?.traceId);
        expect(runs).toHaveLength(30);
      });
    });

    describeApart(() => opened, freshSpace);

    describe('lists', () => {
      const drafts: SpanDraft[] = [
        { trace: 1, service: 'b', name: 'read', kind: 'server' },
        { trace: 1, service: 'a', name: 'write', kind: 'client' },
        { trace: 1, service: 'a', name: 'write', kind: 'server' },
      ];

      test('services are sorted', async () => {
        const listed = await opened.store.services(await spaceOf(drafts), call());
        expect(listed).toEqual({ items: ['a', 'b'], cut: false });
      });

      test.each([
        [{}, ['a write server', 'a write client', 'b read server']],
        [{ service: 'a' }, ['a write server', 'a write client']],
        [{ kind: 'server' as const }, ['a write server', 'b read server']],
        [{ service: 'c' }, []],
      ])('operations of %j', async (query, want) => {
        const { items, cut } = await opened.store.operations(await spaceOf(drafts), query, call());
        expect(items.map(({ service, name, kind }) => `${service} ${name} ${kind}`)).toEqual(want);
        expect(cut).toBe(false);
      });

      test('say when they are cut, and the spans past the limit are kept', async () => {
        const many = Array.from({ length: 60 }, (_, index) => ({ trace: index + 1, service: `s${index}` }));
        const space = await spaceOf(many);
        const listed = await opened.store.services(space, call());
        expect(listed.cut).toBe(true);
        expect(listed.items.length).toBeLessThan(60);
        expect(await find(space, { service: 's59' })).toEqual(['60']);
      });

      test('attribute keys by level and prefix', async () => {
        const space = await spaceOf([
          {
            trace: 1,
            attributes: [attribute('http.method', 'GET'), attribute('peer', 'x')],
            eventKey: 'http.event',
          },
        ]);
        const keys = async (query: object): Promise<string[]> => {
          const { items } = await opened.store.attributeKeys(space, { limit: 50, ...query }, call());
          return items.map(({ key, level }) => `${level} ${key}`);
        };
        expect(await keys({ prefix: 'http.' })).toEqual(['event http.event', 'span http.method']);
        expect(await keys({ level: 'span' })).toEqual(['span http.method', 'span peer']);
        expect(await keys({ level: 'resource' })).toContain('resource service.name');
        const first = await opened.store.attributeKeys(space, { limit: 1 }, call());
        expect(first.items).toHaveLength(1);
        expect(first.cut).toBe(true);
      });

      test('attribute values, the most frequent first', async () => {
        const space = await spaceOf(
          ['x', 'y', 'x', 'xz'].map((value, index) => ({
            trace: index + 1,
            attributes: [attribute('k', value)],
          })),
        );
        const values = (query: object): Promise<unknown> =>
          opened.store.attributeValues(space, { key: 'k', window: windowOf(), limit: 10, ...query }, call());
        expect(await values({})).toEqual([
          { value: 'x', count: 2 },
          { value: 'xz', count: 1 },
          { value: 'y', count: 1 },
        ]);
        expect(await values({ prefix: 'x', limit: 1 })).toEqual([{ value: 'x', count: 2 }]);
        expect(await values({ level: 'event' })).toEqual([]);
        expect(await values({ key: 'service.name', level: 'resource' })).toEqual([
          { value: 'shop', count: 4 },
        ]);
        expect(await values({ service: 'nobody' })).toEqual([]);
      });
    });

    describe('search', () => {
      test('finds a value whether its key is known to repeat, to be nearly unique, or not known at all', async () => {
        const space = freshSpace();
        const drafts = (from: number, count: number): Span[] =>
          Array.from({ length: count }, (_, index) =>
            makeSpan({ trace: from + index, attributes: [attribute('request.id', `r${from + index}`)] }),
          );
        for (let from = 1; from <= 24_000; from += 3_000) {
          await opened.store.write(space, drafts(from, 3_000), call());
        }
        const is = (key: string, value: string): Condition =>
          ({ kind: 'attribute', key, comparator: '=', value }) as const;
        expect(await find(space, { condition: is('request.id', 'r1') })).toEqual(['1']);
        expect(await find(space, { condition: is('request.id', 'r24000') })).toEqual(['24000']);
        expect(await find(space, { condition: is('request.id', 'r24001') })).toEqual([]);
        expect(await find(space, { condition: is('nobody.has.it', 'r1') })).toEqual([]);
        const keys = await opened.store.attributeKeys(space, { limit: 50, prefix: 'request' }, call());
        expect(keys.items).toEqual([{ key: 'request.id', level: 'span' }]);
      });

      test('finds what stands under keys past the limit of the list', async () => {
        const space = await spaceOf(
          Array.from({ length: 260 }, (_, index) => ({
            trace: index + 1,
            attributes: [attribute(`key.${index}`, 'there')],
          })),
        );
        const condition: Condition = { kind: 'attribute', key: 'key.259', comparator: '=', value: 'there' };
        expect(await find(space, { condition })).toEqual(['260']);
      });

      test('finds spans without a name, and those of a service without one', async () => {
        const space = await spaceOf([
          { trace: 1, name: '' },
          { trace: 2, service: '' },
          { trace: 3, name: 'x'.repeat(5_000) },
        ]);
        expect(await find(space, { operation: '' })).toEqual(['1']);
        expect(await find(space, { service: 'unknown_service' })).toEqual(['2']);
        expect(await find(space, { operation: 'x'.repeat(5_000) })).toEqual(['3']);
        expect(await find(space, { operation: 'x' })).toEqual([]);
        const regex: Condition = { kind: 'field', field: 'name', comparator: 'regex', value: 'x+' };
        expect(await find(space, { condition: regex })).toEqual(['3']);
      });

      test('gives the newest first and breaks ties by trace id', async () => {
        const space = await spaceOf([
          { trace: 1, ms: 5 },
          { trace: 2, ms: 9 },
          { trace: 4, ms: 5 },
          { trace: 3, ms: 5 },
          { trace: 3, ms: 1 },
        ]);
        expect(await find(space, {})).toEqual(['2', '4', '3', '1']);
        expect(await find(space, { limit: 2 })).toEqual(['2', '4']);
      });

      test('gives the longest first, by the longest matching span', async () => {
        const space = await spaceOf([
          { trace: 1, durationMs: 10 },
          { trace: 2, durationMs: 90 },
          { trace: 2, durationMs: 1, name: 'x' },
          { trace: 3, durationMs: 10 },
          { trace: 3, durationMs: 5, name: 'x' },
        ]);
        expect(await find(space, { order: 'longest' })).toEqual(['2', '3', '1']);
        expect(await find(space, { order: 'longest', operation: 'x' })).toEqual(['3', '2']);
      });

      test('takes a half open window, of the matching span', async () => {
        const space = await spaceOf([{ trace: 1, ms: 0 }, { trace: 2, ms: 10 }, { trace: 3, ms: 20 }]); // prettier-ignore
        const window = { fromNanos: NOW, toNanos: NOW + 20_000_000n };
        expect(await find(space, { window })).toEqual(['2', '1']);
        expect(await find(space, { window: { fromNanos: NOW, toNanos: NOW } })).toEqual([]);
        expect(await find(space, { window: { fromNanos: 0n, toNanos: 2n ** 63n } })).toEqual(['3', '2', '1']);
      });

      test('finds what is days before the end of its window', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 2, ms: -3 * 86_400_000 }]);
        const window = { fromNanos: NOW - 10n * 1440n * MINUTE, toNanos: NOW + 10n * 1440n * MINUTE };
        expect(await find(space, { window })).toEqual(['1', '2']);
      });

      test('finds a few traces among many spans of one', async () => {
        const many = Array.from({ length: 2000 }, (_, index) => ({ trace: 1, ms: 5000 + index }));
        const space = await spaceOf([...many, { trace: 2 }, { trace: 3, ms: -600_000 }]);
        expect(await find(space, { limit: 3 })).toEqual(['1', '2', '3']);
      });

      const QUERIES: [Partial<SearchQuery>, string[]][] = [
        [{ service: 'shop', operation: 'pay' }, ['2']],
        [{ minDurationNanos: 50_000_000n }, ['2']],
        [{ maxDurationNanos: 49_999_999n }, ['3', '1']],
        [{ minDurationNanos: 20_000_000n, maxDurationNanos: 50_000_000n }, ['3', '2']],
        // The whole trace 1 lasts from 0 to 1010 ms, though each of its spans is short.
        [{ minTraceDurationNanos: 1_000_000_000n }, ['1']],
        [{ maxTraceDurationNanos: 999_000_000n }, ['3', '2']],
        [{ minTraceDurationNanos: 20_000_000n, maxTraceDurationNanos: 50_000_000n }, ['3', '2']],
      ];
      test.each(QUERIES.map((row) => [shown(row[0]), ...row] as const))('%s', async (_, query, want) => {
        const space = await spaceOf([
          { trace: 1, durationMs: 10, name: 'list' },
          { trace: 1, durationMs: 10, ms: 1000, name: 'pay', service: 'bank' },
          { trace: 2, durationMs: 50, ms: 1, name: 'pay' },
          { trace: 3, durationMs: 20, ms: 2, name: 'list' },
        ]);
        const found = await find(space, query);
        expect(found.sort()).toEqual([...want].sort());
        expect(await opened.store.count(space, { window: windowOf(), ...query }, call())).toBe(want.length);
      });

      test('are counted, each once, however many spans of it match', async () => {
        const is = (value: string): Condition => ({ kind: 'attribute', key: 'who', comparator: '=', value });
        const spans = Array.from({ length: 3_000 }, (_, index) =>
          makeSpan({ trace: (index % 1_200) + 1, attributes: [attribute('who', `w${index % 3}`)] }),
        );
        const space = freshSpace();
        await opened.store.write(space, spans, call());
        const count = (condition?: Condition): Promise<number> =>
          opened.store.count(
            space,
            { window: windowOf(), ...(condition === undefined ? {} : { condition }) },
            call(),
          );
        expect(await count()).toBe(1_200);
        expect(await count(is('w1'))).toBe(400);
        expect(await count({ kind: 'or', of: [is('w1'), is('w2')] })).toBe(800);
        expect(await count(is('nobody'))).toBe(0);
      });

      /** As many as a filter may hold; the longest that a value may be, so that statements become long. */
      test('takes a great many conditions', async () => {
        const long = 'x'.repeat(200);
        const space = await spaceOf([{ trace: 1, attributes: [attribute('k.7', `${long}7`)] }]);
        const some = (length: number, of: (index: number) => Condition): Condition => ({
          kind: 'or',
          of: Array.from({ length }, (_, index) => of(index)),
        });
        const keys = some(85, (index) => ({
          kind: 'attribute',
          key: `k.${index}`,
          comparator: 'regex',
          value: `${long}.`,
        }));
        const values = some(254, (index) => ({
          kind: 'attribute',
          key: 'k.7',
          comparator: '=',
          value: `${long}${index}`,
        }));
        expect(await find(space, { condition: keys })).toEqual(['1']);
        expect(await find(space, { condition: values })).toEqual(['1']);
        expect(await find(space, { condition: { kind: 'and', of: [keys, values] } })).toEqual(['1']);
      });

      test.each(['newest', 'longest'] as const)('pages through %s lose and repeat nothing', async (order) => {
        const drafts = Array.from({ length: 240 }, (_, index) => ({
          trace: (index % 50) + 1,
          ms: (index * 7919) % 300_000,
          durationMs: index % 7,
        }));
        const space = await spaceOf(drafts);
        const all = await find(space, { order, limit: 1000 });
        expect(all).toHaveLength(50);
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const query: SearchQuery = {
            window: windowOf(),
            order,
            limit: 7,
            ...(cursor === undefined ? {} : { cursor }),
          };
          const page = await opened.store.search(space, query, call());
          paged.push(...page.traces.map(({ traceId }) => String(Number.parseInt(traceId, 16))));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(paged).toEqual(all);
      });

      test('a last page that is exactly full has no cursor', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 2 }]);
        const page = await opened.store.search(
          space,
          { window: windowOf(), order: 'newest', limit: 2 },
          call(),
        );
        expect(page.traces).toHaveLength(2);
        expect(page.cursor).toBeUndefined();
      });

      test.each(['', 'nonsense', '%%', 'AAAA'])('the cursor %j is refused by name', async (cursor) => {
        const query = { window: windowOf(), order: 'newest', limit: 1, cursor } as const;
        await expect(opened.store.search(freshSpace(), query, call())).rejects.toMatchObject({
          code: 'invalid',
          field: 'cursor',
        });
      });
    });

    describe('spans', () => {
      const findSpans = async (space: Space, query: Partial<SearchQuery>): Promise<Span[]> => {
        const full = { window: windowOf(), order: 'newest', limit: 100, ...query } as const;
        return [...(await opened.store.spans(space, full, call())).spans];
      };
      const idsOf = (spans: readonly Span[]): string[] =>
        spans.map(({ traceId, spanId }) => [traceId, spanId].map((id) => Number.parseInt(id, 16)).join('.'));

      test('come back type for type', async () => {
        const span = makeSpan({ trace: 1, full: true });
        const space = freshSpace();
        await opened.store.write(space, [span, makeSpan({ trace: 1 })], call());
        expect(await findSpans(space, { operation: span.name })).toEqual([span]);
      });

      const DRAFTS: readonly SpanDraft[] = [
        { trace: 1, span: 1, ms: 5, durationMs: 10 },
        { trace: 1, span: 2, ms: 9, durationMs: 90, name: 'x' },
        { trace: 2, span: 3, ms: 5, durationMs: 10 },
        { trace: 2, span: 4, ms: 5, durationMs: 10, name: 'x', service: 'bank' },
        { trace: 3, span: 5, ms: -600_000, durationMs: 10 },
      ];
      test.each<[Partial<SearchQuery>, string[]]>([
        [{}, ['1.2', '2.4', '2.3', '1.1', '3.5']],
        [{ limit: 2 }, ['1.2', '2.4']],
        [{ limit: 0 }, []],
        [{ order: 'longest' }, ['1.2', '3.5', '2.4', '2.3', '1.1']],
        [{ operation: 'x' }, ['1.2', '2.4']],
        [{ service: 'bank', operation: 'x' }, ['2.4']],
        [{ minDurationNanos: 11_000_000n }, ['1.2']],
        // The whole trace 1 lasts from 5 to 99 ms.
        [{ minTraceDurationNanos: 94_000_000n }, ['1.2', '1.1']],
        [{ maxTraceDurationNanos: 93_999_999n }, ['2.4', '2.3', '3.5']],
        [{ window: { fromNanos: NOW, toNanos: NOW + 9_000_000n } }, ['2.4', '2.3', '1.1']],
        [{ window: { fromNanos: NOW, toNanos: NOW } }, []],
        [{ condition: { kind: 'field', field: 'name', comparator: 'not-regex', value: 'x' } }, ['2.3', '1.1', '3.5']],
        [{ condition: { kind: 'or', of: [{ kind: 'field', field: 'name', comparator: '=', value: 'x' }, { kind: 'field', field: 'service', comparator: '=', value: 'bank' }] } }, ['1.2', '2.4']],
      ])('of %o', async (query, want) => {
        expect(idsOf(await findSpans(await spaceOf(DRAFTS), query))).toEqual(want);
      }); // prettier-ignore

      test.each(['newest', 'longest'] as const)('pages through %s lose and repeat nothing', async (order) => {
        // Many begin and last alike, some share their ids, and every third was stored twice.
        const drafts = Array.from({ length: 240 }, (_, index) => {
          const pair = Math.floor(index / 2);
          return {
            trace: (pair % 20) + 1,
            span: pair + 1,
            name: `op${index % 2}`,
            ms: (pair % 11) * 30_000,
            durationMs: pair % 5,
          };
        });
        const space = await spaceOf(drafts);
        await opened.store.write(space, drafts.filter((_, index) => index % 3 === 0).map(makeSpan), call()); // prettier-ignore
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const more = cursor === undefined ? {} : { cursor };
          const page = await opened.store.spans(
            space,
            { window: windowOf(), order, limit: 7, ...more },
            call(),
          );
          paged.push(...page.spans.map(({ traceId, spanId, name }) => `${traceId} ${spanId} ${name}`));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(new Set(paged).size).toBe(240);
        expect(paged).toHaveLength(240);
        const all = await findSpans(space, { order, limit: 1000 });
        expect(all.map(({ traceId, spanId, name }) => `${traceId} ${spanId} ${name}`)).toEqual(paged);
        const ranks = all.map(({ startNanos, durationNanos }) =>
          order === 'newest' ? startNanos : durationNanos,
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => Number(b - a)));
      });

      test('a last page that is exactly full has no cursor', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 2 }]);
        const query = { window: windowOf(), order: 'newest', limit: 2 } as const;
        const page = await opened.store.spans(space, query, call());
        expect(page.spans).toHaveLength(2);
        expect(page.cursor).toBeUndefined();
      });

      test.each(['', 'nonsense', '%%', 'AAAA'])('the cursor %j is refused by name', async (cursor) => {
        const query = { window: windowOf(), order: 'newest', limit: 1, cursor } as const;
        const found = opened.store.spans(freshSpace(), query, call());
        await expect(found).rejects.toMatchObject({ code: 'invalid', field: 'cursor' });
      });

      test('the cursor of a search for traces is none', async () => {
        const space = await spaceOf([{ trace: 1 }, { trace: 2 }]);
        const query = { window: windowOf(), order: 'newest', limit: 1 } as const;
        const { cursor } = await opened.store.search(space, query, call());
        const found = opened.store.spans(space, { ...query, cursor: cursor! }, call());
        await expect(found).rejects.toMatchObject({ code: 'invalid', field: 'cursor' });
      });

      test('by which traces were ranked come in the order of the traces', async () => {
        const space = await spaceOf(DRAFTS);
        const query = { window: windowOf(), order: 'longest', limit: 10, operation: 'x' } as const;
        const { traces } = await opened.store.search(space, query, call());
        const spans = await opened.store.rankedSpans(space, query, traces, call());
        expect(idsOf(spans)).toEqual(['1.2', '2.4']);
        const reversed = await opened.store.rankedSpans(space, query, traces.toReversed(), call());
        expect(idsOf(reversed)).toEqual(['2.4', '1.2']);
        const gone = { traceId: traceIdOf(9), startNanos: NOW, durationNanos: 1n };
        expect(await opened.store.rankedSpans(space, query, [gone], call())).toEqual([]);
        expect(await opened.store.rankedSpans(space, query, [], call())).toEqual([]);
      });
    });

    describe('conditions', () => {
      let space: Space;
      beforeAll(async () => {
        space = await spaceOf([
          {
            trace: 1,
            attributes: [attribute('color', 'red'), attribute('size', '10'), attribute('a=b', 'c')],
            kind: 'server',
            status: 'error',
            eventKey: 'cause',
            eventName: 'exception',
          },
          {
            trace: 2,
            attributes: [attribute('color', 'blue'), attribute('size', '9.5'), attribute('a', 'b=c')],
            resourceKey: 'region',
            linkKey: 'why',
          },
          { trace: 3, attributes: [attribute('size', 'huge')], scopeName: 'lib', durationMs: 70, parent: 9 },
          { trace: 4, attributes: [attribute('color', ''), attribute('color', 'red')] },
        ]);
      });
      const is = (key: string, comparator: string, value?: string, level?: string): Condition =>
        ({ kind: 'attribute', key, comparator, ...(value === undefined ? {} : { value }), ...(level === undefined ? {} : { level }) }) as Condition; // prettier-ignore
      const field = (name: string, comparator: string, value?: string): Condition =>
        ({ kind: 'field', field: name, comparator, ...(value === undefined ? {} : { value }) }) as Condition;

      test.each<[Condition, string[]]>([
        [is('color', '=', 'red'), ['1', '4']],
        [is('color', '=', 'red', 'span'), ['1', '4']],
        [is('color', '=', 'red', 'event'), []],
        [is('color', '!=', 'red'), ['2', '3']],
        [is('color', 'exists'), ['1', '2', '4']],
        [is('color', 'not-exists'), ['3']],
        [is('color', 'regex', 'r.d|b.*'), ['1', '2', '4']],
        [is('color', 'regex', 're'), []],
        [is('color', 'not-regex', 'r.*'), ['2', '3']],
        [is('size', '>', '9.5'), ['1']],
        [is('size', '>=', '9.5'), ['1', '2']],
        [is('size', '<', '10'), ['2']],
        [is('size', '<=', '1e1'), ['1', '2']],
        [is('a=b', '=', 'c'), ['1']],
        [is('a', '=', 'b=c'), ['2']],
        [is('cause', '=', 'v'), ['1']],
        [is('cause', '=', 'v', 'event'), ['1']],
        [is('cause', '=', 'v', 'span'), []],
        [is('cause', 'exists', undefined, 'event'), ['1']],
        [is('cause', '!=', 'v', 'event'), ['2', '3', '4']],
        [is('why', '=', 'v', 'link'), ['2']],
        [is('why', 'regex', 'v', 'link'), ['2']],
        [is('region', '=', 'v'), ['2']],
        [is('region', '=', 'v', 'resource'), ['2']],
        [is('region', '=', 'v', 'span'), []],
        [is('region', 'not-exists'), ['1', '3', '4']],
        [is('service.name', 'regex', 'sh.p'), ['1', '2', '3', '4']],
        [field('service', '=', 'shop'), ['1', '2', '3', '4']],
        [field('name', 'not-regex', 'op.*'), []],
        [field('kind', '=', 'server'), ['1']],
        [field('kind', '!=', 'server'), ['2', '3', '4']],
        [field('status', '=', 'error'), ['1']],
        [field('status', '=', 'nonsense'), []],
        [field('scope-name', '=', 'lib'), ['3']],
        [field('scope-name', 'not-exists'), ['1', '2', '4']],
        [field('event-name', '=', 'exception'), ['1']],
        [field('event-name', 'regex', 'exc.*'), ['1']],
        [field('event-name', 'not-exists'), ['2', '3', '4']],
        [field('duration', '>', '69999999'), ['3']],
        [field('duration', '=', '70000000'), ['3']],
        [field('parent-span-id', 'exists'), ['3']],
        [field('parent-span-id', '=', '0000000000000009'), ['3']],
        [field('span-id', '=', 'nonsense'), []],
        [{ kind: 'and', of: [is('color', '=', 'red'), is('size', '=', '10')] }, ['1']],
        [{ kind: 'or', of: [is('color', '=', 'blue'), is('size', '=', '10')] }, ['1', '2']],
        [{ kind: 'or', of: [is('region', '=', 'v'), field('duration', '>', '1e6')] }, ['1', '2', '3', '4']],
        [
          { kind: 'not', of: { kind: 'or', of: [is('color', '=', 'blue'), is('size', '=', '10')] } },
          ['3', '4'],
        ],
        [{ kind: 'and', of: [] }, ['1', '2', '3', '4']],
        [{ kind: 'or', of: [] }, []],
        [{ kind: 'not', of: { kind: 'and', of: [] } }, []],
      ])('%j', async (condition, want) => {
        for (const order of ['newest', 'longest'] as const) {
          expect((await find(space, { condition, order })).sort()).toEqual(want);
        }
      });

      test.each<[Condition, string]>([
        [is('color', 'regex', 'a('), 'attribute color'],
        [is('color', 'regex', 'a)|(b'), 'attribute color'],
        [field('name', 'regex', '(?=x)'), 'name'],
        [is('size', '<', 'ten'), 'attribute size'],
        [is('size', '='), 'attribute size'],
      ])('%j is refused by name', async (condition, named) => {
        const ok = is('color', 'regex', 'fine');
        await expect(find(space, { condition: { kind: 'and', of: [ok, condition] } })).rejects.toMatchObject({
          code: 'invalid',
          field: named,
        });
      });
    });

    describe('conditions on types, times, events and links', () => {
      let space: Space;
      const typed = (key: string, value: AttributeValue): Attribute => ({ key, value });
      beforeAll(async () => {
        space = await spaceOf([
          {
            trace: 1,
            name: 'b',
            attributes: [
              attribute('before', 'x'),
              typed('n', { type: 'int', value: 10n }),
              typed('b', { type: 'bool', value: true }),
            ],
            events: [
              makeEvent({ name: 'exception', ms: 1, attributes: [attribute('type', 'io')] }),
              makeEvent({ name: 'log', ms: 5, attributes: [attribute('type', 'net'), typed('n', { type: 'int', value: 1n })] }), // prettier-ignore
            ],
            resourceSchemaUrl: 'https://r/1',
            scopeSchemaUrl: 'https://s/1',
          },
          {
            trace: 2,
            ms: 10,
            durationMs: 50,
            name: 'c',
            attributes: [attribute('n', '10'), typed('b', { type: 'string', value: 'true' })],
            events: [
              makeEvent({ name: 'exception', ms: 16, attributes: [attribute('type', 'net'), attribute('n', '1')] }), // prettier-ignore
            ],
            scopeName: 'a',
          },
          {
            trace: 3,
            ms: 20,
            name: 'd',
            attributes: [typed('n', { type: 'double', value: 10.5 })],
            linkKey: 'why',
            resourceAttributes: [typed('n', { type: 'int', value: 7n })],
          },
        ]);
      });
      const is = (key: string, comparator: string, value?: string, rest: object = {}): Condition =>
        ({ kind: 'attribute', key, comparator, ...(value === undefined ? {} : { value }), ...rest }) as Condition; // prettier-ignore
      const field = (name: string, comparator: string, value?: string): Condition =>
        ({ kind: 'field', field: name, comparator, ...(value === undefined ? {} : { value }) }) as Condition;
      const some = (level: 'event' | 'link', ...of: Condition[]): Condition => ({ kind: 'some', level, of: { kind: 'and', of } }); // prettier-ignore
      const at = (ms: number): string => (NOW + BigInt(ms) * 1_000_000n).toString();
      const string = { type: 'string' } as const;
      const int = { type: 'int' } as const;
      const event = { level: 'event' } as const;

      test.each<[Condition, string[]]>([
        [is('n', '=', '10'), ['1', '2']],
        [is('n', '=', '10', int), ['1']],
        [is('n', '=', '10', string), ['2']],
        [is('n', '=', '10.5', { type: 'double' }), ['3']],
        [is('n', '!=', '10', { ...int, level: 'span' }), ['2', '3']],
        [is('n', '>', '6', int), ['1', '3']],
        [is('n', '>', '6', { ...int, level: 'span' }), ['1']],
        [is('n', '>', '6', { ...int, level: 'resource' }), ['3']],
        [is('n', '>=', '1', { ...int, ...event }), ['1']],
        [is('n', '=', '1', { ...int, ...event }), ['1']],
        [is('n', '=', '1', { ...string, ...event }), ['2']],
        [is('n', '<', '2', string), ['2']],
        [is('n', '>', '10', { type: 'double' }), ['3']],
        [is('n', 'exists', undefined, { ...string, level: 'span' }), ['2']],
        [is('n', 'regex', '1.', int), ['1']],
        [is('b', '=', 'true', { type: 'bool' }), ['1']],
        [is('b', 'not-exists', undefined, { type: 'bool' }), ['2', '3']],
        [is('before', '>=', 'w', string), ['1']],
        [field('name', '>', 'b'), ['2', '3']],
        [field('name', '<=', 'c'), ['1', '2']],
        [field('scope-name', '<', 'b'), ['1', '2', '3']],
        [field('start', '>=', at(10)), ['2', '3']],
        [field('start', '=', at(10)), ['2']],
        [field('start', '!=', at(10)), ['1', '3']],
        [field('end', '=', at(60)), ['2']],
        [field('end', '<', at(23)), ['1', '3']],
        [field('trace-id', '=', '00000000000000000000000000000002'), ['2']],
        [field('trace-id', '=', '2'), []],
        [field('trace-id', 'regex', '0*[13]'), ['1', '3']],
        [field('resource-schema-url', '=', 'https://r/1'), ['1']],
        [field('scope-schema-url', 'exists'), ['1']],
        [field('scope-schema-url', 'not-exists'), ['2', '3']],
        [field('event-time', '=', at(1)), ['1']],
        [field('event-time', '>', at(5)), ['2']],
        [field('event-time', 'exists'), ['1', '2']],
        [field('event-time-since-start', '>=', '5000000'), ['1', '2']],
        [field('event-time-since-start', '<', '2000000'), ['1']],
        [field('event-time-since-start', '>', '-1'), ['1', '2']],
        [field('event-name', '>', 'f'), ['1']],
        [field('link-trace-id', '=', '0000000000000000000000000000004D'), ['3']],
        [field('link-span-id', '=', '000000000000004e'), ['3']],
        [field('link-span-id', 'regex', '.*e'), ['3']],
        [field('link-span-id', '!=', '000000000000004e'), ['1', '2']],
        [field('link-trace-state', '=', 'a=b'), ['3']],
        // Each holds of some event of trace 1, but both hold of one event of trace 2 alone.
        [
          { kind: 'and', of: [field('event-name', '=', 'exception'), is('type', '=', 'net', event)] },
          ['1', '2'],
        ],
        [some('event', field('event-name', '=', 'exception'), is('type', '=', 'net', event)), ['2']],
        [
          some('event', field('event-name', '=', 'log'), field('event-time-since-start', '>=', '5000000')),
          ['1'],
        ],
        [some('event', field('event-name', '=', 'exception'), field('event-time', '>', at(1))), ['2']],
        [some('event', is('n', '=', '1', { ...int, ...event })), ['1']],
        [some('event', is('n', 'not-exists', undefined, event)), ['1']],
        [some('event', is('type', '!=', 'net', event)), ['1']],
        [some('event', is('type', 'regex', 'n.*', event), field('name', '=', 'b')), ['1']],
        [some('event', is('nobody.has.it', 'exists', undefined, event)), []],
        [some('event', field('name', 'regex', '[bd]')), ['1']],
        [some('event'), ['1', '2']],
        [{ kind: 'not', of: some('event') }, ['3']],
        [some('event', { kind: 'or', of: [field('event-name', '=', 'log'), is('n', '=', '1', { ...string, ...event })] }), ['1', '2']], // prettier-ignore
        [some('event', is('n', '=', '10', { ...int, level: 'span' })), ['1']],
        [some('link', field('link-span-id', '=', '000000000000004e'), is('why', '=', 'v', { level: 'link' })), ['3']], // prettier-ignore
        [some('link', field('link-trace-state', 'regex', 'a=.'), is('why', '=', 'w', { level: 'link' })), []],
        [some('link', some('event')), []],
        // No event is without a type: every event has one.
        [{ kind: 'not', of: some('event', is('type', 'not-exists', undefined, event)) }, ['1', '2', '3']],
      ])('%j', async (condition, want) => {
        for (const order of ['newest', 'longest'] as const) {
          expect((await find(space, { condition, order })).sort()).toEqual(want);
        }
      });

      test.each<[Condition, string]>([
        [is('n', '<', '1.5', int), 'attribute n'],
        [is('n', '<', '9223372036854775808', int), 'attribute n'],
        [field('start', '<', 'yesterday'), 'start'],
        [field('event-time', 'regex', '1.*'), 'event-time'],
        [some('event', some('event')), 'event'],
        [some('event', is('type', 'regex', '(', event)), 'attribute type'],
      ])('%j is refused by name', async (condition, named) => {
        await expect(find(space, { condition })).rejects.toMatchObject({ code: 'invalid', field: named });
      });

      test('a type is told for keys whose values are nearly unique, too', async () => {
        const many = freshSpace();
        for (let from = 0; from < 24_000; from += 3_000) {
          const spans = Array.from({ length: 3_000 }, (_, index) =>
            makeSpan({
              trace: from + index + 1,
              attributes: [
                attribute('kind', 'x'),
                typed('id', (from + index) % 2 === 0 ? { type: 'int', value: BigInt(from + index) } : { type: 'string', value: String(from + index) }), // prettier-ignore
                typed('last', { type: 'bool', value: true }),
              ],
            }),
          );
          await opened.store.write(many, spans, call());
        }
        expect(await find(many, { condition: is('id', '=', '23998', int) })).toEqual(['23999']);
        expect(await find(many, { condition: is('id', '=', '23999', int) })).toEqual([]);
        expect(await find(many, { condition: is('id', '>=', '23998', int) })).toEqual(['23999']);
      });
    });

    describe('conditions on two values of a span', () => {
      let space: Space;
      const int = (key: string, value: bigint): Attribute => ({ key, value: { type: 'int', value } });
      const typed = (type: string, ms = 1): Attribute[] => [attribute('type', type), attribute('ms', String(ms * 1e6))]; // prettier-ignore
      beforeAll(async () => {
        space = await spaceOf([
          {
            trace: 1,
            name: 'red',
            durationMs: 5,
            attributes: [int('size', 10n), int('limit', 9n), attribute('color', 'red'), int('budget', 5_000_000n)], // prettier-ignore
          },
          { trace: 2, attributes: [int('size', 9n), int('limit', 10n), attribute('color', 'blue')] },
          { trace: 3, attributes: [attribute('size', 'abc'), attribute('limit', 'abd')] },
          {
            trace: 4,
            attributes: [attribute('size', '1e1')],
            resourceAttributes: [int('limit', 10n)],
            scopeName: 'op',
          },
          { trace: 5, attributes: [int('size', 9_007_199_254_740_993n), int('limit', 9_007_199_254_740_992n)] }, // prettier-ignore
          {
            trace: 6,
            attributes: [attribute('size', '1'), attribute('size', "it's 7")],
            resourceAttributes: [attribute('size', "it's 7"), attribute('size', '\0\n"')],
            span: 66,
            parent: 66,
          },
          {
            trace: 7,
            events: [
              makeEvent({ name: 'a', ms: 1, attributes: typed('b') }),
              makeEvent({ name: 'b', ms: 5, attributes: typed('a') }),
            ],
          },
          { trace: 8, events: [makeEvent({ name: 'a', ms: 1, attributes: typed('a', 2) })] },
          { trace: 77, linkKey: 'why', scopeName: 'lib' },
        ]);
      });
      const a = (key: string, level?: AttributeLevel): Operand => ({ kind: 'attribute', key, ...(level === undefined ? {} : { level }) }); // prettier-ignore
      const f = (field: SpanField): Operand => ({ kind: 'field', field });
      const two = (left: Operand, comparator: string, right: Operand): Condition =>
        ({ kind: 'compared', left, comparator, right }) as Condition;
      const someEvent = (of: Condition): Condition => ({ kind: 'some', level: 'event', of });
      const all = ['1', '2', '3', '4', '5', '6', '7', '77', '8'];

      test.each<[Condition, string[]]>([
        [two(a('size', 'span'), '>', a('limit', 'span')), ['1', '5']],
        [two(a('limit', 'span'), '>=', a('size', 'span')), ['2', '3']],
        [two(a('size', 'span'), '=', a('limit', 'span')), []],
        [two(a('size', 'span'), '!=', a('limit', 'span')), ['1', '2', '3', '5']],
        [two(a('size', 'span'), '=', a('limit', 'resource')), ['4']],
        [two(a('size'), '=', a('limit')), ['4']],
        [two(a('size'), '!=', a('limit')), ['1', '2', '3', '5']],
        [two(a('size', 'span'), '=', a('size', 'resource')), ['6']],
        [two(a('size', 'span'), '!=', a('size', 'resource')), []],
        [two(a('size', 'span'), '=', a('size', 'scope')), []],
        [two(a('size', 'span'), '=', a('nobody.has.it')), []],
        [two(a('size', 'span'), '!=', a('nobody.has.it')), []],
        [{ kind: 'not', of: two(a('size', 'span'), '<=', a('limit')) }, ['1', '5', '6', '7', '77', '8']],
        [two(f('name'), '=', a('color', 'span')), ['1']],
        [two(f('name'), '!=', a('color', 'span')), ['2']],
        [two(f('duration'), '>=', a('budget', 'span')), ['1']],
        [two(f('duration'), '>', a('budget', 'span')), []],
        [two(f('duration'), '<', a('size', 'span')), ['5']],
        [two(a('size', 'span'), '>', f('duration')), ['5']],
        [two(f('scope-name'), '=', f('name')), ['4']],
        [two(f('scope-name'), '!=', f('name')), ['77']],
        [two(f('start'), '<', f('end')), all],
        [two(f('start'), '=', f('end')), []],
        [two(f('event-time'), '>', f('end')), ['7']],
        [two(f('trace-id'), '=', f('link-trace-id')), ['77']],
        [two(f('trace-id'), '!=', f('link-trace-id')), []],
        [two(f('span-id'), '=', f('parent-span-id')), ['6']],
        [two(f('kind'), '=', f('name')), []],
        [two(f('service'), '<', f('status')), all],
        // Of any events, and of one and the same.
        [two(f('event-name'), '=', a('type', 'event')), ['7', '8']],
        [someEvent(two(f('event-name'), '=', a('type', 'event'))), ['8']],
        [someEvent(two(f('event-name'), '!=', a('type', 'event'))), ['7']],
        [two(f('event-name'), '!=', a('type', 'event')), []],
        [someEvent(two(f('event-time-since-start'), '<', a('ms', 'event'))), ['8']],
        [someEvent(two(f('event-name'), '=', f('name'))), []],
        [
          {
            kind: 'or',
            of: [two(a('size'), '=', a('limit')), two(f('name'), '=', a('color'))],
          },
          ['1', '4'],
        ],
      ])('%j', async (condition, want) => {
        for (const order of ['newest', 'longest'] as const) {
          expect((await find(space, { condition, order })).sort()).toEqual(want);
        }
      });

      test.each<[Condition, string]>([
        [two(f('duration'), '=', f('name')), 'duration'],
        [two(f('service'), '<', f('event-time')), 'service'],
      ])('%j is refused by name', async (condition, named) => {
        await expect(find(space, { condition })).rejects.toMatchObject({ code: 'invalid', field: named });
      });
    });

    describe('words that are code elsewhere', () => {
      test.each([
        "'",
        "' OR 1 = 1 --",
        '\\',
        "\\'; DROP TABLE spans; --",
        'a\n\nb',
        '{x:String}',
        '%',
        '\0',
        '=',
        '😀',
        '`',
      ])('%j', async (word) => {
        const space = await spaceOf([
          {
            trace: 1,
            service: `s${word}`,
            name: `n${word}`,
            attributes: [attribute(`k${word}`, `v${word}`)],
          },
          { trace: 2, service: 's', name: 'n', attributes: [attribute('k', 'v')] },
        ]);
        const leaf = { kind: 'attribute', key: `k${word}`, comparator: '=', value: `v${word}` } as const;
        expect(await find(space, { service: `s${word}` })).toEqual(['1']);
        expect(await find(space, { operation: `n${word}` })).toEqual(['1']);
        for (const level of [undefined, 'span'] as const) {
          const condition = level === undefined ? leaf : { ...leaf, level };
          expect(await find(space, { condition })).toEqual(['1']);
        }
        expect(await find(space, { condition: { ...leaf, comparator: 'exists' } })).toEqual(['1']);
        const { items } = await opened.store.operations(space, { service: `s${word}` }, call());
        expect(items.map(({ name }) => name)).toEqual([`n${word}`]);
        const keys = await opened.store.attributeKeys(space, { prefix: `k${word}`, limit: 9 }, call());
        expect(keys.items.map(({ key }) => key)).toEqual([`k${word}`]);
        const values = { key: `k${word}`, prefix: `v${word}`, window: windowOf(), limit: 9 };
        expect(await opened.store.attributeValues(space, values, call())).toEqual([
          { value: `v${word}`, count: 1 },
        ]);
      });
    });

    describe('summaries', () => {
      test('count, and name the root', async () => {
        const space = await spaceOf([
          { trace: 1, ms: 5, durationMs: 100, span: 1, name: 'root', service: 'web' },
          { trace: 1, ms: 0, durationMs: 10, span: 2, parent: 1, service: 'db', status: 'error' },
          { trace: 1, ms: 9, durationMs: 1, span: 3, parent: 1, service: 'db' },
          { trace: 2, ms: 3, span: 1, parent: 8, name: 'late', service: 'web' },
          { trace: 2, ms: 2, span: 2, parent: 9, name: 'early', service: 'db' },
        ]);
        const ids = [traceIdOf(2), traceIdOf(9), traceIdOf(1)];
        const summaries = await opened.store.summaries(space, ids, {}, call());
        expect(summaries.map(({ traceId }) => traceId)).toEqual([traceIdOf(2), traceIdOf(1)]);
        expect(summaries[0]).toMatchObject({ rootName: 'early', rootService: 'db', hasRoot: false, orphanCount: 2 }); // prettier-ignore
        expect(summaries[1]).toMatchObject({
          startNanos: NOW,
          endNanos: NOW + 105_000_000n,
          spanCount: 3,
          errorCount: 1,
          orphanCount: 0,
          rootService: 'web',
          rootName: 'root',
          hasRoot: true,
        });
        expect([...summaries[1]!.services].sort((a, b) => (a.service < b.service ? -1 : 1))).toEqual([
          { service: 'db', spanCount: 2, errorCount: 1 },
          { service: 'web', spanCount: 1, errorCount: 0 },
        ]);
      });
    });

    test('orphans are spans whose parent is missing, each counted once', async () => {
      const space = await spaceOf([
        { trace: 1, span: 1 },
        { trace: 1, span: 2, parent: 1, ms: 1 },
        { trace: 1, span: 3, parent: 9, ms: 2 },
        { trace: 1, span: 4, parent: 9, ms: 3 },
        { trace: 1, span: 5, parent: 5, ms: 4 },
        { trace: 2, span: 9 },
      ]);
      await opened.store.write(space, [makeSpan({ trace: 1, span: 4, parent: 9, ms: 3 })], call());
      const summaries = await opened.store.summaries(space, [traceIdOf(1), traceIdOf(2)], {}, call());
      expect(summaries.map(({ spanCount, orphanCount }) => [spanCount, orphanCount])).toEqual([
        [5, 2],
        [1, 0],
      ]);
    });

    describe('rates', () => {
      const drafts: SpanDraft[] = Array.from({ length: 100 }, (_, index) => ({
        trace: index + 1,
        ms: (index % 2) * 60_000,
        durationMs: index + 1,
        service: index < 50 ? 'a' : 'b',
        name: index % 10 === 0 ? 'slow' : 'fast',
        kind: 'server',
        status: index % 4 === 0 ? 'error' : 'ok',
      }));
      const query = { window: windowOf(), stepNanos: MINUTE, by: [], quantiles: [] } as const;

      test('count calls and errors by step', async () => {
        const [series, ...others] = await opened.store.rates(await spaceOf(drafts), query, call());
        expect(others).toEqual([]);
        const minute = (NOW / MINUTE) * MINUTE;
        expect(series).toEqual({
          points: [
            { fromNanos: minute, calls: 50, errors: 25, durationNanos: [] },
            { fromNanos: minute + MINUTE, calls: 50, errors: 0, durationNanos: [] },
          ],
        });
      });

      test('by the dimensions asked for, filtered', async () => {
        const space = await spaceOf(drafts);
        const series = await opened.store.rates(
          space,
          {
            ...query,
            stepNanos: 1440n * MINUTE,
            by: ['service', 'kind'],
            operation: 'slow',
            services: ['a', 'b'],
            kinds: ['server'],
          },
          call(),
        );
        expect(series.map(({ service, kind, points }) => [service, kind, points[0]?.calls])).toEqual([
          ['a', 'server', 5],
          ['b', 'server', 5],
        ]);
        expect(await opened.store.rates(space, { ...query, services: ['c'] }, call())).toEqual([]);
        expect(await opened.store.rates(space, { ...query, services: [] }, call())).toEqual([]);
      });

      test('quantiles are within one percent', async () => {
        const quantiles = [0.5, 0.9, 0.99];
        const step = 1440n * MINUTE;
        const [series] = await opened.store.rates(
          await spaceOf(drafts),
          { ...query, stepNanos: step, quantiles },
          call(),
        );
        const got = series!.points.flatMap(({ durationNanos }) => durationNanos);
        for (const [index, want] of [50e6, 90e6, 99e6].entries()) {
          // Between neighbouring spans any value is right: they are a millisecond apart.
          expect(Math.abs(got[index]! - want)).toBeLessThan(want * 0.01 + 1e6);
        }
      });

      /** Points of sliding rates as [minute, calls, errors, longest ms], of calls in the minutes 0, 1 and 5. */
      const SLIDING: [string, { step: number; over: number; from: number; to: number }, number[][]][] = [
        ['over what lies before each point', { step: 1, over: 2, from: 0, to: 60 }, [[0, 2, 1, 10], [1, 3, 1, 20], [2, 1, 0, 20], [5, 1, 0, 30], [6, 1, 0, 30]]], // prettier-ignore
        ['over what lies before the window', { step: 1, over: 2, from: 2, to: 6 }, [[2, 1, 0, 20], [5, 1, 0, 30]]], // prettier-ignore
        [
          'to the end of the window, inside a minute',
          { step: 1, over: 2, from: 3, to: 3.5 },
          [[3, 1, 0, 20]],
        ],
        ['to the end of the window, inside a step', { step: 5, over: 2, from: 0, to: 6 }, [[5, 1, 0, 30]]],
        ['over less than a step', { step: 5, over: 4, from: 0, to: 60 }, [[0, 1, 0, 20]]],
        ['over several steps', { step: 5, over: 10, from: 0, to: 60 }, [[0, 3, 1, 20], [5, 4, 1, 30], [10, 1, 0, 30]]], // prettier-ignore
        ['over no multiple of the step', { step: 5, over: 6, from: 5, to: 60 }, [[5, 1, 0, 30]]], // prettier-ignore
      ];
      test.each(SLIDING)('slide %s', async (_, { step, over, from, to }, want) => {
        const steps = 5n * MINUTE;
        const start = (NOW / steps) * steps;
        const startMs = Number((start - NOW) / 1_000_000n);
        const drafts = ([[0, 10, 'error'], [0, 10, 'ok'], [1, 20, 'ok'], [5, 30, 'ok']] as const).map(([minute, durationMs, status]) => ({ trace: 1, ms: startMs + minute * 60_000, durationMs, status })); // prettier-ignore
        const [series] = await opened.store.rates(
          await spaceOf(drafts),
          {
            ...query,
            window: { fromNanos: start + BigInt(from * 60e9), toNanos: start + BigInt(to * 60e9) },
            stepNanos: BigInt(step) * MINUTE,
            overNanos: BigInt(over) * MINUTE,
            quantiles: [1],
          },
          call(),
        );
        const points = series!.points.map(({ fromNanos, calls, errors, durationNanos: [longest] }) => [
          Number((fromNanos - start) / MINUTE),
          calls,
          errors,
          Math.round(longest! / 1e6),
        ]);
        expect(points).toEqual(want);
      });

      test('tell how durations are spread, within one percent of each bound', async () => {
        const together = [...drafts, { trace: 200, service: 'a', name: 'none', durationMs: 0 }];
        const space = await spaceOf(together.map((draft) => ({ ...draft, ms: 0 })));
        const all = { ...query, stepNanos: 1440n * MINUTE, by: ['service'] } as const;
        const boundsNanos = [0, 25.5e6, 49.5e6, 1e9];
        const series = await opened.store.rates(space, { ...all, boundsNanos }, call());
        expect(series.map(({ service, points }) => [service, points[0]!.spread!.atMost])).toEqual([
          ['a', [1, 26, 50, 51]],
          ['b', [0, 0, 0, 50]],
        ]);
        const sums = series.map(({ points }) => Number(points[0]!.spread!.sumNanos) / 1e6);
        for (const [index, want] of [1275, 3775].entries())
          expect(Math.abs(sums[index]! - want)).toBeLessThan(want * 0.01);
        const [plain] = await opened.store.rates(space, all, call());
        expect(plain!.points[0]).not.toHaveProperty('spread');
      });
    });

    describe('aggregate', () => {
      const SECOND = 1_000_000_000n;
      /** Ten seconds with a call each, every other one an error; the calls last 1 to 10 ms. */
      const drafts: SpanDraft[] = Array.from({ length: 10 }, (_, index) => ({
        trace: index + 1,
        ms: index * 1000,
        durationMs: index + 1,
        service: index < 7 ? 'a' : 'b',
        name: index % 2 === 0 ? 'get' : 'put',
        kind: 'server',
        status: index % 2 === 0 ? 'error' : 'ok',
        attributes: index < 4 ? [attribute('color', 'red')] : index < 6 ? [attribute('color', 'blue')] : [],
        ...(index < 2 ? { resourceKey: 'region' } : {}),
        ...(index === 9 ? { eventKey: 'cause', linkKey: 'why', resourceAttributes: [attribute('color', 'green')] } : {}),
      })); // prettier-ignore
      const query: AggregateQuery = {
        window: windowOf(),
        stepNanos: 1440n * MINUTE,
        by: [],
        quantiles: [],
        maxSeries: 100,
      };
      const byAttribute = (key: string, level?: AttributeLevel): AggregateQuery['by'] => [
        { kind: 'attribute', key, ...(level === undefined ? {} : { level }) },
      ];
      /** Values and calls of each series. */
      const counted = async (space: Space, more: Partial<AggregateQuery>): Promise<unknown[]> => {
        const { series } = await opened.store.aggregate(space, { ...query, ...more }, call());
        return series.map(({ values, points }) => [
          ...values,
          points.reduce((sum, { calls }) => sum + calls, 0),
        ]);
      };

      test('counts calls and errors over steps of any length', async () => {
        const space = await spaceOf(drafts);
        const steps = async (stepNanos: bigint): Promise<unknown[]> => {
          const { series, cut } = await opened.store.aggregate(space, { ...query, stepNanos }, call());
          expect(cut).toBe(false);
          expect(series).toHaveLength(1);
          return series[0]!.points.map(({ fromNanos, calls, errors }) => [Number((fromNanos - NOW) / SECOND), calls, errors]); // prettier-ignore
        };
        expect(await steps(4n * SECOND)).toEqual([[0, 4, 2], [4, 4, 2], [8, 2, 1]]); // prettier-ignore
        expect(await steps(20n * SECOND)).toEqual([[0, 10, 5]]);
        const [first] = (await steps(7n * SECOND)) as number[][];
        expect(first![0]).toBeLessThanOrEqual(0);
        expect(BigInt(first![0]!) + NOW / SECOND).toSatisfy((step: bigint) => step % 7n === 0n);
      });

      test.each<[string, Partial<AggregateQuery>, unknown[]]>([
        ['service', { by: [{ kind: 'field', field: 'service' }] }, [['a', 7], ['b', 3]]],
        ['operation and status', { by: [{ kind: 'field', field: 'operation' }, { kind: 'field', field: 'status' }] }, [['get', 'error', 5], ['put', 'ok', 5]]],
        ['kind', { by: [{ kind: 'field', field: 'kind' }] }, [['server', 10]]],
        ['an attribute of the span or its resource', { by: byAttribute('color') }, [['red', 4], ['', 3], ['blue', 2], ['green', 1]]],
        ['an attribute of the span', { by: byAttribute('color', 'span') }, [['', 4], ['red', 4], ['blue', 2]]],
        ['an attribute of the resource', { by: byAttribute('region', 'resource') }, [['', 8], ['v', 2]]],
        ['an attribute of events', { by: byAttribute('cause', 'event') }, [['', 9], ['v', 1]]],
        ['an attribute of links', { by: byAttribute('why', 'link') }, [['', 9], ['v', 1]]],
        ['an attribute that nobody has', { by: byAttribute('nobody') }, [['', 10]]],
        ['an attribute of the scope', { by: byAttribute('nobody', 'scope') }, [['', 10]]],
        ['words that are code elsewhere', { by: byAttribute("it's \\ a `key`") }, [['', 10]]],
        ['nothing', {}, [[10]]],
      ])('by %s', async (_, more, want) => {
        expect(await counted(await spaceOf(drafts), more)).toEqual(want);
      }); // prettier-ignore

      test.each<[Partial<AggregateQuery>, unknown[]]>([
        [{ service: 'a' }, [[7]]],
        [{ operation: 'get' }, [[5]]],
        [{ minDurationNanos: 4_000_000n, maxDurationNanos: 6_000_000n }, [[3]]],
        [{ condition: { kind: 'attribute', key: 'color', comparator: '=', value: 'red' } }, [[4]]],
        [{ condition: { kind: 'attribute', key: 'color', comparator: 'regex', value: 'r.d|green' } }, [[5]]],
        [{ window: { fromNanos: NOW + 1_000_000_000n, toNanos: NOW + 3_000_000_000n } }, [[2]]],
        [{ window: { fromNanos: NOW, toNanos: NOW } }, []],
        [{ service: 'nobody', by: byAttribute('color') }, []],
      ])('of %o alone', async (more, want) => {
        expect(await counted(await spaceOf(drafts), more)).toEqual(want);
      }); // prettier-ignore

      test('has the most frequent series, and says when there are more', async () => {
        const space = await spaceOf(drafts);
        const by = byAttribute('color', 'span');
        const all = await opened.store.aggregate(space, { ...query, by, maxSeries: 3 }, call());
        expect([all.series.map(({ values }) => values[0]), all.cut]).toEqual([['', 'red', 'blue'], false]);
        const some = await opened.store.aggregate(space, { ...query, by, maxSeries: 2 }, call());
        expect([some.series.map(({ values }) => values[0]), some.cut]).toEqual([['', 'red'], true]);
        expect(some.series[1]!.points[0]!.calls).toBe(4);
      });

      test('quantiles are within one percent', async () => {
        const quantiles = [0, 0.5, 1];
        const { series } = await opened.store.aggregate(
          await spaceOf(drafts),
          { ...query, quantiles },
          call(),
        );
        const [least, middle, most] = series[0]!.points[0]!.durationNanos;
        expect(Math.abs(least! - 1e6)).toBeLessThan(2e4);
        expect(Math.abs(middle! - 5.5e6)).toBeLessThan(6e5);
        expect(Math.abs(most! - 10e6)).toBeLessThan(2e5);
      });

      test('a pattern that is none is refused', async () => {
        const condition = { kind: 'attribute', key: 'k', comparator: 'regex', value: 'a(b' } as const;
        const asked = opened.store.aggregate(freshSpace(), { ...query, condition }, call());
        await expect(asked).rejects.toMatchObject({ code: 'invalid' });
      });
    });

    describe('dependencies', () => {
      const drafts: SpanDraft[] = [
        { trace: 1, span: 1, service: 'web', durationMs: 100 },
        { trace: 1, span: 2, parent: 1, service: 'web', ms: 1 },
        { trace: 1, span: 3, parent: 2, service: 'db', ms: 2, durationMs: 50, status: 'error' },
        { trace: 1, span: 4, parent: 2, service: 'db', ms: 3, durationMs: 50 },
      ];

      test('are edges between services, also across writes', async () => {
        const space = await spaceOf(drafts.slice(2));
        await opened.store.write(space, drafts.slice(0, 2).map(makeSpan), call());
        await opened.closeMinutes(Number((NOW + 2n * MINUTE) / 1_000_000n));
        const edges = await opened.store.dependencies(space, windowOf(), call());
        expect(edges).toMatchObject([{ parent: 'web', child: 'db', calls: 2, errors: 1 }]);
        expect(Math.abs(edges[0]!.p50Nanos - 50e6)).toBeLessThan(1e6);
        expect(edges[0]).not.toHaveProperty('spread');
        const [spread] = await opened.store.dependencies(
          space,
          { ...windowOf(), boundsNanos: [40e6, 60e6] },
          call(),
        );
        expect(spread!.spread!.atMost).toEqual([0, 2]);
        expect(Math.abs(Number(spread!.spread!.sumNanos) - 100e6)).toBeLessThan(1e6);
        expect(await opened.store.dependencies(freshSpace(), windowOf(), call())).toEqual([]);
      });

      test('of the minute under way are counted as well', async () => {
        const sinceNow = Date.now() - Number(NOW / 1_000_000n);
        const space = await spaceOf(drafts.map((draft) => ({ ...draft, ms: sinceNow + (draft.ms ?? 0) })));
        const want = [{ parent: 'web', child: 'db', calls: 2, errors: 1 }];
        expect(await opened.store.dependencies(space, windowOf(), call())).toMatchObject(want);
        await opened.closeMinutes(Date.now());
        expect(await opened.store.dependencies(space, windowOf(), call())).toMatchObject(want);
        const before = { fromNanos: NOW, toNanos: NOW + MINUTE };
        expect(await opened.store.dependencies(space, before, call())).toEqual([]);
      });
    });

    describe('deletes', () => {
      test('of a trace leave no trace of it', async () => {
        const space = await spaceOf([
          { trace: 1, service: 'gone', name: 'gone' },
          { trace: 1, name: 'kept' },
          { trace: 2, name: 'kept' },
        ]);
        await opened.store.deleteTrace(space, traceIdOf(1), call());
        expect(await collect(opened.store.trace(space, traceIdOf(1), {}, call()))).toEqual([]);
        expect(await opened.store.summaries(space, [traceIdOf(1)], {}, call())).toEqual([]);
        expect(await find(space, {})).toEqual(['2']);
        expect((await opened.store.services(space, call())).items).toEqual(['shop']);
        expect((await opened.store.operations(space, {}, call())).items.map(({ name }) => name)).toEqual([
          'kept',
        ]);
        const [series] = await opened.store.rates(
          space,
          { window: windowOf(), stepNanos: MINUTE, by: [], quantiles: [] },
          call(),
        );
        expect(series?.points[0]?.calls).toBe(1);
        await opened.store.deleteTrace(space, traceIdOf(3), call());
        await opened.store.write(space, [makeSpan({ trace: 3, service: 'gone' })], call());
        expect((await opened.store.services(space, call())).items).toEqual(['gone', 'shop']);
      });

      test('of a space leave the others, and it may be written to again', async () => {
        const [space, other] = [await spaceOf([{ trace: 1 }]), await spaceOf([{ trace: 1 }])];
        await opened.store.deleteSpace(space, call());
        expect(await collect(opened.store.trace(space, traceIdOf(1), {}, call()))).toEqual([]);
        expect((await opened.store.services(space, call())).items).toEqual([]);
        expect(await find(other, {})).toEqual(['1']);
        const names = (await opened.store.spaces(call())).map((summary) => summary.space.table);
        expect(names).not.toContain(space.table);
        expect(names).toContain(other.table);
        const span = makeSpan({ trace: 1, full: true });
        await opened.store.write(space, [span], call());
        expect(await collect(opened.store.trace(space, span.traceId, {}, call()))).toEqual([span]);
      });
    });

    test('spaces tell how much they hold', async () => {
      const space = await spaceOf([{ trace: 1 }, { trace: 2, ms: 20 }]);
      const found = (await opened.store.spaces(call())).find(
        (summary) => summary.space.table === space.table,
      );
      expect(found).toEqual({
        space,
        spanCount: 2,
        firstStartNanos: NOW,
        lastStartNanos: NOW + 20_000_000n,
      });
    });

    describe('isolation', () => {
      const mine = createSpace('mine', 'mine', 'mine');
      const neighbours = ([['other', 'mine', 'mine'], ['mine', 'other', 'mine'], ['mine', 'mine', 'other']] as const).map(([tenant, db, table]) => createSpace(tenant, db, table)); // prettier-ignore
      /** The same trace and span ids everywhere; whatever else a space says carries its own mark. */
      const marked = (mark: string): Span[] =>
        [
          { trace: 1, span: 1, service: `${mark}-web`, name: mark },
          { trace: 1, span: 2, parent: 1, service: `${mark}-db`, name: mark, ms: 1 },
        ].map((draft) =>
          makeSpan({ ...draft, attributes: [attribute(`key-${mark}`, 'x'), attribute('who', mark)] }),
        );
      const id: TraceId = traceIdOf(1);

      beforeAll(async () => {
        await opened.store.write(mine, marked('mine'), call());
        for (const [index, neighbour] of neighbours.entries()) {
          await opened.store.write(neighbour, marked(`foe${index}`), call());
        }
        await opened.closeMinutes(Number((NOW + 2n * MINUTE) / 1_000_000n));
      });

      const methods: Record<string, (store: TraceStore) => Promise<unknown>> = {
        services: (store) => store.services(mine, call()),
        operations: (store) => store.operations(mine, {}, call()),
        trace: (store) => collect(store.trace(mine, id, {}, call())),
        traces: (store) => collect(store.traces(mine, [id], {}, call())),
        summaries: (store) => store.summaries(mine, [id], {}, call()),
        count: async (store) => ({
          mine: (await store.count(mine, { window: windowOf() }, call())) === 1 || 'foe',
        }),
        spans: (store) => store.spans(mine, { window: windowOf(), order: 'newest', limit: 10 }, call()),
        rankedSpans: async (store) => {
          const query = { window: windowOf(), order: 'newest', limit: 10 } as const;
          const { traces } = await store.search(mine, query, call());
          return store.rankedSpans(mine, query, traces, call());
        },
        aggregate: (store) =>
          store.aggregate(
            mine,
            {
              window: windowOf(),
              stepNanos: MINUTE,
              by: [
                { kind: 'attribute', key: 'who' },
                { kind: 'attribute', key: 'service.name', level: 'resource' },
              ],
              quantiles: [],
              maxSeries: 10,
            },
            call(),
          ),
        rates: (store) =>
          store.rates(
            mine,
            { window: windowOf(), stepNanos: MINUTE, by: ['service', 'operation'], quantiles: [] },
            call(),
          ),
        dependencies: (store) => store.dependencies(mine, windowOf(), call()),
        attributeKeys: (store) => store.attributeKeys(mine, { limit: 100, level: 'span' }, call()),
        attributeValues: (store) =>
          store.attributeValues(mine, { key: 'who', window: windowOf(), limit: 10 }, call()),
      };

      test.each(Object.keys(methods))('%s', async (name) => {
        const answer = shown(await methods[name]!(opened.store));
        expect(answer).toContain('mine');
        expect(answer).not.toContain('foe');
      });

      test('search', async () => {
        const other = (value: string): Condition => ({
          kind: 'attribute',
          key: 'who',
          comparator: '=',
          value,
        });
        expect(await find(mine, { condition: other('mine') })).toEqual(['1']);
        for (const foe of ['foe0', 'foe1', 'foe2'])
          expect(await find(mine, { condition: other(foe) })).toEqual([]);
      });

      test('deletes', async () => {
        await opened.store.deleteTrace(mine, id, call());
        for (const space of neighbours) {
          expect(await collect(opened.store.trace(space, id, {}, call()))).toHaveLength(2);
          expect((await opened.store.services(space, call())).items).toHaveLength(2);
          expect(await opened.store.dependencies(space, windowOf(), call())).toHaveLength(1);
        }
        await opened.store.deleteSpace(mine, call());
        for (const space of neighbours)
          expect((await opened.store.services(space, call())).items).toHaveLength(2);
      });
    });

    describe('calls', () => {
      test('that are late are too slow', async () => {
        const late = { deadlineMs: performance.now() - 1 };
        await expect(opened.store.services(freshSpace(), late)).rejects.toMatchObject({ code: 'too-slow' });
        await expect(collect(opened.store.trace(freshSpace(), traceIdOf(1), {}, late))).rejects.toMatchObject(
          {
            code: 'too-slow',
          },
        );
      });

      test('that were given up are cancelled', async () => {
        const gone = { ...call(), signal: AbortSignal.abort() };
        await expect(find(freshSpace(), {}).then(() => opened.store.spaces(gone))).rejects.toMatchObject({
          code: 'cancelled',
        });
        await expect(
          collect(opened.store.traces(freshSpace(), [traceIdOf(1)], {}, gone)),
        ).rejects.toMatchObject({
          code: 'cancelled',
        });
      });
    });

    test('a trace of 100,000 spans comes in chunks', { timeout: 120_000 }, async () => {
      const space = freshSpace();
      for (let batch = 0; batch < 10; batch++) {
        const spans = Array.from({ length: 10_000 }, (_, index) =>
          makeSpan({ trace: 1, span: batch * 10_000 + index + 1, ms: index % 5000 }),
        );
        await opened.store.write(space, spans, call());
      }
      let count = 0;
      let largest = 0;
      let last = 0n;
      for await (const chunk of opened.store.trace(space, traceIdOf(1), {}, call())) {
        count += chunk.length;
        largest = Math.max(largest, chunk.length);
        for (const { startNanos } of chunk) {
          expect(startNanos >= last).toBe(true);
          last = startNanos;
        }
      }
      expect(count).toBe(100_000);
      expect(largest).toBeLessThanOrEqual(20_000);
    });
  });
}
