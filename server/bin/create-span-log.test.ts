import { describe, expect, test } from 'vitest';
import type { Receipt } from '../ingest/receipt.ts';
import { createSpace } from '../space/space.ts';
import { createSpanLog } from './create-span-log.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const CALL = { deadlineMs: Infinity };

/** What was done, in order. */
function createStage(receipt: Partial<Receipt> = {}) {
  const done: string[] = [];
  const spanLog = createSpanLog({
    intake: {
      accept: () =>
        Promise.resolve({
          accepted: 0,
          fragments: 0,
          rejected: 0,
          clamped: 0,
          reasons: {},
          message: '',
          ...receipt,
        }),
      between: async (task) => {
        done.push('decoding rests');
        const result = await task();
        done.push('decoding goes on');
        return result;
      },
    },
    memories: { forget: () => void done.push('forget') },
    log: { seal: () => Promise.resolve(void done.push('seal')), sealedNumber: () => 7 },
    loader: {
      settled: (upTo, work) => {
        done.push(`loaded up to ${upTo}`);
        return work();
      },
    },
  });
  return { done, spanLog };
}

describe('write', () => {
  test('refuses when a span was refused, with the reason', async () => {
    const { spanLog } = createStage({ rejected: 1, message: '1 of 2 spans refused' });
    await expect(spanLog.write(SPACE, [], CALL)).rejects.toMatchObject({
      code: 'invalid',
      message: '1 of 2 spans refused',
    });
  });

  test('resolves when all were stored', async () => {
    await createStage().spanLog.write(SPACE, [], CALL);
  });
});

test('settled: seals and forgets while nothing is decoded, then waits for what was sealed', async () => {
  const { done, spanLog } = createStage();
  await spanLog.settled(SPACE, () => Promise.resolve(done.push('work')), CALL);
  expect(done).toEqual(['decoding rests', 'seal', 'forget', 'decoding goes on', 'loaded up to 7', 'work']);
});
