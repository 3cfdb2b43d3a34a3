import { expect, test } from 'vitest';
import { decodeSketch, spreadOf } from './duration-sketch.ts';

/** `hex(quantilesDDState(0.01, 0.5)(number))` of the numbers 0 to 9, as the engine wrote it. */
const SPARSE =
  '02FD4A815ABF52F03F000000000000000001040900000000000000F03F44000000000000F03F28000000000000F03F1E000000000000F03F16000000000000F03F12000000000000F03F10000000000000F03F0C000000000000F03F0C000000000000F03F030C00FEFFFFFF0F0204000000000000F03F';
/** The same of 1000, 1020, 1040, 1060 and 1080, twenty times each. */
const DENSE =
  '02FD4A815ABF52F03F0000000000000000010C05B2050200000000000034400000000000003440000000000000344000000000000034400000000000003440030C00FEFFFFFF0F02040000000000000000';

const sketchOf = (hex: string) => decodeSketch(Buffer.from(hex, 'hex'));

test('bins are told, sparse and dense', () => {
  const { gamma, zeros, bins } = sketchOf(SPARSE);
  expect(gamma).toBeCloseTo(1.01 / 0.99, 12);
  expect(zeros).toBe(1);
  expect(bins.map(([, count]) => count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(sketchOf(DENSE).bins).toEqual([345, 346, 347, 348, 349].map((index) => [index, 20]));
});

test('calls are counted up to each bound', () => {
  const { atMost, sumNanos } = spreadOf(sketchOf(SPARSE), [0, 0.5, 1.1, 5.5, 100]);
  expect(atMost).toEqual([1, 1, 2, 6, 10]);
  expect(Math.abs(Number(sumNanos) - 45)).toBeLessThan(2);
  const thousands = spreadOf(sketchOf(DENSE), [989, 1030, 1050, 1100]);
  expect(thousands.atMost).toEqual([0, 40, 60, 100]);
  expect(Math.abs(Number(thousands.sumNanos) - 104_000)).toBeLessThan(1_040);
});

test.each(['', '02', SPARSE.slice(0, -2), `03${SPARSE.slice(2)}`, SPARSE.replace('0104', '0108')])(
  'what is no sketch is refused: %s',
  (hex) => {
    expect(() => sketchOf(hex)).toThrow(TypeError);
  },
);
