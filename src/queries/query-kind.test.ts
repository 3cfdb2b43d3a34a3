import { parseQuery } from '../contract/parse-query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { queryKind } from './query-kind.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The editor that opens must be that of the type which the backend reads out of the same query. */
test.each<[Partial<SpanhouseQuery>, string]>([
  [{}, 'search'],
  [{ query: '' }, 'search'],
  [{ query: ID }, 'trace'],
  [{ queryType: 'traceql', query: ID }, 'trace'],
  [{ queryType: 'search', query: ID }, 'trace'],
  [{ queryType: 'search', query: ID, service: 'cart' }, 'search'],
  [{ queryType: 'search', query: ID, minDuration: '1s' }, 'search'],
  [{ queryType: 'search', query: ID, filters: [{ key: 'k', operator: 'exists', values: [] }] }, 'search'],
  [{ queryType: 'metrics', query: ID }, 'metrics'],
  [{ queryType: 'dependencyGraph' }, 'dependencyGraph'],
])('%j is of the type %s', (query, expected) => {
  expect(queryKind({ refId: 'A', ...query })).toBe(expected);
  expect(parseQuery(query).type).toBe(expected);
});
