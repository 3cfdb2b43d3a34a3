import { describe, expect, test } from 'vitest';
import type { KeptQuery } from '../../../src/contract/query.ts';
import { selectSpans } from '../../../src/contract/select-spans.ts';
import { jaegerSearch } from './jaeger-search.ts';

const WINDOW = { fromNanos: 1_706_678_400_000_000_000n, toNanos: 1_706_679_300_000_000_000n };

function asked(server: 'jaeger-first' | 'jaeger-second', kept: KeptQuery): readonly object[] {
  const { params } = jaegerSearch(server, selectSpans(kept), WINDOW, 20);
  return params.map((one) => Object.fromEntries(one));
}

describe("in the words of Jaeger's first generation", () => {
  const COMMON = { service: 'cart', start: '1706678400000000', end: '1706679299999999', limit: '20' };

  test.each<[KeptQuery, object]>([
    [{}, {}],
    [{ operation: 'GET /' }, { operation: 'GET /' }],
    [
      { minDuration: '1.5ms', maxDuration: '90s' },
      { minDuration: '1.5ms', maxDuration: '1m30s' },
    ],
    [{ tags: 'http.status_code=200 a=b' }, { tags: '{"http.status_code":"200","a":"b"}' }],
    [{ tags: 'error=true', kind: 'server' }, { tags: '{"span.kind":"server","error":"true"}' }],
    [{ status: 'ok' }, { tags: '{"otel.status_code":"OK"}' }],
    [{ filters: [{ key: 'a', operator: 'in', values: ['x'] }] }, { tags: '{"a":"x"}' }],
  ])('%j', (kept, want) => {
    expect(asked('jaeger-first', { service: 'cart', ...kept })).toEqual([{ ...COMMON, ...want }]);
  });

  const only =
    "this server (Jaeger's first generation API) cannot search by anything but values that attributes, the kind or the status are equal to, all of them at once";
  test.each<[KeptQuery, string]>([
    [{ service: '' }, "this server (Jaeger's first generation API) cannot search without a service: choose one"],
    [{ minTraceDuration: '1s' }, "this server (Jaeger's first generation API) cannot search by the duration of a trace, only by that of a span"],
    [{ status: 'unset' }, only],
    [{ kind: '{server,client}' }, only],
    [{ tags: 'a=1 a=2' }, only],
    [{ filters: [{ key: 'a', operator: '!=', values: ['x'] }] }, only],
    [{ filters: [{ key: 'a', operator: 'exists', values: [] }] }, only],
    [{ filters: [{ key: 'a', level: 'resource', operator: '=', values: ['x'] }] }, only],
    [{ editor: 'text', text: 'service = a and (b = 1 or c = 2)' }, only],
    [{ service: '["1","2","3","4","5","6"]', operation: '["a","b"]' }, "this server (Jaeger's first generation API) cannot search for 6 services and 2 operations at once: each pair is a request, and more than 10 are too many"],
  ])('not %j', (kept, message) => {
    expect(() => asked('jaeger-first', { service: 'cart', ...kept })).toThrow(
      expect.objectContaining({ code: 'unimplemented', message }),
    );
  }); // prettier-ignore
});

describe('in those of the second', () => {
  const COMMON = {
    'query.startTimeMin': '2024-01-31T05:20:00.000000000Z',
    'query.startTimeMax': '2024-01-31T05:34:59.999999999Z',
    'query.searchDepth': '20',
  };

  test.each<[KeptQuery, object]>([
    [{}, {}],
    [
      { service: 'cart', operation: 'GET /', tags: 'a=b', minDuration: '1s' },
      {
        'query.serviceName': 'cart',
        'query.operationName': 'GET /',
        'query.attributes': '{"a":"b"}',
        'query.durationMin': '1s',
      },
    ],
    [
      { editor: 'text', text: 'a != 1' },
      { 'query.filter': '{"op":"ne","args":[{"attr":{"key":"a"}},{"scalar":{"value":"1"}}]}' },
    ],
    [
      { editor: 'text', text: 'service = cart and duration > 1ms and exists(span.a)' },
      {
        'query.filter':
          '{"op":"and","args":[' +
          '{"call":{"op":"eq","args":[{"field":{"name":"service","level":"resource"}},{"scalar":{"value":"cart"}}]}},' +
          '{"call":{"op":"gte","args":[{"field":{"name":"duration","level":"span"}},{"scalar":{"value":"1.000001ms"}}]}},' +
          '{"call":{"op":"exists","args":[{"attr":{"key":"a","level":"span"}}]}}]}',
      },
    ],
  ])('%j', (kept, want) => {
    expect(asked('jaeger-second', kept)).toEqual([{ ...COMMON, ...want }]);
  });

  test('not patterns that match from end to end', () => {
    expect(() => asked('jaeger-second', { editor: 'text', text: 'not (a =~ x and b = 1)' })).toThrow(
      "this server (Jaeger's second generation API) cannot match a regular expression from end to end (=~ and !~)",
    );
  });
});
