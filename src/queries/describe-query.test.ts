import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { describeQuery } from './describe-query.ts';

test.each<[Partial<SpanhouseQuery>, string]>([
  [{}, 'Traces'],
  [{ query: 'abc' }, 'Trace abc'],
  [
    { queryType: 'search', service: 'cart', status: 'error', minDuration: '1s' },
    'Traces: service cart, status error, duration ≥ 1s',
  ],
  [{ queryType: 'search', rows: 'spans', editor: 'text', text: 'a = 1', service: 'x' }, 'Spans: a = 1'],
  [
    {
      queryType: 'search',
      filters: [
        { key: 'k', level: 'span', operator: 'in', values: ['a', 'b'] },
        { key: '', operator: '=', values: [] },
      ],
    },
    'Traces: span.k in (a, b)',
  ],
  [{ queryType: 'metrics', metric: 'errorRate', by: ['service', 'kind'] }, 'Error rate: by service and kind'],
  [
    { queryType: 'attributeValues', attribute: 'http.route', prefix: '/a' },
    'Values of http.route: starting with /a',
  ],
  [{ queryType: 'logs', query: 'abc', service: 'x' }, 'Events of trace abc'],
  [{ queryType: 'sql', sql: 'SELECT 1\n  FROM x' }, 'SELECT 1 FROM x'],
])('%j', (query, expected) => {
  expect(describeQuery({ refId: 'A', ...query })).toBe(expected);
});
