import { expect, test } from 'vitest';
import { reachedAt } from './reached-at.ts';

const LISTENING = { host: '127.0.0.1', port: 16686 };

test.each([
  [{ host: 'traces.example:8080' }, 'http://traces.example:8080', 'traces.example'],
  [{ host: 'localhost' }, 'http://localhost', 'localhost'],
  [{ host: '[::1]:16686' }, 'http://[::1]:16686', '[::1]'],
  [{ host: 'a.example', 'x-forwarded-proto': 'https' }, 'https://a.example', 'a.example'],
  [{ host: 'a.example', 'x-forwarded-proto': 'javascript' }, 'http://a.example', 'a.example'],
  [{}, 'http://127.0.0.1:16686', '127.0.0.1'],
  [{ host: '"><script>' }, 'http://127.0.0.1:16686', '127.0.0.1'],
  [{ host: 'a$(rm -rf .)' }, 'http://127.0.0.1:16686', '127.0.0.1'],
])('%j is %s', (headers, origin, hostname) => {
  expect(reachedAt(headers, LISTENING)).toEqual({ origin, hostname });
});

test('an address of IPv6 is in brackets', () => {
  expect(reachedAt({}, { host: '::1', port: 80 })).toEqual({ origin: 'http://[::1]:80', hostname: '[::1]' });
});
