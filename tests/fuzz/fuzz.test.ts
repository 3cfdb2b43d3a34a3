import { afterAll, beforeAll, expect, test } from 'vitest';
import { FuzzBodies } from './bodies.ts';
import { BlockCheck } from './block-check.ts';
import { BODY_KIND_NAMES } from './body-kinds.ts';
import { DecoderCheck } from './decoder-check.ts';
import { FrameCheck } from './frame-check.ts';

const SEED = 'npm test';
const BODIES = 2000;
const SEGMENTS = 2000;

let blocks: BlockCheck;
beforeAll(() => {
  blocks = new BlockCheck();
});
afterAll(() => {
  blocks.close();
});

test.each(BODY_KIND_NAMES)(
  '%s: mutated bodies are refused cleanly, or make blocks that the engine reads',
  async (kind) => {
    const bodies = new FuzzBodies(SEED, kind);
    const check = new DecoderCheck(kind);
    for (let index = 0; index < BODIES; index++) check.check(bodies.at(index));
    // A fuzzer that is always or never refused tests nothing.
    expect(check.rows).toBeGreaterThan(BODIES / 10);
    expect(check.refused + check.rejected).toBeGreaterThan(BODIES / 10);
    expect(check.fragments > 0).toBe(kind === 'influx-lines');
    for (const block of check.take()) await blocks.check(block);
  },
);

test('damaged segments are walked from end to end, and what is whole was written', () => {
  const check = new FrameCheck();
  let whole = 0;
  for (let seed = 0; seed < SEGMENTS; seed++) whole += check.check(seed);
  expect(whole).toBeGreaterThan(SEGMENTS / 10);
});
