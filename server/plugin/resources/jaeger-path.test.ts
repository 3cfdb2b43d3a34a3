import { describe, expect, test } from 'vitest';
import { jaegerPath, parseResourcePath } from './jaeger-path.ts';

describe('parseResourcePath', () => {
  test.each([
    ['api/traces', 'api/traces?service=a&tag=b%3Dc', ['api', 'traces'], 'service=a&tag=b%3Dc'],
    ['/api/traces', '/api/traces', ['api', 'traces'], ''],
    ['services', '', ['services'], ''],
    [
      'api/services/a b/operations',
      'api/services/a%20b/operations',
      ['api', 'services', 'a b', 'operations'],
      '',
    ],
    [
      'api/services/a%2e/operations',
      './api/services/a%252e/operations',
      ['api', 'services', 'a%2e', 'operations'],
      '',
    ],
    ['api/services/ü', 'api/services/%C3%BC#x?y', ['api', 'services', 'ü'], ''],
  ])('%j, %j', (path, url, parts, query) => {
    const parsed = parseResourcePath(path, url);
    expect(parsed.parts).toEqual(parts);
    expect(parsed.params.toString()).toBe(query);
  });

  test.each([
    ['', ''],
    ['', '?a=b'],
    ['api/../x', ''],
    ['api/../x', 'api/%2e%2e/x'],
    ['api/./x', 'api/./x'],
    ['a//b', 'a//b'],
    ['//host/a', '//host/a'],
    ['http://host/a', 'http://host/a'],
    ['a/b', 'a%2Fb'],
    ['a\\b', 'a%5Cb'],
    ['a\\b', 'a\\b'],
    ['a\0b', 'a%00b'],
    ['a%', 'a%'],
    ['api/traces/', 'api/traces/'],
    ['api/services', 'api/traces'],
    ['api/services', 'api/v1/spaces'],
    ['a\nb', 'a\nb'],
  ])('%j, %j is refused', (path, url) => {
    expect(() => parseResourcePath(path, url)).toThrow(/is refused/);
  });
});

describe('jaegerPath', () => {
  test.each([
    [['api', 'services'], '/api/services'],
    [['api', 'services', 'a b?', 'operations'], '/api/services/a%20b%3F/operations'],
    [['api', 'traces', '11'], '/api/traces/11'],
    [['api', 'metrics', 'latencies'], '/api/metrics/latencies'],
    [['api', 'v3', 'traces', '11'], '/api/v3/traces/11'],
    [['api', 'v3', 'trace-summaries'], '/api/v3/trace-summaries'],
    [['api', 'v1', 'spaces'], undefined],
    [['api', 'v1', 'search'], undefined],
    [['api', 'archive', '11'], undefined],
    [['api', 'transform'], undefined],
    [['t', 'a', 'b', 'c', 'api', 'traces'], undefined],
    [['metrics'], undefined],
    [['API', 'services'], undefined],
  ])('%j is %j', (parts, want) => {
    expect(jaegerPath(parts)).toBe(want);
  });
});
