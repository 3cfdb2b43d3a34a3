import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineChains, OWNER_BYTES } from './line-chains.ts';

function owner(number: number): Uint8Array {
  const ids = new Uint8Array(OWNER_BYTES);
  ids[0] = number;
  ids[OWNER_BYTES - 1] = 1;
  return ids;
}

/** Where the lines begin that were taken. */
function taken(chains: LineChains, count: number): number[] {
  return Array.from(chains.order.subarray(0, count), (line) => chains.offsets[line]!);
}

describe('lines by their span', () => {
  test('come in the order of their times, and of the body', () => {
    const chains = new LineChains();
    chains.add(owner(1), 10, 5, 1);
    chains.add(owner(2), 20, 0, 0);
    chains.add(owner(1), 30, 9, 0);
    chains.add(owner(1), 40, 0xffff_ffff, 0);
    chains.add(owner(1), 50, 5, 1);
    chains.add(owner(1), 60, 0, 0xffff_ffff);
    expect(taken(chains, chains.take(owner(1), 100))).toEqual([30, 40, 10, 50, 60]);
    expect(taken(chains, chains.take(owner(2), 100))).toEqual([20]);
  });

  test('are taken once', () => {
    const chains = new LineChains();
    expect(chains.take(owner(1), 100)).toBe(0);
    chains.add(owner(1), 10, 0, 0);
    chains.add(owner(2), 20, 0, 0);
    expect(chains.take(owner(3), 100)).toBe(0);
    expect(chains.take(owner(1), 100)).toBe(1);
    expect(chains.take(owner(1), 100)).toBe(0);
    const rest = Array.from({ length: chains.owners - 1 }, (_, index) =>
      taken(chains, chains.takeOf(index + 1, Infinity)),
    );
    expect(rest).toEqual([[], [20]]);
  });

  test('over the limit are one too many', () => {
    const chains = new LineChains();
    for (let line = 0; line < 10; line++) chains.add(owner(1), line, 0, 0);
    expect(chains.take(owner(1), 3)).toBe(4);
    expect(chains.take(owner(1), 3)).toBe(0);
  });

  test('of any number of owners are found', () => {
    const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 500,
    });
    fc.assert(
      fc.property(lines, (notes) => {
        const chains = new LineChains();
        notes.forEach(([number, time], offset) => {
          chains.add(owner(number), offset, time, 0);
        });
        for (const number of new Set(notes.map(([one]) => one))) {
          const want = notes
            .map(([one, time], offset) => ({ one, time, offset }))
            .filter(({ one }) => one === number)
            .sort((a, b) => a.time - b.time || a.offset - b.offset);
          const count = chains.take(owner(number), Infinity);
          expect(taken(chains, count)).toEqual(want.map(({ offset }) => offset));
        }
      }),
      { numRuns: 200 },
    );
  });
});
