import { expect, test } from 'vitest';
import { corpusSpan, eventOf, linkOf, resourceOf, scopeOf, text } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import { createContentSorter } from './sort-content.ts';

const unsorted = [text('b', '1'), text('a', '2'), text('B', '3'), text('b', '0')];
const sorted = [text('B', '3'), text('a', '2'), text('b', '1'), text('b', '0')];

test('attributes are sorted by key at every level, events by name, links not', () => {
  const before = corpusSpan({
    trace: 1,
    id: 2,
    attributes: unsorted,
    resource: resourceOf('s', ...unsorted),
    scope: scopeOf('lib', '', ...unsorted),
    events: [eventOf(1n, 'b'), eventOf(2n, 'a', ...unsorted), eventOf(0n, 'b')],
    links: [linkOf(3, 1, ...unsorted), linkOf(2, 1)],
  });
  const [adjusted] = rawTrace([before]).map(createContentSorter());
  expect(adjusted?.span).toEqual({
    ...before,
    attributes: sorted,
    resource: { ...before.resource, attributes: [...sorted, text('service.name', 's')] },
    scope: { ...before.scope, attributes: sorted },
    events: [eventOf(2n, 'a', ...sorted), eventOf(1n, 'b'), eventOf(0n, 'b')],
    links: [linkOf(3, 1, ...sorted), linkOf(2, 1)],
  });
});

test('resources and scopes stay shared, and what is sorted stays the same', () => {
  const resource = resourceOf('s', ...unsorted);
  const scope = scopeOf('lib', '', ...unsorted);
  const spans = [1, 2, 3].map((id) => corpusSpan({ trace: 1, id, resource, scope }));
  const once = rawTrace(spans).map(createContentSorter());
  expect(new Set(once.map(({ span }) => span.resource)).size).toBe(1);
  expect(new Set(once.map(({ span }) => span.scope)).size).toBe(1);
  expect(once.map(createContentSorter()).every((adjusted, at) => adjusted === once[at])).toBe(true);
});
