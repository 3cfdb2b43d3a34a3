import { expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { type Frame, stringField, timeField } from '../frames/frame.ts';
import { UpstreamError } from '../instance/upstream.ts';
import type { AskedQuery } from '../queries/query-handler.ts';
import { runTail } from './tail.ts';

const NOW_MS = 1_000_000;

type Look = readonly (readonly [id: string, startMs: number])[] | Error;

interface Told {
  readonly emitted: string[][];
  readonly asked: AskedQuery[];
  readonly waits: number[];
}

/** Lets the tail look as often as there is something to see. */
async function tail(looks: readonly Look[], stepMs = 2_000): Promise<Told> {
  const told: Told = { emitted: [], asked: [], waits: [] };
  const over = new AbortController();
  await runTail({
    kept: { queryType: 'trace', service: 'cart', limit: 7 },
    signal: over.signal,
    nowMs: () => NOW_MS + told.asked.length * stepMs,
    search: (asked) => {
      const look = looks[told.asked.length]!;
      told.asked.push(asked);
      if (told.asked.length === looks.length) over.abort();
      return look instanceof Error ? Promise.reject(look) : Promise.resolve([frameOf(look)]);
    },
    emit: ({ fields }) => {
      told.emitted.push(fields[0]!.values as string[]);
      return Promise.resolve();
    },
    wait: (ms) => {
      told.waits.push(ms);
      return Promise.resolve();
    },
  });
  return told;
}

function frameOf(rows: readonly (readonly [string, number])[]): Frame {
  return {
    name: 'spans',
    fields: [
      stringField(
        'spanID',
        rows.map(([id]) => id),
      ),
      timeField(
        'startTime',
        rows.map(([, startMs]) => BigInt(startMs) * 1_000_000n),
      ),
    ],
  };
}

test('each row is emitted once, and the first frame in any case', async () => {
  const { emitted } = await tail([
    [],
    [['a', NOW_MS]],
    [
      ['a', NOW_MS],
      ['b', NOW_MS],
    ],
    [['b', NOW_MS]],
  ]);
  expect(emitted).toEqual([[], ['a'], ['b']]);
});

test('the newest spans of the search are asked for, some way back', async () => {
  const { asked } = await tail([[]]);
  expect(asked[0]).toMatchObject({
    kept: { queryType: 'search', rows: 'spans', sort: 'start', service: 'cart', limit: 500 },
    fromMs: NOW_MS - 60_000,
    toMs: NOW_MS,
  });
});

test('rows that can no longer be found are forgotten', async () => {
  const { emitted } = await tail([[['a', NOW_MS]], [], [['a', NOW_MS]]], 100_000);
  expect(emitted).toEqual([['a'], ['a']]);
});

test('a server that is away is asked less and less often, and then as before', async () => {
  const away = new UpstreamError('unreachable', 'away');
  const { emitted, waits } = await tail([away, away, away, away, away, [['a', NOW_MS]], []]);
  expect(emitted).toEqual([['a']]);
  expect(waits).toEqual([4_000, 8_000, 16_000, 30_000, 30_000, 2_000, 2_000]);
});

test('a search that cannot be ends it', async () => {
  await expect(tail([new Fault('invalid', 'no')])).rejects.toThrow('no');
});
