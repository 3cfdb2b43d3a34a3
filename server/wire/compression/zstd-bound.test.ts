import { describe, expect, test } from 'vitest';
import { zstdBound } from './zstd-bound.ts';

const KIB = 1024;
/** Heads by RFC 8878: magic, flags, window or content size, then blocks of three bytes of head and their content. */
const FRAME = '28b52ffd';
const LAST_REPEATED_128_KIB = '030010' + '00';
const LAST_RAW_2 = '110000' + '6162';
const LAST_COMPRESSED_1 = '0d0000' + '00';

describe('zstdBound', () => {
  const table: [string, string, number][] = [
    ['a raw block', `${FRAME}0038${LAST_RAW_2}`, 2],
    ['a repeated block', `${FRAME}0038${LAST_REPEATED_128_KIB}`, 128 * KIB],
    [
      'a compressed block, which may unpack to anything a block can',
      `${FRAME}0038${LAST_COMPRESSED_1}`,
      128 * KIB,
    ],
    ['what the frame announces, in one byte', `${FRAME}2005${LAST_COMPRESSED_1}`, 5],
    ['in two bytes, which count from 256', `${FRAME}600100${LAST_COMPRESSED_1}`, 257],
    ['an announcement past what the blocks can hold', `${FRAME}e0${'00'.repeat(7)}10${LAST_RAW_2}`, 2],
    ['a checksum behind the blocks', `${FRAME}0438${LAST_RAW_2}00000000`, 2],
    ['a dictionary id', `${FRAME}0338aabbccdd${LAST_RAW_2}`, 2],
    ['several blocks', `${FRAME}0038${'100000' + '6162'}${LAST_RAW_2}`, 4],
    [
      'several frames, one of them skippable',
      `${FRAME}0038${LAST_RAW_2}502a4d1803000000aabbcc${FRAME}2005${LAST_COMPRESSED_1}`,
      7,
    ],
  ];
  test.each(table)('%s', (_, hex, want) => {
    expect(zstdBound(Buffer.from(hex, 'hex'))).toBe(want);
  });

  test.each(table)('%s, cut anywhere', (_, hex) => {
    const whole = Buffer.from(hex, 'hex');
    const frameEnds = hex.split(FRAME).length > 2 ? [11, 22] : [];
    for (let end = 0; end < whole.length; end++) {
      if (frameEnds.includes(end)) continue;
      expect(() => zstdBound(whole.subarray(0, end))).toThrow('ends too early');
    }
  });
});
