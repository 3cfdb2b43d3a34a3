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
