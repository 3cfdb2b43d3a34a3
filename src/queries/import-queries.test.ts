import { parseFilterText } from '../contract/filter-text.ts';
import { importQueries } from './import-queries.ts';

const imported = (type: string, query: object) =>
  importQueries([{ refId: 'A', ...query }], type).map(
    ({ refId: _refId, version: _version, ...rest }) => rest,
  );

test.each<[string, object, object[]]>([
  [
    'jaeger',
    { queryType: 'search', service: 'cart', tags: 'a=1', datasource: { uid: 'j' } },
    [{ queryType: 'search', service: 'cart', tags: 'a=1' }],
  ],
  ['jaeger', { query: 'abc' }, [{ query: 'abc' }]],
  ['jaeger', { queryType: 'upload' }, []],
  ['tempo', { queryType: 'traceId', query: 'abc' }, [{ queryType: 'trace', query: 'abc' }]],
  ['tempo', { queryType: 'traceql', query: 'abc123' }, [{ queryType: 'trace', query: 'abc123' }]],
  ['tempo', { queryType: 'serviceMap' }, [{ queryType: 'dependencyGraph' }]],
  [
    'tempo',
    { queryType: 'nativeSearch', serviceName: 'cart', spanName: '', search: 'a=1', limit: 5 },
    [{ queryType: 'search', service: 'cart', tags: 'a=1', limit: 5 }],
  ],
  [
    'tempo',
    {
      queryType: 'traceql',
      query: '{ resource.service.name = "cart" && (.http.status >= 500 || duration > 1.5s) }',
      tableType: 'spans',
    },
    [
      {
        queryType: 'search',
        editor: 'text',
        text: 'service = "cart" and (http.status >= 500 or duration > 1.5s)',
        rows: 'spans',
      },
    ],
  ],
  ['tempo', { queryType: 'traceql', query: '{ span.a = "x" } | rate()' }, []],
  ['tempo', { queryType: 'traceql', query: '{ .a = nil }' }, []],
  [
    'tempo',
    {
      queryType: 'traceqlSearch',
      filters: [
        {
          id: 's',
          tag: 'service.name',
          scope: 'resource',
          operator: '=',
          value: ['a', 'b'],
          valueType: 'string',
        },
        { id: 'st', tag: 'status', scope: 'intrinsic', operator: '=', value: 'error', valueType: 'keyword' },
        { id: 'empty', tag: 'x', operator: '=' },
      ],
    },
    [{ queryType: 'search', editor: 'text', text: '(service = "a" or service = "b") and status = error' }],
  ],
  ['loki', { expr: '{a="b"}' }, []],
])('%s %j', (type, query, expected) => {
  const queries = imported(type, query);
  expect(queries).toEqual(expected);
  for (const { text } of queries) expect(() => parseFilterText(text ?? '')).not.toThrow();
});
