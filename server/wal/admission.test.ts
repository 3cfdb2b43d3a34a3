import { expect, it } from 'vitest';
import { Admission } from './admission.ts';

it('closes at the high-water mark and opens again clearly below it', () => {
  const admission = new Admission(1_000, 0.8);
  const steps: [number, boolean][] = [
    [0, true],
    [799, true],
    [800, false],
    [799, false],
    [720, false],
    [719, true],
    [799, true],
    [1_200, false],
    [0, true],
  ];
  expect(steps.map(([bytes]) => [bytes, admission.isOpen(bytes)])).toEqual(steps);
});

it('refuses in words that name the setting', () => {
  const admission = new Admission(1_000, 0.8);
  const want = {
    code: 'overloaded',
    value: '900',
    setting: 'SPANHOUSE_LOG_MAX_BYTES',
    retryAfterMs: 1_000,
    message:
      'the write-ahead log holds 900 bytes of at most 1000 (SPANHOUSE_LOG_MAX_BYTES): try again when more of it is loaded',
  };
  expect(() => {
    admission.checkRoom(900);
  }).toThrow(expect.objectContaining(want));
});

it('lets what was admitted go up to the limit itself', () => {
  const admission = new Admission(1_000, 0.8);
  expect(() => {
    admission.checkLimit(1_000);
  }).not.toThrow();
  expect(() => {
    admission.checkLimit(1_001);
  }).toThrow(expect.objectContaining({ code: 'overloaded' }));
});
