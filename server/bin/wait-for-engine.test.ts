import { expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { waitForEngine } from './wait-for-engine.ts';

const AWAY = new Fault('unavailable', 'the engine cannot be reached; try again later');

/** A wait on a clock that moves by what is waited, with an engine that answers at its `there`th second. */
function startWait({ timeoutMs, thereMs }: { timeoutMs: number; thereMs: number }) {
  let nowMs = 0;
  const stop = new AbortController();
  const said: object[] = [];
  const attempts: number[] = [];
  const clock = {
    now: () => nowMs,
    pause: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const onWait = (leftMs: number): void => {
    said.push({ atMs: nowMs, leftMs });
  };
  const open = (): Promise<string> => {
    attempts.push(nowMs);
    return nowMs < thereMs ? Promise.reject(AWAY) : Promise.resolve('there');
  };
  const wait = (attempt = open) =>
    waitForEngine('ch:8123', attempt, { timeoutMs, signal: stop.signal, onWait }, clock);
  return { wait, stop, said, attempts };
}

test('an engine that is there is not waited for', async () => {
  const { wait, said, attempts } = startWait({ timeoutMs: 120_000, thereMs: 0 });
  expect(await wait()).toBe('there');
  expect({ said, attempts }).toEqual({ said: [], attempts: [0] });
});

test('tries every second, and says so at once and every ten seconds', async () => {
  const { wait, said, attempts } = startWait({ timeoutMs: 120_000, thereMs: 12_000 });
  expect(await wait()).toBe('there');
  expect(attempts).toEqual(Array.from({ length: 13 }, (_, second) => second * 1000));
  expect(said).toEqual([
    { atMs: 0, leftMs: 120_000 },
    { atMs: 10_000, leftMs: 110_000 },
  ]);
});

test('gives up when the time is up, after a last attempt', async () => {
  const { wait, attempts } = startWait({ timeoutMs: 2500, thereMs: Infinity });
  await expect(wait()).rejects.toBe(AWAY);
  expect(attempts).toEqual([0, 1000, 2000, 2500]);
});

test('no time is one attempt, without a word', async () => {
  const { wait, said, attempts } = startWait({ timeoutMs: 0, thereMs: Infinity });
  await expect(wait()).rejects.toBe(AWAY);
  expect({ said, attempts }).toEqual({ said: [], attempts: [0] });
});

test.each(['failed-precondition', 'too-slow', 'cancelled', 'internal'] as const)(
  '%s is final',
  async (code) => {
    const { wait, said } = startWait({ timeoutMs: 120_000, thereMs: 0 });
    const refusal = new Fault(code, 'no');
    await expect(wait(() => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(said).toEqual([]);
  },
);

test('a stop ends a pause and an attempt', async () => {
  const asked = { code: 'cancelled', message: 'asked to stop before ClickHouse at ch:8123 could be reached' };
  for (const code of ['unavailable', 'cancelled'] as const) {
    const { wait, stop, attempts } = startWait({ timeoutMs: 120_000, thereMs: Infinity });
    const stopped = wait(() => {
      attempts.push(0);
      stop.abort();
      return Promise.reject(new Fault(code, 'the engine is away, or the attempt was given up'));
    });
    await expect(stopped).rejects.toMatchObject(asked);
    expect(attempts).toEqual([0]);
  }
});

test('a stop ends a pause of the real clock at once', async () => {
  const stop = new AbortController();
  const onWait = (): void => {
    setTimeout(() => {
      stop.abort();
    }, 10);
  };
  const started = performance.now();
  const patience = { timeoutMs: 120_000, signal: stop.signal, onWait };
  await expect(waitForEngine('ch:8123', () => Promise.reject(AWAY), patience)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(performance.now() - started).toBeLessThan(900);
});
