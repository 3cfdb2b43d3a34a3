import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeNative } from '../../server/columns/native-reader.ts';
import { type RowReader, openRowReader } from '../support/corpus-rows.ts';
import { FuzzBodies } from './bodies.ts';
import { DecoderCheck } from './decoder-check.ts';
import { FrameCheck } from './frame-check.ts';

const SEED = 'npm test';
const BODIES = 20_000;
const BODIES_PER_BLOCK = 1000;
const SEGMENTS = 2000;

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

test('mutated bodies are refused cleanly, or make blocks that the engine reads', async () => {
  const bodies = new FuzzBodies(SEED, undefined);
  const check = new DecoderCheck();
  let rows = 0;
  for (let index = 0; index < BODIES; index++) {
    check.check(bodies.at(index));
    if ((index + 1) % BODIES_PER_BLOCK !== 0) continue;
    const block = check.take();
    rows += block.rows;
    expect(await countRows(block.spans)).toBe(block.rows);
  }
  // A fuzzer that is always or never refused tests nothing.
  expect(check.refused).toBeGreaterThan(BODIES / 10);
  expect(rows).toBeGreaterThan(BODIES / 10);
});

test('damaged segments are walked from end to end, and what is whole was written', () => {
  const check = new FrameCheck();
  let whole = 0;
  for (let seed = 0; seed < SEGMENTS; seed++) whole += check.check(seed);
  expect(whole).toBeGreaterThan(SEGMENTS / 10);
});

/** Every column is read, so every byte of the block is. */
async function countRows(spans: Buffer): Promise<number> {
  const sql = 'SELECT count() AS rows, sum(cityHash64(* EXCEPT (frame))) AS all FROM {file}';
  const [block] = decodeNative(await reader.ask(sql, spans));
  return block!.column('rows').number(0);
}
