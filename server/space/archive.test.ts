import { expect, test } from 'vitest';
import { archiveOf, isArchive } from './archive.ts';
import { createSpace, spaceKey } from './space.ts';

const SPACE = createSpace('acme', 'shop', 'traces');

test('an archive is told apart from every space that a client can name', () => {
  expect(isArchive(SPACE)).toBe(false);
  expect(isArchive(archiveOf(SPACE))).toBe(true);
  expect(spaceKey(archiveOf(SPACE))).toBe('acme/shop/traces@archive');
  expect(() => createSpace('acme', 'shop', 'traces@archive')).toThrow(/traces@archive/);
});
