import { createSecureContext } from 'node:tls';
import { type DataSourceJson, DEFAULT_TIMEOUT_S } from '../../../src/contract/settings.ts';
import { Fault } from '../../errors/fault.ts';
import { createSpace, parseSpace, SPACE_PARTS } from '../../space/space.ts';
import type { PluginContext } from '../protocol/messages.ts';

/** What a data source is set to, checked and complete. Holds secrets: it is never logged and never leaves the process. */
export interface InstanceSettings {
  readonly uid: string;
  readonly name: string;
  /** Without credentials, query and fragment; the path ends without a slash. */
  readonly url: URL;
  readonly json: DataSourceJson;
  /** Sent with every request, by lower-case name: credentials, custom headers, and the space. */
  readonly headers: Readonly<Record<string, string>>;
  /** What nobody may read who only looks at a panel, as it may come back in a server's words. */
  readonly secrets: readonly string[];
  readonly forward: ForwardSettings;
  readonly tls: TlsSettings;
  readonly timeoutMs: number;
  readonly pool: PoolSettings;
}

/** What of the caller goes on to the server. */
export interface ForwardSettings {
  readonly identity: boolean;
  readonly cookies: readonly string[];
}

export interface TlsSettings {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly skipVerify: boolean;
  readonly serverName: string | undefined;
}

export interface PoolSettings {
  readonly keepAliveMs: number;
  /** 0 is any number. */
  readonly maxSockets: number;
  readonly maxIdleSockets: number;
  readonly idleTimeoutMs: number;
}

/** As Grafana's own data sources have them. */
const KEEP_ALIVE_S = 30;
const MAX_IDLE = 100;
const IDLE_TIMEOUT_S = 90;
/** Only fills what the settings leave out, so that the rest can be checked. */
const ANY_SPACE = createSpace('default', 'default', 'default');

/** Throws a Fault with a sentence that names the setting. */
export function parseInstanceSettings(context: PluginContext | null): InstanceSettings {
  const source = context?.dataSourceInstanceSettings ?? null;
  if (source === null) throw new Fault('invalid', 'the request names no data source');
  const json = parseJsonData(source.jsonData);
  const secrets = source.decryptedSecureJsonData;
  return Object.freeze({
    uid: source.uid,
    name: source.name,
    url: parseUrl(source.url),
    json,
    headers: Object.freeze({
      ...customHeaders(json, secrets),
      ...authorization(json, secrets, source),
      ...spaceHeaders(json),
    }),
    secrets: Object.freeze(secretsOf(secrets, source)),
    forward: Object.freeze({
      identity: json.oauthPassThru === true || json.authMethod === 'forward',
      cookies: Object.freeze(texts(json.keepCookies)),
    }),
    tls: Object.freeze(parseTls(json, secrets)),
    timeoutMs: millis(json, 'timeout', DEFAULT_TIMEOUT_S) || DEFAULT_TIMEOUT_S * 1_000,
    pool: Object.freeze({
      keepAliveMs: millis(json, 'httpKeepAlive', KEEP_ALIVE_S),
      maxSockets: numberOf(json, 'httpMaxConnsPerHost', 0),
      maxIdleSockets: numberOf(json, 'httpMaxIdleConnsPerHost', numberOf(json, 'httpMaxIdleConns', MAX_IDLE)),
      idleTimeoutMs: millis(json, 'httpIdleConnTimeout', IDLE_TIMEOUT_S),
    }),
  });
}

type Json = Readonly<Record<string, unknown>> & DataSourceJson;
type Secrets = Readonly<Record<string, string>>;

function parseJsonData(bytes: Buffer): Json {
  if (bytes.length === 0) return {};
  try {
    const json: unknown = JSON.parse(bytes.toString());
    if (typeof json === 'object' && json !== null) return Object.freeze(json) as Json;
  } catch {
    // Said below: the parser's words quote what may be private.
  }
  throw new Fault('invalid', "the data source's jsonData is not a JSON object");
}

function parseUrl(text: string): URL {
  if (text.trim() === '') {
    throw new Fault('invalid', 'the data source has no URL; set it to where the server answers over HTTP', {
      field: 'url',
    });
  }
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Fault('invalid', 'the data source\'s URL must begin with "http://" or "https://"', {
      field: 'url',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault(
      'invalid',
      "the data source's URL holds a user or password, which everybody could read; use basic authentication",
      { field: 'url' },
    );
  }
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** Numbered from 1 to the first gap. */
function customHeaders(json: Json, secrets: Secrets): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let number = 1; ; number++) {
    const name = textOf(json, `httpHeaderName${number}`);
    if (name === undefined) return headers;
    checkHeader(name, secrets[`httpHeaderValue${number}`] ?? '', `httpHeaderName${number}`);
    headers[name.toLowerCase()] = secrets[`httpHeaderValue${number}`] ?? '';
  }
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What node:http would refuse when it is too late to say which setting it was. */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

function checkHeader(name: string, value: string, setting: string): void {
  if (!HEADER_NAME.test(name)) {
    throw new Fault(
      'invalid',
      `the data source's ${setting} is no name of a header: ${JSON.stringify(name)}`,
    );
  }
  if (NOT_IN_HEADERS.test(value)) {
    throw new Fault('invalid', `the value of the data source's header ${name} holds what no header may hold`);
  }
}

/** Shorter ones would hide half of every sentence, and are no secrets. */
const MIN_SECRET_CHARACTERS = 4;

/** As they are sent too: a user and password in one. */
function secretsOf(secrets: Secrets, { basicAuthUser }: BasicAuth): readonly string[] {
  const pair = Buffer.from(`${basicAuthUser}:${secrets['basicAuthPassword'] ?? ''}`).toString('base64');
  return [...Object.values(secrets).map((value) => value.trim()), pair].filter(
    ({ length }) => length >= MIN_SECRET_CHARACTERS,
  );
}

interface BasicAuth {
  readonly basicAuthEnabled: boolean;
  readonly basicAuthUser: string;
}

function authorization(json: Json, secrets: Secrets, basic: BasicAuth): Record<string, string> {
  const method = textOf(json, 'authMethod') ?? (basic.basicAuthEnabled ? 'basic' : 'token');
  const token = (secrets['token'] ?? '').trim();
  if (method === 'basic' && basic.basicAuthEnabled) {
    const pair = `${basic.basicAuthUser}:${secrets['basicAuthPassword'] ?? ''}`;
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  }
  if (method !== 'token' || token === '') return {};
  checkHeader('authorization', token, 'token');
  return { authorization: `Bearer ${token}` };
}

/** What is left out is the server's to say. */
function spaceHeaders(json: Json): Record<string, string> {
  const named = { tenant: textOf(json, 'tenant'), db: textOf(json, 'db'), table: textOf(json, 'table') };
  parseSpace(named, ANY_SPACE, (part) => `the data source's ${part}`);
  return Object.fromEntries(
    SPACE_PARTS.flatMap((part) => (named[part] === undefined ? [] : [[part, named[part]]])),
  );
}

function parseTls(json: Json, secrets: Secrets): TlsSettings {
  const secret = (name: string, setting: string): string => {
    const value = secrets[name] ?? '';
    if (value.trim() === '') {
      throw new Fault('invalid', `the data source's ${setting} is on, but its secret ${name} is empty`);
    }
    return value;
  };
  const withClient = json.tlsAuth === true;
  return checkedTls({
    ca: json.tlsAuthWithCACert === true ? secret('tlsCACert', 'tlsAuthWithCACert') : undefined,
    cert: withClient ? secret('tlsClientCert', 'tlsAuth') : undefined,
    key: withClient ? secret('tlsClientKey', 'tlsAuth') : undefined,
    skipVerify: json.tlsSkipVerify === true,
    serverName: textOf(json, 'serverName'),
  });
}

/** What OpenSSL cannot read would otherwise be found out with each request. */
function checkedTls(tls: TlsSettings): TlsSettings {
  const { cert, key } = tls;
  try {
    if (cert !== undefined && key !== undefined) createSecureContext({ cert, key });
  } catch {
    // Its own words are for those who know OpenSSL.
    throw new Fault('invalid', "the data source's tlsClientCert and tlsClientKey are no certificate and its key in PEM"); // prettier-ignore
  }
  return tls;
}

function textOf(json: Json, name: string): string | undefined {
  const value = json[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** Of seconds. A timer of more than it holds would go off at once. */
function millis(json: Json, name: string, otherwiseSeconds: number): number {
  return Math.min(numberOf(json, name, otherwiseSeconds) * 1_000, MAX_TIMER_MS);
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Grafana keeps numbers that were typed as text. */
function numberOf(json: Json, name: string, otherwise: number): number {
  const value = json[name];
  if (value === undefined || value === null || value === '') return otherwise;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  throw new Fault('invalid', `the data source's ${name} must be a number, and is ${JSON.stringify(value)}`);
}
