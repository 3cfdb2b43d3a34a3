import {
  authMethod,
  customHeaders,
  type Settings,
  withAddedHeader,
  withAuthMethod,
  withHeaderName,
  withoutLastHeader,
  withoutSecret,
  withSecret,
} from './edit-settings.ts';

const EMPTY = { basicAuth: false, jsonData: {}, secureJsonFields: {} } as unknown as Settings;

test('a secret is written where it is never sent back, and taken away again', () => {
  const written = withSecret(EMPTY, 'token', 's3cret');
  expect(written).toMatchObject({ jsonData: {}, secureJsonData: { token: 's3cret' } });
  const kept = { ...EMPTY, secureJsonFields: { token: true } };
  expect(withoutSecret(kept, 'token')).toMatchObject({
    secureJsonFields: { token: false },
    secureJsonData: { token: '' },
  });
});

test.each([
  [{}, 'none'],
  [{ basicAuth: true }, 'basic'],
  [{ jsonData: { oauthPassThru: true } }, 'forward'],
  [{ secureJsonFields: { token: true } }, 'token'],
  [{ basicAuth: true, jsonData: { authMethod: 'none' } }, 'none'],
])('the method of %j is %s', (settings, expected) => {
  expect(authMethod({ ...EMPTY, ...settings } as Settings)).toBe(expected);
});

test('a method says to Grafana what it has to do', () => {
  expect(withAuthMethod(EMPTY, 'basic')).toMatchObject({
    basicAuth: true,
    jsonData: { oauthPassThru: false },
  });
  expect(withAuthMethod(EMPTY, 'forward')).toMatchObject({
    basicAuth: false,
    jsonData: { oauthPassThru: true },
  });
});

test('headers are numbered from one, and the last goes first', () => {
  const two = withHeaderName(withAddedHeader(withHeaderName(withAddedHeader(EMPTY), 1, 'X-One')), 2, 'X-Two');
  expect(customHeaders(two).map(({ name }) => name)).toEqual(['X-One', 'X-Two']);
  const one = withoutLastHeader(two);
  expect(customHeaders(one).map(({ name }) => name)).toEqual(['X-One']);
  expect(one.secureJsonData).toEqual({ httpHeaderValue2: '' });
});
