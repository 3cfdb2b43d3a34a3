import { expect, test } from 'vitest';
import { baseOf, cleanPath, isApiPath, placeOf } from './place.ts';

test.each([
  ['/', '/'],
  ['/search', '/'],
  ['/trace/abc', '/'],
  ['/trace/abc/', '/'],
  ['/trace/abc/s/0', '/'],
  ['/t/acme/shop', '/'],
  ['/t/acme/shop/traces/', '/t/acme/shop/traces/'],
  ['/t/acme/shop/traces/search', '/t/acme/shop/traces/'],
  ['/t/search/trace/monitor/trace/abc', '/t/search/trace/monitor/'],
])('the UI of %s begins at %s', (path, want) => {
  expect(new URL(baseOf(placeOf(path)), `http://host${path}`).pathname).toBe(want);
});

test('the base is right behind a proxy that takes a prefix off the path', () => {
  const base = baseOf(placeOf('/t/acme/shop/traces/trace/abc'));
  expect(new URL(base, 'http://host/tracing/t/acme/shop/traces/trace/abc').pathname).toBe(
    '/tracing/t/acme/shop/traces/',
  );
});

test.each([
  ['/api/traces', true],
  ['/api', true],
  ['/analytics/v1/dependencies', true],
  ['/t/acme/shop/traces/api/nothing', true],
  ['/apis', false],
  ['/search/api/', false],
  ['/t/api/api/api/search', false],
])('%s is a path of an API: %s', (path, want) => {
  expect(isApiPath(placeOf(path))).toBe(want);
});

test.each([
  ['//evil.example', '/evil.example'],
  ['//\\evil.example', '/evil.example'],
  ['/a///b', '/a/b'],
  ['/a/b/', '/a/b/'],
])('%s is written %s', (path, want) => {
  expect(cleanPath(path)).toBe(want);
});
