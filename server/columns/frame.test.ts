import { describe, expect, test } from 'vitest';
import { FRAME_KEY } from '../../tests/support/corpus.ts';
import { HEAD_BYTES, decodeFrame, encodeFrame, findFrame, isIntact } from './frame.ts';

const OTHER_KEY = Buffer.from('otherkey');

function block(rows: number, ...columns: string[]): Buffer {
  const body = columns.map((column) => Buffer.from(column));
  return Buffer.concat([encodeFrame(FRAME_KEY, columns.length, rows, body), ...body]);
}

describe('a whole block', () => {
  test.each([0, 1, 127, 128, 65_536, 300_000])('of %d rows says its length and its rows', (rows) => {
    const bytes = block(rows, 'one', 'two');
    const frame = decodeFrame(FRAME_KEY, bytes, 0)!;
    expect(frame).toMatchObject({ length: HEAD_BYTES + rows + 6, rows });
    expect(isIntact(bytes, 0, frame)).toBe(true);
  });

  test('anywhere in a file, and inside a larger buffer', () => {
    const file = Buffer.concat([Buffer.alloc(99, 7), block(2, 'x'), block(1, 'y')]).subarray(1);
    const second = decodeFrame(FRAME_KEY, file, 98 + block(2, 'x').length)!;
    expect(decodeFrame(FRAME_KEY, file, 98)!.rows).toBe(2);
    expect(second.rows).toBe(1);
    expect(isIntact(file, 98 + block(2, 'x').length, second)).toBe(true);
  });
});

describe('no block', () => {
  const whole = block(3, 'columns');
  const isBlock = (bytes: Uint8Array, key = FRAME_KEY): boolean => {
    const frame = decodeFrame(key, bytes, 0);
    return frame !== undefined && isIntact(bytes, 0, frame);
  };

  test('if any one bit of it is another', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(isBlock(damaged), `bit ${bit}`).toBe(false);
    }
  });

  test('if any of it is missing', () => {
    for (let length = 0; length < whole.length; length++)
      expect(isBlock(whole.subarray(0, length))).toBe(false);
  });

  test('if it is another log’s', () => {
    expect(isBlock(whole)).toBe(true);
    expect(isBlock(whole, OTHER_KEY)).toBe(false);
  });
});

test('the next head is found behind any damage', () => {
  const file = Buffer.concat([block(1, 'a'), Buffer.from('damage'), block(2, 'b')]);
  const second = block(1, 'a').length + 6;
  expect([0, 1, second, second + 1].map((from) => findFrame(file, from))).toEqual([0, second, second, -1]);
});
