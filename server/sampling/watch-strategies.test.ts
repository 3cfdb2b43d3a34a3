import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { SAMPLE_EVERYTHING, strategyOf } from './strategies.ts';
import { type StrategiesNow, watchStrategies } from './watch-strategies.ts';

const folder = mkdtempSync(join(tmpdir(), 'spanhouse-sampling-'));
const path = join(folder, 'strategies.json');
const logged: string[] = [];
const logger = {
  error: () => undefined,
  info: () => undefined,
  warn: (_: object, message: string) => {
    logged.push(message);
  },
};

beforeEach(() => {
  logged.length = 0;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(samplingRate: number, more: object = {}): void {
  const default_strategy = { type: 'probabilistic', param: samplingRate, ...more };
  writeFileSync(path, JSON.stringify({ default_strategy }));
}

async function rateOf(strategies: StrategiesNow): Promise<unknown> {
  return strategyOf(await strategies(), 'shop');
}

test('no file', async () => {
  expect(await watchStrategies(undefined, logger)()).toBe(SAMPLE_EVERYTHING);
});

test('a file that changes, breaks, goes and comes again', async () => {
  write(0.5);
  const strategies = watchStrategies(path, logger);
  expect(await rateOf(strategies)).toMatchObject({ samplingRate: 0.5 });
  write(0.25);
  expect(await rateOf(strategies)).toMatchObject({ samplingRate: 0.25 });
  expect(await strategies()).toBe(await strategies());
  expect(logged).toEqual([]);

  writeFileSync(path, '{"default_strategy":{"type":"adaptive"}}');
  const broken = 'the file of sampling strategies has changed and cannot be used; what it said before stays';
  await Promise.all([strategies(), strategies(), strategies()]);
  expect(await rateOf(strategies)).toMatchObject({ samplingRate: 0.25 });
  expect(logged).toEqual([broken]);

  rmSync(path);
  await strategies();
  expect(await rateOf(strategies)).toMatchObject({ samplingRate: 0.25 });
  expect(logged).toEqual([broken, broken]);

  write(0.125);
  expect(await rateOf(strategies)).toMatchObject({ samplingRate: 0.125 });
  expect(logged).toHaveLength(2);
});

test('what is left out of a file is told once', async () => {
  write(0.5, { operation_strategies: [{ operation: 'slow', type: 'ratelimiting', param: 1 }] });
  const strategies = watchStrategies(path, logger);
  await strategies();
  await strategies();
  expect(logged).toEqual([
    'sampling strategies: default_strategy.operation_strategies[0] limits the rate of "slow", which only a service can have: it is left out',
  ]);
});

test.each([
  [join(folder, 'nowhere.json'), 'but that file cannot be read'],
  [folder, 'but that file cannot be read'],
])('%s is refused at the start', (unusable, reason) => {
  expect(() => watchStrategies(unusable, logger)).toThrow(
    `SPANHOUSE_SAMPLING_FILE is ${JSON.stringify(unusable)}, ${reason}`,
  );
});

test('a file that cannot be used is refused at the start', () => {
  write(7);
  expect(() => watchStrategies(path, logger)).toThrow('default_strategy.param is 7: must be a probability');
});
