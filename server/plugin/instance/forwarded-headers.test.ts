import { validateHeaderValue } from 'node:http';
import { expect, test } from 'vitest';
import { forwardedHeaders } from './forwarded-headers.ts';

const CALLER = {
  Authorization: 'Bearer ann',
  'X-Id-Token': 'id',
  Cookie: 'a=1; ab=2; session=3',
  'http_X-Grafana-Id': 'signed',
  'http_X-Dashboard-Uid': 'board',
  http_tenant: 'globex',
  'http_X-Scope-OrgID': 'globex',
  http_Authorization: 'Bearer other',
  tenant: 'globex',
  Host: 'elsewhere',
  FromAlert: 'true',
};
const MARKED = { 'x-grafana-id': 'signed', 'x-dashboard-uid': 'board' };

test.each([
  [{ identity: false, cookies: [] }, MARKED],
  [
    { identity: true, cookies: [] },
    { ...MARKED, authorization: 'Bearer ann', 'x-id-token': 'id' },
  ],
  [
    { identity: false, cookies: ['a'] },
    { ...MARKED, cookie: 'a=1' },
  ],
  [
    { identity: false, cookies: ['a*', 'none'] },
    { ...MARKED, cookie: 'a=1; ab=2' },
  ],
])('%j', (forward, want) => {
  expect(forwardedHeaders(CALLER, forward)).toEqual(want);
});

test.each([
  [{ 'http_X-Dashboard-Title': 'Größe 日本' }, { 'x-dashboard-title': Buffer.from('Größe 日本').toString('latin1') }],
  [{ 'http_X-Dashboard-Title': 'a\r\ntenant: globex' }, {}],
  [{ 'http_X-Dashboard- Title\r\n': 'a' }, {}],
  [{ 'http_X-Panel-Id': '\u0000' }, {}],
])('what no header may be: %j', (caller: Readonly<Record<string, string>>, want) => {
  const headers = forwardedHeaders(caller, { identity: true, cookies: [] });
  expect(headers).toEqual(want);
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
}); // prettier-ignore
