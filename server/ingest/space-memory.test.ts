import { describe, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import { SpaceMemories, SpaceMemory } from './space-memory.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const TODAY = 19_724;
const memoryOf = (limit: number): SpaceMemory =>
  new SpaceMemory(SPACE, 14, { services: limit, operations: limit, attributeKeys: limit });

describe('names', () => {
  test('are written once a day', () => {
    const memory = memoryOf(10);
    const seen = [TODAY, TODAY, TODAY + 1, TODAY + 1].map((day) => memory.see('services', 'a', day));
    expect(seen).toEqual(['write', 'listed', 'write', 'listed']);
  });

  test('past the limit stay out, those within go on', () => {
    const memory = memoryOf(2);
    const seen = ['a', 'b', 'c', 'a', 'c'].map((name) => memory.see('operations', name, TODAY));
    expect(seen).toEqual(['write', 'write', 'full', 'listed', 'full']);
    expect(memory.see('services', 'c', TODAY)).toBe('write');
  });

  test('that are hardly names stay out', () => {
    const memory = memoryOf(10);
    expect(memory.see('keys', 'k'.repeat(512), TODAY)).toBe('write');
    expect(memory.see('keys', 'k'.repeat(513), TODAY)).toBe('full');
  });

  test('of an earlier run count, and are written again', () => {
    const memory = memoryOf(1);
    memory.recall('keys', 'a');
    expect(['a', 'b', 'a'].map((name) => memory.see('keys', name, TODAY))).toEqual([
      'write',
      'full',
      'listed',
    ]);
  });

  test('that were not kept are written again, and take nobody’s place meanwhile', () => {
    const memory = memoryOf(1);
    memory.see('keys', 'a', TODAY);
    memory.forget('keys', 'a');
    expect(memory.see('keys', 'b', TODAY)).toBe('write');
    expect(memory.see('keys', 'a', TODAY)).toBe('full');
  });
});

describe('facts that are no names', () => {
  test('are claimed once a day, and again when they were not kept', () => {
    const memory = memoryOf(1);
    expect([TODAY, TODAY, TODAY + 1].map((day) => memory.claim('resource 1', day))).toEqual([
      true,
      false,
      true,
    ]);
    memory.forget('fact', 'resource 1');
    expect(memory.claim('resource 1', TODAY + 1)).toBe(true);
  });

  test('are forgotten in bulk when they are too many: better written twice than remembered for ever', () => {
    const memory = memoryOf(1);
    for (let index = 0; index <= 20_000; index++) memory.claim(`resource ${index}`, TODAY);
    expect(memory.claim('resource 20000', TODAY)).toBe(false);
    expect(memory.claim('resource 1', TODAY)).toBe(true);
  });
});

test('classes of keys are remembered; those past the limit share one', () => {
  const memory = memoryOf(1);
  expect(memory.classOf('a')).toBe(memory.classOf('a'));
  expect(memory.classOf('a')).not.toBe(memory.classOf('b'));
  for (let index = 0; index < 20_000; index++) memory.classOf(`key ${index}`);
  expect(memory.classOf('one more')).toBe(memory.classOf('and another'));
  expect(memory.classOf('a')).not.toBe(memory.classOf('one more'));
});

describe('memories of spaces', () => {
  const spaces = ['a', 'b', 'c'].map((tenant) => createSpace(tenant, 'd', 't'));
  const memories = (): SpaceMemories =>
    new SpaceMemories(
      (space) => new SpaceMemory(space, 1, { services: 1, operations: 1, attributeKeys: 1 }),
      2,
    );

  test('the longest unused goes', () => {
    const two = memories();
    const first = two.of(spaces[0]!);
    two.of(spaces[1]!);
    expect(two.of(spaces[0]!)).toBe(first);
    two.of(spaces[2]!);
    expect(spaces.map((space) => two.has(space))).toEqual([true, false, true]);
  });

  test('a deleted space begins anew', () => {
    const two = memories();
    const first = two.of(spaces[0]!);
    two.forget(spaces[0]!);
    expect(two.of(spaces[0]!)).not.toBe(first);
  });
});
