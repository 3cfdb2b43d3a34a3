import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AttributeRef, parseAttributeRef, printAttributeRef } from './attribute-ref.ts';
import { LEVELS } from './query.ts';

test.each<[string, AttributeRef]>([
  ['http.route', { key: 'http.route' }],
  ['resource.k8s.pod', { key: 'k8s.pod', level: 'resource' }],
  ['span.a', { key: 'a', level: 'span' }],
  ['resource.', { key: 'resource.' }],
  ['resources.a', { key: 'resources.a' }],
  ['"resource.a"', { key: 'resource.a' }],
  ['"a" b', { key: '"a" b' }],
])('%s', (text, ref) => {
  expect(parseAttributeRef(text)).toEqual(ref);
});

test('what is printed parses to the same', () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('resource.a', '"a"', 'span.', 'event.x'));
  const ref = fc.oneof(fc.record({ key }), fc.record({ key, level: fc.constantFrom(...LEVELS) }));
  fc.assert(
    fc.property(ref, (given) => {
      expect(parseAttributeRef(printAttributeRef(given))).toEqual(given);
    }),
  );
});
