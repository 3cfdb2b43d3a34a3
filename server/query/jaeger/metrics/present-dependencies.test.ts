import { expect, test } from 'vitest';
import { presentDependencies } from './present-dependencies.ts';

const edge = (parent: string, child: string, calls: number) => ({ parent, child, calls });
const EDGES = [edge('a', 'b', 5), edge('b', 'c', 1), edge('a', 'b', 2), edge('c<', 'a', 9)];

test.each<[string | undefined, string]>([
  [
    undefined,
    '[{"parent":"a","child":"b","callCount":7},{"parent":"b","child":"c","callCount":1},' +
      '{"parent":"c\\u003c","child":"a","callCount":9}]',
  ],
  ['c', '[{"parent":"b","child":"c","callCount":1}]'],
  ['nobody', '[]'],
])('of %s', (service, want) => {
  expect(presentDependencies(EDGES, service)).toBe(want);
});
