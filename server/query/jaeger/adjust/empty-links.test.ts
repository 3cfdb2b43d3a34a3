import { expect, test } from 'vitest';
import { corpusSpan, linkOf } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import { dropEmptyLinks } from './empty-links.ts';

test('links to no trace are removed, with a warning each', () => {
  const before = corpusSpan({
    trace: 1,
    id: 1,
    links: [linkOf(0, 1), linkOf(2, 0), linkOf(0, 0), linkOf(1, 3)],
  });
  const [adjusted] = rawTrace([before]).map(dropEmptyLinks);
  expect(adjusted?.span.links).toEqual([linkOf(2, 0), linkOf(1, 3)]);
  expect(adjusted?.warnings).toEqual(['Invalid span link removed', 'Invalid span link removed']);
});

test('a span whose links lead somewhere is left alone', () => {
  const raw = rawTrace([corpusSpan({ trace: 1, id: 1, links: [linkOf(2, 1)] })]);
  expect(raw.map(dropEmptyLinks)[0]).toBe(raw[0]);
});
