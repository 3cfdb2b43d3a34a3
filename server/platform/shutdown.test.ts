import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { createShutdown } from './shutdown.ts';

function quietLog(lines: string[] = []): ReturnType<typeof createLogger> {
  return createLogger('info', { write: (line) => void lines.push(line) });
}

describe('createShutdown', () => {
  test('closes in the opposite order, one after the other', async () => {
    const closed: string[] = [];
    const shutdown = createShutdown(quietLog());
    shutdown.onStop('lock', () => void closed.push('lock'));
    shutdown.onStop('engine', async () => {
      await sleep(20);
      closed.push('engine');
    });
    shutdown.onStop('listeners', () => void closed.push('listeners'));

    expect(shutdown.stopping()).toBe(false);
    expect(await shutdown.stop(1_000)).toBe(true);
    expect(shutdown.stopping()).toBe(true);
    expect(closed).toEqual(['listeners', 'engine', 'lock']);
  });

  test('closes once, however often it is asked', async () => {
    let closed = 0;
    const shutdown = createShutdown(quietLog());
    shutdown.onStop('log', () => void (closed += 1));
    await Promise.all([shutdown.stop(1_000), shutdown.stop(1_000)]);
    expect(closed).toBe(1);
  });

  test('a step that fails is logged, and the next one goes on', async () => {
    const lines: string[] = [];
    let flushed = false;
    const shutdown = createShutdown(quietLog(lines));
    shutdown.onStop('log', () => void (flushed = true));
    shutdown.onStop('listeners', () => Promise.reject(new Error('stuck')));

    expect(await shutdown.stop(1_000)).toBe(false);
    expect(flushed).toBe(true);
    expect(lines.join('')).toMatch(/"stuck".*"step":"listeners".*could not stop cleanly/);
  });

  test('a step that uses up the time is left behind', async () => {
    let flushed = false;
    const shutdown = createShutdown(quietLog());
    shutdown.onStop('log', () => void (flushed = true));
    shutdown.onStop('listeners', () => sleep(60_000, undefined, { ref: false }));

    expect(await shutdown.stop(1)).toBe(false);
    expect(flushed).toBe(true);
  });
});
