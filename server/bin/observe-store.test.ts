import { expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { createMetrics, scrape } from '../platform/metrics.ts';
import { createSpace } from '../space/space.ts';
import type { Span, TraceId } from '../span/span.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { observeStore } from './observe-store.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const CALL = { deadlineMs: Infinity };
const ID = '5b8efff798038103d269b633813fc60c' as TraceId;

async function* chunks(failing: boolean): AsyncGenerator<readonly Span[]> {
  yield await Promise.resolve([]);
  if (failing) throw new Fault('too-slow', 'late');
  yield [];
}

/** What is counted after a call on a store of which only these methods are there. */
async function countAfter(
  methods: Partial<TraceStore>,
  use: (store: TraceStore) => Promise<unknown>,
): Promise<string[]> {
  const metrics = createMetrics();
  await use(observeStore(methods as TraceStore, metrics.query, () => Promise.resolve())).catch(
    () => undefined,
  );
  const lines = (await scrape(metrics)).split('\n');
  return lines.filter((line) => line.startsWith('spanhouse_query_seconds_count'));
}

async function drain(stream: AsyncIterable<unknown>, most = Infinity): Promise<void> {
  const seen: unknown[] = [];
  for await (const chunk of stream) {
    seen.push(chunk);
    if (seen.length >= most) return;
  }
}

test('a call is counted by its kind', async () => {
  const counted = await countAfter({ spaces: () => Promise.resolve([]) }, (store) => store.spaces(CALL));
  expect(counted).toEqual(['spanhouse_query_seconds_count{kind="spaces",outcome="ok"} 1']);
});

test('a call that failed is counted by its fault', async () => {
  const spaces = (): Promise<never> => Promise.reject(new Fault('unavailable', 'away'));
  const counted = await countAfter({ spaces }, (store) => store.spaces(CALL));
  expect(counted).toEqual(['spanhouse_query_seconds_count{kind="spaces",outcome="unavailable"} 1']);
});

test.each([
  ['read to its end', false, Infinity, 'ok'],
  ['that breaks', true, Infinity, 'too-slow'],
  ['left early', false, 1, 'cancelled'],
])('a stream %s', async (_name, failing, most, outcome) => {
  const counted = await countAfter({ trace: () => chunks(failing) }, (store) =>
    drain(store.trace(SPACE, ID, {}, CALL), most),
  );
  expect(counted).toEqual([`spanhouse_query_seconds_count{kind="trace",outcome="${outcome}"} 1`]);
});

test('what reads waits until it is fresh, what writes does not', async () => {
  let fresh = (): void => undefined;
  const order: string[] = [];
  const store = observeStore(
    {
      spaces: () => Promise.resolve(order.push('spaces') > 0 ? [] : []),
      write: () => Promise.resolve(void order.push('write')),
      trace: () => {
        order.push('trace');
        return chunks(false);
      },
    } as Partial<TraceStore> as TraceStore,
    createMetrics().query,
    () => new Promise((resolve) => (fresh = resolve)),
  );
  const spaces = store.spaces(CALL);
  const firstFresh = fresh;
  const trace = drain(store.trace(SPACE, ID, {}, CALL));
  await store.write(SPACE, [], CALL);
  expect(order).toEqual(['write']);
  firstFresh();
  await spaces;
  fresh();
  await trace;
  expect(order).toEqual(['write', 'spaces', 'trace']);
});
