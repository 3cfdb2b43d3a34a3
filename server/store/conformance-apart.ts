import { describe, expect, test } from 'vitest';
import { archiveOf } from '../space/archive.ts';
import type { Space } from '../space/space.ts';
import type { Span, TraceId } from '../span/span.ts';
import { attribute, call, collect, makeEvent, makeSpan, traceIdOf, windowOf } from './conformance.fixture.ts';
import type { TraceStore } from './trace-store.ts';

/** What comes by one request of a sender that tells events and links apart from their span. */
export interface ApartSpans {
  /** Marked as such, with the events and links that they have here. */
  readonly spans: readonly Span[];
  /** Of these the events and links alone. */
  readonly fragmentsOf: readonly Span[];
}

export interface ApartStore {
  readonly store: TraceStore;
  /** Writes what one such request brings, as `store.write` does. */
  readonly writeApart: (space: Space, spans: ApartSpans) => Promise<void>;
}

const ID = traceIdOf(1);

/** A span with two events and a link, which are what comes apart. */
function wholeSpan(span: number, trace = 1): Span {
  const events = [
    makeEvent({ name: 'first', ms: 1, attributes: [attribute('k', 'v'), attribute('k', 'again')] }),
    makeEvent({ name: '', ms: 2, attributes: [] }),
  ];
  const { links } = makeSpan({ trace, span, full: true });
  return { ...makeSpan({ trace, span, ms: span, events }), links: links.slice(0, 1) };
}

const bare = (span: Span): Span => ({ ...span, events: [], links: [] });

/** What a sender may tell in other requests than the span itself; part of `describeTraceStore`. */
export function describeApart(opened: () => ApartStore, freshSpace: () => Space): void {
  const write = (space: Space, spans: readonly Span[], fragmentsOf: readonly Span[]): Promise<void> =>
    opened().writeApart(space, { spans, fragmentsOf });
  const trace = (space: Space, id: TraceId = ID): Promise<Span[]> =>
    collect(opened().store.trace(space, id, {}, call()));

  describe('events and links apart from their span', () => {
    const whole = wholeSpan(1);

    test.each<[string, (space: Space) => Promise<void>]>([
      ['after it', async (space) => {
        await write(space, [bare(whole)], []);
        await write(space, [], [whole]);
      }],
      ['before it', async (space) => {
        await write(space, [], [whole]);
        await write(space, [bare(whole)], []);
      }],
      ['with it', (space) => write(space, [bare(whole)], [whole])],
      ['some with it and some after', async (space) => {
        await write(space, [{ ...bare(whole), events: whole.events.slice(1) }], []);
        await write(space, [], [{ ...whole, events: whole.events.slice(0, 1) }]);
      }],
      ['twice', async (space) => {
        await write(space, [bare(whole)], [whole]);
        await write(space, [bare(whole)], [whole]);
      }],
      ['once in it and once apart', async (space) => {
        await write(space, [whole], [whole]);
      }],
    ])('are its own, by every way of reading spans: %s', async (_, arrive) => {
      const space = freshSpace();
      await arrive(space);
      const { store } = opened();
      expect(await trace(space)).toEqual([whole]);
      expect(await collect(store.traces(space, [ID], {}, call()))).toEqual([whole]);
      const query = { window: windowOf(), order: 'newest', limit: 10 } as const;
      expect((await store.spans(space, query, call())).spans).toEqual([whole]);
      const { traces } = await store.search(space, query, call());
      expect(await store.rankedSpans(space, query, traces, call())).toEqual([whole]);
    }); // prettier-ignore

    test('of every type and length come back type for type', async () => {
      const full = { ...makeSpan({ trace: 1, span: 1, full: true }), droppedEventsCount: 0 };
      const events = full.events.map((event, index) => ({
        ...event,
        timeNanos: event.timeNanos + BigInt(index),
      }));
      const links = full.links.map((link) => ({ ...link, traceId: 'ab', spanId: '' })).slice(1);
      const span = { ...full, events, links };
      const space = freshSpace();
      await write(space, [bare(span)], [span]);
      expect(await trace(space)).toEqual([span]);
    });

    test('go to no other span, of the trace, of others, of other spaces', async () => {
      const space = freshSpace();
      const neighbour = freshSpace();
      const others = [wholeSpan(2), wholeSpan(1, 2)];
      for (const place of [space, neighbour]) await write(place, [whole, ...others].map(bare), []);
      await write(space, [], [whole]);
      expect(await trace(space)).toEqual([whole, bare(others[0]!)]);
      expect(await trace(space, traceIdOf(2))).toEqual([bare(others[1]!)]);
      expect(await trace(neighbour)).toEqual([bare(whole), bare(others[0]!)]);
    });

    test('that are without their span are nothing yet', async () => {
      const space = freshSpace();
      await write(space, [], [whole]);
      expect(await trace(space)).toEqual([]);
      expect(await opened().store.services(space, call())).toEqual({ items: [], cut: false });
      expect((await opened().store.spaces(call())).map((one) => one.space)).not.toContainEqual(space);
      const { items } = await opened().store.attributeKeys(space, { limit: 10, level: 'event' }, call());
      expect(items).toEqual([{ key: 'k', level: 'event' }]);
    });

    test('are not asked for by a span that came whole, whatever its flags', async () => {
      const space = freshSpace();
      const flags = 4_294_967_295;
      await opened().store.write(space, [{ ...bare(whole), flags }], call());
      await write(space, [], [whole]);
      expect(await trace(space)).toEqual([{ ...bare(whole), flags: 2_147_483_647 }]);
    });

    test('are as many as a span may have, and it says how many more there are', async () => {
      const space = freshSpace();
      const events = Array.from({ length: 4_096 }, (_, ms) => makeEvent({ name: 'e', ms, attributes: [] }));
      const late = makeEvent({ name: 'late', ms: 5_000, attributes: [] });
      await write(space, [{ ...bare(whole), events: [late] }], [{ ...whole, events, links: [] }]);
      const [span] = await trace(space);
      expect(span!.events).toEqual([...events.slice(0, 4_095), late]);
      expect(span!.droppedEventsCount).toBe(1);
    });

    test('go with their trace, and with their space', async () => {
      const { store } = opened();
      const space = freshSpace();
      const other = wholeSpan(1, 2);
      await write(space, [bare(whole), bare(other)], [whole, other]);
      await store.deleteTrace(space, ID, call());
      await write(space, [bare(whole)], []);
      expect(await trace(space)).toEqual([bare(whole)]);
      expect(await trace(space, traceIdOf(2))).toEqual([other]);
      await write(space, [], [wholeSpan(1, 3)]);
      await store.deleteTrace(space, traceIdOf(3), call());
      await store.deleteSpace(space, call());
      await write(space, [bare(whole), bare(other), bare(wholeSpan(1, 3))], []);
      expect(await trace(space, traceIdOf(2))).toEqual([bare(other)]);
      expect(await trace(space, traceIdOf(3))).toEqual([bare(wholeSpan(1, 3))]);
    });

    test('of a large trace come while it is streamed', { timeout: 60_000 }, async () => {
      const space = freshSpace();
      const spans = Array.from({ length: 9_000 }, (_, index) => wholeSpan(index + 1));
      await write(space, spans.map(bare), []);
      await write(space, [], spans);
      const found = await trace(space);
      expect(found).toHaveLength(9_000);
      expect(found.every(({ events, links }) => events.length === 2 && links.length === 1)).toBe(true);
    });

    test.each([
      ['more first', [whole, bare(whole)]],
      ['more last', [bare(whole), whole]],
    ])('are those of the span that says more of two that are the same: %s', async (_, spans) => {
      const space = freshSpace();
      for (const span of spans) await opened().store.write(space, [span], call());
      expect(await trace(space)).toEqual([whole]);
      expect(await collect(opened().store.traces(space, [ID], {}, call()))).toEqual([whole]);
    });

    test('stand in an archive like those of any span, also when more came meanwhile', async () => {
      const { store } = opened();
      const space = freshSpace();
      await write(space, [bare(whole)], [{ ...whole, events: [] }]);
      await store.write(archiveOf(space), await trace(space), call());
      await write(space, [], [whole]);
      await store.write(archiveOf(space), await trace(space), call());
      expect(await trace(archiveOf(space))).toEqual([whole]);
    });
  });
}
