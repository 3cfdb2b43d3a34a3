import { describe, expect, test } from 'vitest';
import { contextOfTest, type SettingsOfTest } from './context.fixture.ts';
import { parseInstanceSettings } from './instance-settings.ts';

describe('headers', () => {
  test.each<[string, SettingsOfTest, Readonly<Record<string, string>>]>([
    ['nothing', {}, {}],
    ['a space', { json: { tenant: 'acme', db: ' shop ', table: '' } }, { tenant: 'acme', db: 'shop' }],
    [
      'basic authentication',
      { basicAuthEnabled: true, basicAuthUser: 'ann', secrets: { basicAuthPassword: 'hunter2' } },
      { authorization: 'Basic YW5uOmh1bnRlcjI=' },
    ],
    ['a token', { json: { authMethod: 'token' }, secrets: { token: 't' } }, { authorization: 'Bearer t' }],
    ['a token alone', { secrets: { token: 't' } }, { authorization: 'Bearer t' }],
    ['a token that is not used', { json: { authMethod: 'none' }, secrets: { token: 't' } }, {}],
    [
      'custom headers, to the first gap',
      {
        json: { httpHeaderName1: 'X-A', httpHeaderName2: 'X-B', httpHeaderName4: 'X-D' },
        secrets: { httpHeaderValue1: 'a', httpHeaderValue4: 'd' },
      },
      { 'x-a': 'a', 'x-b': '' },
    ],
    [
      'a custom header that is one of ours',
      { json: { tenant: 'acme', httpHeaderName1: 'Tenant' }, secrets: { httpHeaderValue1: 'globex' } },
      { tenant: 'acme' },
    ],
  ])('%s', (_what, source, want) => {
    expect(parseInstanceSettings(contextOfTest(source)).headers).toEqual(want);
  });
});

describe('the rest', () => {
  test('has defaults', () => {
    const { timeoutMs, pool, tls, forward } = parseInstanceSettings(contextOfTest());
    expect(timeoutMs).toBe(30_000);
    expect(pool).toEqual({ keepAliveMs: 30_000, maxSockets: 0, maxIdleSockets: 100, idleTimeoutMs: 90_000 });
    expect(tls).toMatchObject({ ca: undefined, cert: undefined, skipVerify: false });
    expect(forward).toEqual({ identity: false, cookies: [] });
  });

  test('is read from numbers and from numbers that were typed', () => {
    const json = { timeout: '5', httpMaxConnsPerHost: 3, httpMaxIdleConns: '7' };
    expect(parseInstanceSettings(contextOfTest({ json }))).toMatchObject({
      timeoutMs: 5_000,
      pool: { maxSockets: 3, maxIdleSockets: 7 },
    });
  });

  test.each([
    ['http://host:1/', 'http://host:1/'],
    ['  https://host/jaeger//  ', 'https://host/jaeger'],
    ['http://host/a?b=c#d', 'http://host/a'],
  ])('the URL %j is %j', (url, want) => {
    expect(parseInstanceSettings(contextOfTest({ url })).url.href).toBe(want);
  });

  test('times are no longer than a timer holds', () => {
    const json = { timeout: 1e300, httpKeepAlive: '1e20', httpIdleConnTimeout: 1e9 };
    const { timeoutMs, pool } = parseInstanceSettings(contextOfTest({ json }));
    expect([timeoutMs, pool.keepAliveMs, pool.idleTimeoutMs]).toEqual(Array(3).fill(2_147_483_647));
  });

  test('secrets are known, as they are sent too', () => {
    const secrets = { basicAuthPassword: 'pass', token: ' token\n', httpHeaderValue1: 'on' };
    const settings = parseInstanceSettings(contextOfTest({ secrets: { ...secrets }, basicAuthUser: 'ann' }));
    expect(settings.secrets).toEqual(['pass', 'token', Buffer.from('ann:pass').toString('base64')]);
  });

  test('cannot be changed afterwards', () => {
    const settings = parseInstanceSettings(contextOfTest({ json: { tenant: 'acme' } }));
    for (const part of [settings, settings.headers, settings.json, settings.tls, settings.pool]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('what cannot be used is said', () => {
  test.each<[SettingsOfTest, string]>([
    [{ url: '' }, 'the data source has no URL; set it to where the server answers over HTTP'],
    [{ url: 'localhost:16686' }, 'the data source\'s URL must begin with "http://" or "https://"'],
    [
      { json: { httpHeaderName1: 'X Y' } },
      'the data source\'s httpHeaderName1 is no name of a header: "X Y"',
    ],
    [
      { json: { httpHeaderName1: 'X-Y' }, secrets: { httpHeaderValue1: 'a\r\ntenant: globex' } },
      "the value of the data source's header X-Y holds what no header may hold",
    ],
    [
      { json: { db: 'a b' } },
      'the data source\'s db is "a b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [{ json: { tlsAuth: true } }, "the data source's tlsAuth is on, but its secret tlsClientCert is empty"],
    [
      { json: { tlsAuth: true }, secrets: { tlsClientCert: 's3cret', tlsClientKey: 's3cret' } },
      "the data source's tlsClientCert and tlsClientKey are no certificate and its key in PEM",
    ],
    [{ json: { timeout: -1 } }, "the data source's timeout must be a number, and is -1"],
  ])('%j', (source, message) => {
    expect(() => parseInstanceSettings(contextOfTest(source))).toThrow(expect.objectContaining({ message }));
  });

  test('without quoting what is no JSON', () => {
    const context = contextOfTest();
    const source = { ...context.dataSourceInstanceSettings!, jsonData: Buffer.from('s3cret') };
    expect(() => parseInstanceSettings({ ...context, dataSourceInstanceSettings: source })).toThrow(
      /^the data source's jsonData is not a JSON object$/,
    );
  });
});
