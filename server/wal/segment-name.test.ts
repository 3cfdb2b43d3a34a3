import { describe, expect, it } from 'vitest';
import { comparePlaces, isPieceOf, parseSegmentFileName, segmentName, segmentToken } from './segment-name.ts';

const place = (number: number, piece = 1) => ({ number, piece });

describe('segment names', () => {
  it.each([
    [place(42), '000000000042'],
    [place(42, 6), '000000000042-p6'],
    [place(1_234_567_890_123), '1234567890123'],
  ])('%j is called %s', (one, want) => {
    expect(segmentName(one)).toBe(want);
    expect(segmentToken('ab12', one)).toBe(`ab12-${want}`);
    expect(parseSegmentFileName(`${want}.spans`)).toEqual({ place: one, kind: 'spans' });
    expect(parseSegmentFileName(`${want}.catalog`)).toEqual({ place: one, kind: 'catalog' });
  });

  it.each(['log.json', '42.spans', '000000000042.spans.tmp', '000000000042-px.spans', 'x000000000042.spans'])(
    '%s is no segment',
    (name) => {
      expect(parseSegmentFileName(name)).toBeUndefined();
    },
  );

  it('pieces stand in the order of what they hold', () => {
    const pieces = [4, 10, 11, 3].map((piece) => place(1, piece));
    expect([...pieces].reverse().concat(place(0)).sort(comparePlaces)).toEqual([place(0), ...pieces]);
  });

  it.each([
    [place(1, 6), place(1, 1), true],
    [place(1, 6), place(1, 3), true],
    [place(1, 6), place(1, 2), false],
    [place(1, 6), place(1, 6), false],
    [place(1, 3), place(1, 6), false],
    [place(2, 6), place(1, 1), false],
  ])('%j came out of %j: %s', (one, origin, want) => {
    expect(isPieceOf(one, origin)).toBe(want);
  });
});
