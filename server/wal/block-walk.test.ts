import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, encodeFrame } from '../columns/frame.ts';
import { walkBlocks } from './block-walk.ts';
import { KEY, block } from './wal.fixture.ts';

const A = block('a'.repeat(20));
const B = block('b'.repeat(30), 3);
const C = block('c'.repeat(10), 2);

const flipped = (bytes: Buffer, at: number, mask = 0xff) => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= mask;
  return copy;
};

describe('walkBlocks', () => {
  const cases: [string, Buffer[], string[]][] = [
    ['nothing', [], []],
    ['whole blocks', [A, B, C], ['whole 1', 'whole 3', 'whole 2']],
    ['a torn body', [A, B.subarray(0, -1)], ['whole 1', 'torn 0']],
    ['a torn head', [A, B.subarray(0, 10)], ['whole 1', 'torn 0']],
    ['a tail of zeros', [A, Buffer.alloc(500)], ['whole 1', 'torn 0']],
    ['a changed body', [A, flipped(B, B.length - 1), C], ['whole 1', 'damaged 0', 'whole 2']],
    ['an unreadable head', [A, flipped(B, 12), C], ['whole 1', 'damaged 0', 'whole 2']],
    ['a changed body at the end', [A, flipped(B, B.length - 1)], ['whole 1', 'damaged 0']],
    [
      'damage, and a torn tail behind it',
      [flipped(A, 12), B, C.subarray(0, 90)],
      ['damaged 0', 'whole 3', 'torn 0'],
    ],
    ['two damaged neighbours', [flipped(A, 12), flipped(B, 12), C], ['damaged 0', 'whole 2']],
  ];
  it.each(cases)('%s', (_, parts, want) => {
    expect(walkBlocks(KEY, Buffer.concat(parts)).map(({ kind, rows }) => `${kind} ${rows}`)).toEqual(want);
  });

  const blocks = fc
    .array(
      fc.record({
        body: fc.uint8Array({ minLength: 1, maxLength: 60 }),
        rows: fc.integer({ min: 1, max: 5 }),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((parts) => parts.map(({ body, rows }) => Buffer.concat([encodeFrame(KEY, 1, rows, [body]), body])));

  it('cut at any byte: exactly the blocks that are whole before it', () => {
    fc.assert(
      fc.property(blocks, fc.nat(), (parts, where) => {
        const bytes = Buffer.concat(parts);
        const cut = where % (bytes.length + 1);
        const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
        const stretches = walkBlocks(KEY, bytes.subarray(0, cut));
        const whole = stretches.filter(({ kind }) => kind === 'whole');
        expect(whole.map(({ to }) => to)).toEqual(ends.filter((end) => end <= cut));
        expect(stretches.filter(({ kind }) => kind === 'damaged')).toEqual([]);
        expect(stretches.at(-1)?.to ?? 0).toBe(cut);
      }),
      { numRuns: 2_000 },
    );
  });

  it('any bit flipped: its block is damaged, every other is whole', () => {
    fc.assert(
      fc.property(blocks, fc.nat(), fc.integer({ min: 0, max: 7 }), (parts, where, bit) => {
        const bytes = Buffer.concat(parts);
        const at = where % bytes.length;
        const changed = flipped(bytes, at, 1 << bit);
        const starts = parts.map((_, index) => Buffer.concat(parts.slice(0, index)).length);
        const hit = starts.findLastIndex((start) => start <= at);
        const stretches = walkBlocks(KEY, changed);
        expect(stretches.map(({ from }) => from)).toEqual(starts);
        expect(stretches.map(({ kind }) => kind)).toEqual(
          parts.map((_, index) => (index === hit ? 'damaged' : 'whole')),
        );
      }),
      { numRuns: 4_000 },
    );
  });

  it('never fails and covers every byte, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            blocks.map((parts) => parts[0]!),
            fc.uint8Array({ maxLength: 200 }),
          ),
        ),
        (parts) => {
          const bytes = Buffer.concat(parts);
          const stretches = walkBlocks(KEY, bytes);
          expect(stretches.map(({ from }) => from)).toEqual(
            [0, ...stretches.map(({ to }) => to)].slice(0, -1).slice(0, stretches.length),
          );
          expect(stretches.at(-1)?.to ?? 0).toBe(bytes.length);
        },
      ),
    );
  });

  it('a body shorter than its head says is not looked for past the end', () => {
    expect(walkBlocks(KEY, A.subarray(0, HEAD_BYTES)).map(({ kind }) => kind)).toEqual(['torn']);
  });
});
