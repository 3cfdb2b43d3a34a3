import { expect, test } from 'vitest';
import type { Span } from '../../../span/span.ts';
import { corpusSpan } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import { separateSharedIds } from './shared-ids.ts';

/** Kind, id and parent of a span. */
type Row = readonly [kind: Span['kind'], id: number, parent?: number];

const spanOf = ([kind, id, parent]: Row): Span =>
  corpusSpan({ trace: 1, id, kind, ...(parent === undefined ? {} : { parent }) });

// prettier-ignore
test.each<[string, readonly Row[], readonly Row[]]>([
  ['nothing shared', [['client', 1], ['server', 2, 1]], [['client', 1], ['server', 2, 1]]],
  ['two servers', [['server', 1], ['server', 1]], [['server', 1], ['server', 1]]],
  ['client and consumer', [['client', 1], ['consumer', 1]], [['client', 1], ['consumer', 1]]],
  ['both sides', [['client', 5, 9], ['server', 5, 9]], [['client', 5, 9], ['server', 1, 5]]],
  ['the server first', [['server', 5], ['client', 5]], [['server', 1, 5], ['client', 5]]],
  ['used ids are left out', [['client', 1], ['server', 1], ['internal', 2], ['internal', 4]], [['client', 1], ['server', 3, 1], ['internal', 2], ['internal', 4]]],
  ['children follow the server', [['internal', 7, 5], ['client', 5], ['server', 5], ['internal', 8, 5]], [['internal', 7, 1], ['client', 5], ['server', 1, 5], ['internal', 8, 1]]],
  ['two calls', [['client', 5], ['server', 5], ['client', 6, 5], ['server', 6, 5]], [['client', 5], ['server', 1, 5], ['client', 6, 1], ['server', 2, 6]]],
  ['two servers of one client', [['client', 5], ['server', 5], ['server', 5], ['internal', 8, 5]], [['client', 5], ['server', 1, 5], ['server', 2, 5], ['internal', 8, 2]]],
  ['a client that is its own parent', [['client', 5, 5], ['server', 5, 5]], [['client', 5, 5], ['server', 1, 5]]],
])('%s', (_, given, want) => {
  const separated = separateSharedIds(rawTrace(given.map(spanOf)));
  expect(separated.map(({ span }) => span)).toEqual(want.map(spanOf));
  expect(separated.flatMap(({ warnings }) => warnings)).toEqual([]);
});
