import { expect, test, vi } from 'vitest';
import { createFreshReads } from './fresh-reads.ts';

const settledNever = (): Promise<never> => new Promise(() => undefined);

test('waits for the load of what rested, and reads that come meanwhile wait for the same', async () => {
  let loaded = (): void => undefined;
  const settled = vi.fn(() => new Promise<never>((resolve) => (loaded = resolve as () => void)));
  const hasten = vi.fn(() => Promise.resolve(true));
  const freshen = createFreshReads({ log: { hasten, sealedNumber: () => 7 }, loader: { settled } });
  const order: string[] = [];
  const reads = ['one', 'two'].map((name) => freshen().then(() => order.push(name)));
  await vi.waitFor(() => {
    expect(settled).toHaveBeenCalledTimes(1);
  });
  expect(order).toEqual([]);
  loaded();
  await Promise.all(reads);
  expect(order).toEqual(['one', 'two']);
  expect(hasten).toHaveBeenCalledTimes(1);
  expect(settled.mock.calls[0]).toMatchObject([
    7,
    expect.anything(),
    { deadlineMs: expect.any(Number) as number },
  ]);
});

test('waits for nothing where nothing rested', async () => {
  const settled = vi.fn(settledNever);
  const freshen = createFreshReads({
    log: { hasten: () => Promise.resolve(false), sealedNumber: () => 7 },
    loader: { settled },
  });
  await freshen();
  await freshen();
  expect(settled).not.toHaveBeenCalled();
});

test("a load that fails, or a log that cannot seal, is not the reader's trouble", async () => {
  const settled = (): Promise<never> => Promise.reject(new Error('away'));
  const log = { hasten: () => Promise.resolve(true), sealedNumber: () => 7 };
  await expect(createFreshReads({ log, loader: { settled } })()).resolves.toBeUndefined();
});
