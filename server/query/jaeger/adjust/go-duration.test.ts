import { expect, test } from 'vitest';
import { presentDuration } from './go-duration.ts';

// What is expected was written by time.Duration of Go 1.26.
test.each([
  [0n, '0s'],
  [1n, '1ns'],
  [999n, '999ns'],
  [1_000n, '1µs'],
  [1_001n, '1.001µs'],
  [1_500n, '1.5µs'],
  [999_999n, '999.999µs'],
  [1_000_000n, '1ms'],
  [1_000_001n, '1.000001ms'],
  [35_000_000n, '35ms'],
  [-45_000_000n, '-45ms'],
  [999_999_999n, '999.999999ms'],
  [1_000_000_000n, '1s'],
  [1_500_000_000n, '1.5s'],
  [60_000_000_000n, '1m0s'],
  [60_500_000_000n, '1m0.5s'],
  [-60_500_000_000n, '-1m0.5s'],
  [3_600_000_000_000n, '1h0m0s'],
  [3_661_000_000_001n, '1h1m1.000000001s'],
  [93_600_000_000_000n, '26h0m0s'],
  [9_223_372_036_854_775_807n, '2562047h47m16.854775807s'],
])('%s', (nanos, want) => {
  expect(presentDuration(nanos)).toBe(want);
});
