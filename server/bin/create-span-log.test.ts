import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../ingest/receipt.ts';
import { createSpace } from '../space/space.ts';
import type { Call } from '../store/trace-store.ts';
import type { LogStats } from '../wal/log.ts';
import { Turns } from '../wal/turns.ts';
import { createSpanLog } from './create-span-log.ts';

const SPACE = createSpace('acme', 'shop', 'traces');

/** A log whose loader has still so many rows to load, and what was done to it. */
function createStage(receipt: Partial<Receipt> = {}) {
  const done: string[] = [];
  const state = { durable: 0, waiting: 0 };
  const loads = new Turns();
  const spanLog = createSpanLog({
    intake: {
      accept: () =>
        Promise.resolve({ accepted: 0, rejected: 0, clamped: 0, reasons: {}, message: '', ...receipt }),
    },
    memories: { forget: () => void done.push('forget') },
    log: {
      seal: () => Promise.resolve(void done.push('seal')),
      stats: () => ({ rows: state.waiting }) as LogStats,
    },
    loads,
    durableRows: () => state.durable,
  });
  return { done, state, loads, spanLog };
}

function callFor(ms: number, signal?: AbortSignal): Call {
  return { deadlineMs: performance.now() + ms, ...(signal === undefined ? {} : { signal }) };
}

describe('write', () => {
  test('refuses when a span was refused, with the reason', async () => {
    const { spanLog } = createStage({ rejected: 1, message: '1 of 2 spans refused' });
    await expect(spanLog.write(SPACE, [], callFor(100))).rejects.toMatchObject({
      code: 'invalid',
      message: '1 of 2 spans refused',
    });
  });

  test('resolves when all were stored', async () => {
    await createStage().spanLog.write(SPACE, [], callFor(100));
  });
});

describe('settled', () => {
  test('waits for what was accepted before, not for what comes meanwhile', async () => {
    const { done, state, spanLog } = createStage();
    Object.assign(state, { durable: 10, waiting: 4 });
    const work = spanLog.settled(SPACE, () => Promise.resolve(done.push('work')), callFor(5_000));
    await sleep(30);
    expect(done).not.toContain('work');

    Object.assign(state, { durable: 110, waiting: 100 });
    await work;
    expect(done).toEqual(['forget', 'seal', 'forget', 'work']);
  });

  test('no segment is loaded during the work, nor work done during a load', async () => {
    const { loads, spanLog } = createStage();
    const order: string[] = [];
    const slow = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await sleep(20);
      order.push(`${name} ends`);
    };
    const first = loads.take(slow('load'));
    const work = spanLog.settled(SPACE, slow('work'), callFor(5_000));
    await sleep(5);
    await Promise.all([first, work, loads.take(slow('next load'))]);
    expect(order).toEqual([
      'load begins',
      'load ends',
      'work begins',
      'work ends',
      'next load begins',
      'next load ends',
    ]);
  });

  test('gives up at the deadline, and when nobody waits any more', async () => {
    const { state, spanLog } = createStage();
    Object.assign(state, { durable: 10, waiting: 4 });
    const work = (): Promise<void> => Promise.reject(new Error('must not run'));
    await expect(spanLog.settled(SPACE, work, callFor(20))).rejects.toMatchObject({ code: 'too-slow' });
    await expect(spanLog.settled(SPACE, work, callFor(5_000, AbortSignal.abort()))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
