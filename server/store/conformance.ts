import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Space, createSpace } from '../space/space.ts';
import type { Attribute, AttributeValue } from '../span/attribute.ts';
import type { Span, TraceId } from '../span/span.ts';
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
import type { Condition, SearchQuery, TraceStore } from './trace-store.ts';

/** A store to be put through the suite. */
export interface OpenedStore {
  readonly store: TraceStore;
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
