import { type ServiceError, status } from '@grpc/grpc-js';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeRequest, newSpanId, newTraceId, nowNanos } from '../support/otlp-request.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { post } from '../e2e/post.ts';
import { checkHealth, getResource, queryData } from './host/ask.ts';
import { buildPluginBackend, type BuiltPlugin } from './host/built-plugin.ts';
import { contextOf, type SavedDataSource } from './host/data-source.ts';
import { readLogLine } from './host/log-lines.ts';
import { killPlugins, type PluginHost, startPlugin } from './host/plugin-host.ts';
import { readFrame } from './host/read-frame.ts';
import { JAEGER, jsonByPath, openRecordingServer, type RecordingServer } from './host/recording-server.ts';

const ACME = { tenant: 'acme', db: 'shop', table: 'traces' };
const GLOBEX = { tenant: 'globex', db: 'shop', table: 'traces' };

let built: BuiltPlugin;
let sockets: string;
let host: PluginHost;
const servers: RecordingServer[] = [];

beforeAll(async () => {
  built = buildPluginBackend();
  sockets = mkdtempSync(join(tmpdir(), 'spanhouse-sockets-'));
  host = await startPlugin({
    executable: built.executable,
    environment: { PLUGIN_UNIX_SOCKET_DIR: sockets },
  });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

afterAll(async () => {
  await host.stop();
  killPlugins();
  tidyUp();
  rmSync(sockets, { recursive: true });
  built.remove();
});

async function serve(answer: RecordingServer['answer']): Promise<RecordingServer> {
  const server = await openRecordingServer(answer);
  servers.push(server);
  return server;
}

/** Runs the executable by itself until it ends. */
function runAlone(
  executable: string,
  environment: Readonly<Record<string, string>>,
): { code: number | null; out: string; err: string } {
  const { status: code, stdout, stderr } = spawnSync(executable, [], { env: environment, encoding: 'utf8' });
  return { code, out: stdout, err: stderr };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A frame in a packet of a stream. */
interface FrameJson {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  readonly data: { readonly values: readonly (readonly unknown[])[] };
}

function tracesOf(packet: Buffer): readonly string[] {
  const { schema, data } = JSON.parse(packet.toString()) as FrameJson;
  const at = schema.fields.findIndex(({ name }) => /^trace ?id$/i.test(name));
  return data.values[at] as string[];
}

const COOKIE = { grafana_plugin_type: 'datasource' };

describe('starting and ending', () => {
  test('says where it listens, on a socket that nobody else may use', () => {
    const { network, address } = host.handshake;
    expect(network).toBe('unix');
    expect(address.startsWith(`${sockets}/plugin`)).toBe(true);
    expect(readdirSync(sockets)).toHaveLength(1);
  });

  test('holds less than 120 MiB', () => {
    expect(host.residentMib).toBeLessThan(120);
  });

  test('goes when it is asked to, and takes its socket along', async () => {
    const other = await startPlugin({ executable: built.executable });
    const { address } = other.handshake;
    expect(existsSync(address)).toBe(true);
    expect(await other.stop()).toBe(true);
    expect(existsSync(address)).toBe(false);
    expect(other.oddLines).toEqual([]);
  });

  test('goes in time although a request is going on', async () => {
    const server = await serve(() => undefined);
    const other = await startPlugin({ executable: built.executable });
    const asked = checkHealth(other, { url: server.url }).catch((error: unknown) => error);
    await until('the request', () => server.requests.length > 0);
    expect(await other.stop()).toBe(true);
    await asked;
    expect(server.requests[0]!.aborted).toBe(true);
  });

  test('does not mind Ctrl-C at the terminal of Grafana', async () => {
    const server = await serve(JAEGER);
    host.signal('SIGINT');
    expect(await checkHealth(host, { url: server.url })).toMatchObject({ ok: true });
  });

  test('finds another place for its socket where the one it is given cannot be used', async () => {
    const other = await startPlugin({
      executable: built.executable,
      environment: { PLUGIN_UNIX_SOCKET_DIR: join(sockets, 'is', 'not', 'there'), TMPDIR: '/dev/null' },
    });
    expect(other.handshake.address.startsWith('/tmp/plugin')).toBe(true);
    expect(await other.stop()).toBe(true);
    expect(other.oddLines).toEqual([]);
  });

  test('is started again when it is killed', async () => {
    // A process that is killed leaves its socket behind.
    const environment = { PLUGIN_UNIX_SOCKET_DIR: sockets };
    const other = await startPlugin({ executable: built.executable, environment });
    other.watch();
    const { pid } = other;
    other.signal('SIGKILL');
    await until(
      'the plugin to be started again',
      () => other.starts === 2 && other.pid !== pid && !other.hasExited,
    );
    const server = await serve(JAEGER);
    await until('it to answer', async () => (await checkHealth(other, { url: server.url })).ok);
    expect(await other.stop()).toBe(true);
  });

  test('goes when Grafana was killed and cannot ask it to', async () => {
    const grafana = spawn('/bin/sh', ['-c', '"$0" & echo "pid $!"; wait', built.executable], {
      env: COOKIE,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines: string[] = [];
    createInterface({ input: grafana.stdout }).on('line', (line) => lines.push(line));
    await until('the plugin to listen', () => lines.length === 2);
    const pid = Number(lines.find((line) => line.startsWith('pid '))!.slice('pid '.length));
    const [, , , address] = lines.find((line) => line.startsWith('1|2|'))!.split('|');
    expect(existsSync(address!)).toBe(true);
    grafana.kill('SIGKILL');
    await until('the plugin to go', () => !isAlive(pid));
    expect(existsSync(address!)).toBe(false);
  });

  test('run by hand it says what it is', () => {
    for (const environment of [{}, { grafana_plugin_type: 'panel' }]) {
      const { code, out, err } = runAlone(built.executable, environment);
      expect([code, out]).toEqual([1, '']);
      expect(err).toBe(
        'This is the backend of a Grafana plugin: Grafana starts it by itself, and it does nothing when run by hand.\n',
      );
    }
    const direct = spawnSync(process.execPath, [built.backend], { env: {}, encoding: 'utf8' });
    expect([direct.status, direct.stdout]).toEqual([1, '']);
    expect(direct.stderr).toMatch(/^This is the backend of a Grafana plugin/);
  });
});

describe('the launcher', () => {
  test.each([
    ['is not there', '/no/"such"\\node', 'is no program'],
    ['is a folder', '/tmp', 'is no program'],
    ['is another program', '/bin/false', 'is older or does not run'],
  ])('says in one line of the log that node_path %s', (_what, path, words) => {
    const { code, out, err } = runAlone(built.executable, { ...COOKIE, GF_PLUGIN_NODE_PATH: path });
    expect([code, out]).toEqual([1, '']);
    const { level, message } = readLogLine(err.trimEnd());
    expect(level).toBe('error');
    expect(message).toContain(`node_path in [plugin.spanhouse-traces-datasource] of Grafana's configuration, ${path}, ${words}`); // prettier-ignore
  });

  test('takes the Node that it is given', async () => {
    const other = await startPlugin({
      executable: built.executable,
      environment: { GF_PLUGIN_NODE_PATH: process.execPath },
    });
    expect(await other.stop()).toBe(true);
  });

  test('sends Grafana to a backend that runs elsewhere, and stays until it is ended', async () => {
    const environment = {
      ...COOKIE,
      GF_PLUGIN_BACKEND_ADDR: 'spanhouse:4390',
      GF_PLUGIN_NODE_PATH: '/not/used',
    };
    const child = spawn(built.executable, [], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toBe('1|2|tcp|spanhouse:4390|grpc');
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  test.each(['spanhouse', ':4390', 'spanhouse:', 'spanhouse:port', 'a|b:1', 'a b:1'])(
    'refuses the address %j',
    (address) => {
      const { code, out, err } = runAlone(built.executable, { ...COOKIE, GF_PLUGIN_BACKEND_ADDR: address });
      expect([code, out]).toEqual([1, '']);
      expect(readLogLine(err.trimEnd()).message).toContain(`must be host:port, and is "${address}"`);
    },
  );
});

describe('Save & test', () => {
  test('a server that is not there', async () => {
    const server = await openRecordingServer(JAEGER);
    await server.close();
    const { ok, message, details } = await checkHealth(host, { url: server.url });
    expect(ok).toBe(false);
    expect(message).toBe(
      `Cannot reach ${server.url}: the connection was refused; is the server running, and is the port right?`,
    );
    expect(details.message).toBe(message);
  });

  test('a server that is something else', async () => {
    const server = await serve((_request, response) => response.end('<h1>Welcome</h1>'));
    const { ok, message } = await checkHealth(host, { url: server.url });
    expect(ok).toBe(false);
    expect(message).toMatch(/is neither a Spanhouse nor a Jaeger server/);
  });

  test.each([
    [401, "does not accept the data source's credentials (401): who are you"],
    [403, "forbids this to the data source's credentials (403): who are you"],
  ])('a server that says %i', async (code, words) => {
    const server = await serve((_request, response) => response.writeHead(code).end('who are you'));
    const { ok, message } = await checkHealth(host, {
      url: server.url,
      basicAuthUser: 'ann',
      secrets: { basicAuthPassword: 'hunter2' },
    });
    expect(ok).toBe(false);
    expect(message).toBe(`${server.url}/api/v1/about ${words}`);
    expect(server.requests[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('ann:hunter2').toString('base64')}`,
    );
  });

  test('a server that does not answer', async () => {
    const server = await serve(() => undefined);
    const { ok, message } = await checkHealth(host, { url: server.url, json: { timeout: 0.2 } });
    expect(ok).toBe(false);
    expect(message).toMatch(/did not answer within 0.2 s/);
  });

  test("Jaeger's first generation, behind a path", async () => {
    const server = await serve((request, response) => {
      request.url = request.url!.replace(/^\/jaeger\//, '/');
      JAEGER(request, response);
    });
    expect(await checkHealth(host, { url: `${server.url}/jaeger/` })).toMatchObject({
      ok: true,
      message: 'Jaeger works: 2 services',
    });
    expect(server.requests.every(({ url }) => url.startsWith('/jaeger/api/'))).toBe(true);
  });

  test.each<[string, Partial<SavedDataSource>, string]>([
    ['no URL', { url: '' }, 'The data source has no URL'],
    ['another protocol', { url: 'ftp://localhost' }, 'must begin with "http://" or "https://"'],
    ['a password in the URL', { url: 'http://ann:hunter2@localhost' }, 'use basic authentication'],
    ['a tenant that cannot be', { json: { tenant: '../etc' } }, 'the data source\'s tenant is "../etc"'],
    ['a CA that is missing', { json: { tlsAuthWithCACert: true } }, 'its secret tlsCACert is empty'],
    ['a time that is none', { json: { timeout: 'soon' } }, 'timeout must be a number'],
  ])('settings with %s', async (_what, source, words) => {
    const { ok, message } = await checkHealth(host, { url: 'http://localhost:1', ...source });
    expect(ok).toBe(false);
    expect(message.toLowerCase()).toContain(words.toLowerCase());
    expect(message).not.toContain('hunter2');
  });
});

describe('what goes to the server', () => {
  const JSON_DATA = {
    ...ACME,
    authMethod: 'token',
    httpHeaderName1: 'X-Extra',
    httpHeaderName3: 'X-Behind-A-Gap',
  };
  const SECRETS = { token: 's3cret', httpHeaderValue1: 'more', httpHeaderValue3: 'never' };

  test("the data source's credentials, space and headers, whatever the caller sends", async () => {
    const server = await serve(jsonByPath({ '/api/traces': { data: [] } }));
    const answer = await getResource(
      host,
      { url: server.url, json: JSON_DATA, secrets: SECRETS },
      'api/traces?service=cart&limit=5',
      {
        headers: {
          tenant: 'globex',
          'X-Scope-OrgID': 'globex',
          Authorization: 'Bearer stolen',
          Cookie: 'grafana_session=1',
          http_tenant: 'globex',
          'X-Forwarded-For': '10.0.0.1',
        },
      },
    );
    expect(answer).toMatchObject({ code: 200, text: '{"data":[]}' });
    const [request] = server.requests;
    expect(request!.url).toBe('/api/traces?service=cart&limit=5');
    expect(request!.headers).toMatchObject({
      ...ACME,
      authorization: 'Bearer s3cret',
      'x-extra': 'more',
      accept: 'application/json',
    });
    const names = Object.keys(request!.headers);
    for (const name of ['x-scope-orgid', 'cookie', 'x-behind-a-gap', 'x-forwarded-for', 'http_tenant']) {
      expect(names).not.toContain(name);
    }
  });

  test('who asks, and cookies, where the data source forwards them; its own credentials come first', async () => {
    const server = await serve(jsonByPath({ '/api/services': { data: [] } }));
    const headers = {
      Authorization: 'Bearer of-ann',
      'X-Id-Token': 'id-of-ann',
      Cookie: 'keep=1; grafana_session=2',
      'http_X-Grafana-Id': 'signed',
      http_tenant: 'globex',
    };
    const json = { ...ACME, oauthPassThru: true, keepCookies: ['keep'] };
    await checkHealth(host, { url: server.url, json, uid: 'forwards' }, { headers });
    expect(server.requests[0]!.headers).toMatchObject({
      ...ACME,
      authorization: 'Bearer of-ann',
      'x-id-token': 'id-of-ann',
      cookie: 'keep=1',
      'x-grafana-id': 'signed',
    });
    const own = { ...json, authMethod: 'token' };
    const before = server.requests.length;
    await checkHealth(host, { url: server.url, json: own, secrets: SECRETS, uid: 'both' }, { headers });
    expect(server.requests[before]!.headers.authorization).toBe('Bearer s3cret');
  });

  test('the trace that the call belongs to', async () => {
    const server = await serve(jsonByPath({ '/api/v1/about': { name: 'spanhouse' } }));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const queries = { A: { queryType: 'services' } };
    await queryData(host, { url: server.url, uid: 'traced' }, queries, {}, { traceparent });
    expect(server.requests.map(({ headers }) => headers['traceparent'])).toContain(traceparent);
  });

  test('a new secret at once, on new connections', async () => {
    const server = await serve(JAEGER);
    const first = { url: server.url, secrets: { token: 'old' }, lastUpdatedMs: 1, uid: 'changes' };
    await checkHealth(host, first);
    await checkHealth(host, first);
    const connections = server.connections();
    await checkHealth(host, { ...first, secrets: { token: 'new' }, lastUpdatedMs: 2 });
    expect(server.connections()).toBeGreaterThan(connections);
    expect(server.requests.at(-1)!.headers.authorization).toBe('Bearer new');
    // Another organisation's data source of the same name has nothing of it.
    await checkHealth(host, { url: server.url, uid: 'changes', orgId: 2, lastUpdatedMs: 2 });
    expect(server.requests.at(-1)!.headers.authorization).toBeUndefined();
  });

  test('the end of a call', async () => {
    const server = await serve(() => undefined);
    const giveUp = new AbortController();
    const asked = checkHealth(host, { url: server.url }, { signal: giveUp.signal });
    await until('the request', () => server.requests.length > 0);
    giveUp.abort();
    await expect(asked).rejects.toMatchObject({ code: status.CANCELLED });
    await until('the server to see it', () => server.requests[0]!.aborted);
  });

  test('the end of a call in the middle of an answer', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[1');
    });
    const giveUp = new AbortController();
    const asked = getResource(host, { url: server.url }, 'api/traces', { signal: giveUp.signal });
    await until('the request', () => server.requests.length > 0);
    giveUp.abort();
    await expect(asked).rejects.toMatchObject({ code: status.CANCELLED });
    await until('the server to see it', () => server.requests[0]!.aborted);
  });

  test('no redirect to another host', async () => {
    const target = await serve(JAEGER);
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: `${target.url}/api/services` }).end(),
    );
    const { ok, message } = await checkHealth(host, { url: server.url, secrets: { token: 's3cret' } });
    expect(ok).toBe(false);
    expect(message).toMatch(/neither a Spanhouse nor a Jaeger server|another host/);
    expect(target.requests).toEqual([]);
  });
});

describe("Jaeger's API through Grafana", () => {
  test('an answer of any size, in pieces', async () => {
    const piece = `"${'x'.repeat(1024 * 1024 - 3)}",`;
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b' });
      void (async () => {
        response.write('[');
        for (let count = 0; count < 80; count++) if (!response.write(piece)) await once(response, 'drain');
        response.end('1]');
      })();
    });
    const { code, text, pieces, headers } = await getResource(
      host,
      { url: server.url },
      'api/traces?service=a',
    );
    expect(code).toBe(200);
    expect(text).toHaveLength(80 * piece.length + 3);
    expect(pieces).toBeGreaterThan(80);
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });

  test('an answer that breaks off is not taken for a whole one', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('[1');
      setTimeout(() => response.destroy(), 100);
    });
    const failed = getResource(host, { url: server.url }, 'api/traces?service=a');
    await expect(failed).rejects.toSatisfy((error: ServiceError) => error.code === status.ABORTED);
    expect(host.logLines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('no page of a server reaches the browser', async () => {
    const server = await serve(JAEGER);
    const { code, text } = await getResource(host, { url: server.url }, 'api/traces/11');
    expect(code).toBe(502);
    expect(text).toMatch(/with text\/html, not with JSON/);
  });

  test.each([
    ['api/v1/spaces', 404],
    ['api/archive/11', 404],
    ['api/traces/11/more', 404],
    ['v1/traces', 404],
    ['', 400],
    ['api/traces/..', 400],
    ['api/../metrics', 400],
    ['api/traces/%2e%2e/x', 400],
    ['api/services/a%2fb/operations', 400],
    ['api/services/a%5cb/operations', 400],
    ['api/services/a\\b/operations', 400],
    ['api//traces', 400],
    ['//other.example/api/traces', 400],
    ['http://other.example/api/traces', 400],
    ['api/services/%/operations', 400],
    ['api/services/%00/operations', 400],
  ])('%j is refused with %i', async (path, code) => {
    const server = await serve(JAEGER);
    const answer = await getResource(host, { url: server.url }, path);
    expect(answer.code).toBe(code);
    expect((JSON.parse(answer.text) as { message: string }).message).not.toBe('');
    expect(server.requests).toEqual([]);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is refused', async (method) => {
    const server = await serve(JAEGER);
    const answer = await getResource(host, { url: server.url }, 'api/traces', { method });
    expect(answer.code).toBe(405);
    expect(server.requests).toEqual([]);
  });
});

describe('with a Spanhouse server', () => {
  let server: ServerProcess;
  let acme: SavedDataSource;

  const send = async (tenant: typeof ACME, service: string, traceId: string): Promise<void> => {
    const startNanos = nowNanos();
    const spans = [
      { traceId, spanId: newSpanId(), name: 'GET /', startNanos, endNanos: startNanos + 5_000_000n },
    ];
    await post(server.addresses.otlpHttp, encodeRequest(service, spans), tenant);
  };
  const acmeTrace = newTraceId();
  const globexTrace = newTraceId();

  beforeAll(async () => {
    server = await startServer();
    acme = { url: server.addresses.http, json: ACME, uid: 'acme' };
    await send(ACME, 'cart', acmeTrace);
    await send(GLOBEX, 'secret-service', globexTrace);
    await server.settled();
  });

  test('health says what it is and how many spans there are', async () => {
    const { ok, message } = await checkHealth(host, acme);
    expect(message).toMatch(/^Spanhouse \d+\.\d+\.\d+: tenant acme, db shop, table traces: 1 span$/);
    expect(ok).toBe(true);
  });

  test('health tells a space that is not there', async () => {
    const { ok, message, details } = await checkHealth(host, { ...acme, json: { ...ACME, table: 'tarces' } });
    expect(ok).toBe(false);
    expect(message).toMatch(/table tarces: there are no spans yet, or one of the names is wrong/);
    expect(details.verboseMessage).toContain('"traces"');
  });

  test('the services of its own tenant alone, by resource and by the API of Jaeger', async () => {
    const headers = { tenant: 'globex', 'x-tenant': 'globex', 'X-Scope-OrgID': 'globex' };
    const own = await getResource(host, acme, 'services', { headers });
    expect(JSON.parse(own.text)).toMatchObject({ services: ['cart'] });
    const jaeger = await getResource(host, acme, 'api/services', { headers });
    expect(JSON.parse(jaeger.text)).toMatchObject({ data: ['cart'] });
    expect((await getResource(host, acme, `api/traces/${acmeTrace}`, { headers })).code).toBe(200);
    expect((await getResource(host, acme, `api/traces/${globexTrace}`, { headers })).code).toBe(404);
    expect((await getResource(host, acme, `api/v3/traces/${globexTrace}`, { headers })).code).toBe(404);
  });

  test('operations by service', async () => {
    const { text } = await getResource(host, acme, 'operations?service=cart');
    expect(JSON.parse(text)).toMatchObject({ operations: [{ service: 'cart', name: 'GET /' }] });
  });

  test("every tenant's name for those who may set one, and its own for others", async () => {
    const tenants = async (source: SavedDataSource): Promise<string[]> => {
      const { text } = await getResource(host, source, 'spaces');
      return (JSON.parse(text) as { spaces: { tenant: string }[] }).spaces.map(({ tenant }) => tenant);
    };
    expect(await tenants(acme)).toEqual(['acme', 'globex']);
    expect(await tenants({ ...acme, role: 'Viewer' })).toEqual(['acme']);
    expect(await tenants({ url: acme.url, role: 'Viewer', uid: 'any' })).toEqual([]);
  });

  test('fifty queries at once, each with an answer of its own', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `Q${index}`);
    const queries = Object.fromEntries(names.map((name) => [name, { queryType: 'services' }]));
    const answers = await queryData(host, acme, queries);
    expect(Object.keys(answers).sort()).toEqual(names.sort());
    expect(Object.values(answers).map(({ error }) => error)).toEqual(names.map(() => ''));
    expect(
      JSON.stringify(answers, (_key, value: unknown) => (typeof value === 'bigint' ? '' : value)),
    ).not.toContain('secret');
  });

  test('a query that fails beside one that does not', async () => {
    const answers = await queryData(host, acme, {
      A: { queryType: 'services' },
      B: { queryType: 'trace', query: 'ff'.repeat(16) },
      C: { queryType: 'search', minDuration: 'long' },
    });
    expect(answers['A']).toMatchObject({ error: '', status: 200 });
    expect(answers['C']!.error).not.toBe('');
    expect(answers['C']!.errorSource).toBe('downstream');
  });

  test('frames one by one, for hosts that ask for them so', async () => {
    const call = host.stream<{ refId: string; frame: Buffer; status: number }>(
      'pluginv2.Data',
      'QueryChunkedData',
      {
        pluginContext: contextOf(acme),
        queries: ['A', 'B'].map((refId) => ({
          refId,
          json: Buffer.from('{"queryType":"services"}'),
          timeRange: { fromEpochMS: 0, toEpochMS: Date.now() },
        })),
      },
    );
    const found: [string, string, number][] = [];
    for await (const { refId, frame, status: code } of call)
      found.push([refId, readFrame(frame).refId, code]);
    expect(found.sort()).toEqual([
      ['A', 'A', 200],
      ['B', 'B', 200],
    ]);
  });

  test('new spans of a search as they come, each once', async () => {
    const call = host.stream<{ data: Buffer }>('pluginv2.Stream', 'RunStream', {
      pluginContext: contextOf(acme),
      path: 'search/abc',
      data: Buffer.from(JSON.stringify({ queryType: 'search', service: 'tail' })),
    });
    const traces: string[] = [];
    const first = newTraceId();
    const second = newTraceId();
    await send(ACME, 'tail', first);
    await server.settled();
    try {
      for await (const { data } of call) {
        traces.push(...tracesOf(data));
        if (traces.length === 1) await send(ACME, 'tail', second);
        if (traces.length >= 2) break;
      }
    } finally {
      call.cancel();
    }
    expect(traces).toEqual([first, second]);
  });

  test('who tails the same search in two tenants sees each tenant’s spans, until nobody listens', async () => {
    const tail = (source: SavedDataSource): { traces: string[]; ended: Promise<unknown>; cancel(): void } => {
      const call = host.stream<{ data: Buffer }>('pluginv2.Stream', 'RunStream', {
        pluginContext: contextOf(source),
        path: 'search/the-same',
        data: Buffer.from(JSON.stringify({ queryType: 'search', service: 'both' })),
      });
      const traces: string[] = [];
      const ended = (async () => {
        for await (const { data } of call) traces.push(...tracesOf(data));
      })().catch((error: unknown) => error);
      const cancel = (): void => {
        call.cancel();
      };
      return { traces, ended, cancel };
    };
    const upstreamRequests = async (): Promise<number> => {
      const { metrics } = await host.call<{ metrics: { prometheus: Buffer } }>(
        'pluginv2.Diagnostics',
        'CollectMetrics',
        {},
      );
      const counts = /^spanhouse_plugin_upstream_requests_total\{.*\} (\d+)$/gm;
      return [...metrics.prometheus.toString().matchAll(counts)].reduce((sum, [, count]) => sum + Number(count), 0); // prettier-ignore
    };
    const streams = [tail(acme), tail({ ...acme, json: GLOBEX, uid: 'globex' })] as const;
    const [ofAcme, ofGlobex, another] = [newTraceId(), newTraceId(), newTraceId()];
    await send(ACME, 'both', ofAcme);
    await send(GLOBEX, 'both', ofGlobex);
    await send(ACME, 'neither', another);
    await until('the spans', () => streams.every(({ traces }) => traces.length > 0));
    const later = newTraceId();
    await send(ACME, 'both', later);
    await until('what was sent later', () => streams[0].traces.includes(later));
    expect(streams.map(({ traces }) => traces)).toEqual([[ofAcme, later], [ofGlobex]]);
    for (const stream of streams) stream.cancel();
    for (const { ended } of streams) expect(await ended).toMatchObject({ code: status.CANCELLED });
    const asked = await upstreamRequests();
    // Longer than the pause between two looks.
    await sleep(3_000);
    expect(await upstreamRequests()).toBe(asked);
  });

  test('what the server can do, for the editor', async () => {
    const { text } = await getResource(host, acme, 'about');
    expect(JSON.parse(text)).toMatchObject({
      kind: 'spanhouse',
      features: expect.arrayContaining(['search', 'rates']) as string[],
    });
    const { A } = await queryData(host, acme, { A: { queryType: 'sql', sql: 'SELECT 1' } });
    expect(A).toMatchObject({ status: 501, errorSource: 'downstream' });
    expect(A!.error).toMatch(/^this server \(Spanhouse \d.*\) offers no SQL$/);
  });

  test('holds less than 120 MiB after all this', () => {
    expect(host.residentMib).toBeLessThan(120);
  });

  test('a server that goes away, and comes back', async () => {
    const before = server;
    await before.stop();
    expect((await checkHealth(host, acme)).message).toMatch(/^Cannot reach/);
    const { A } = await queryData(host, acme, { A: { queryType: 'services' } });
    expect(A).toMatchObject({ status: 502, errorSource: 'downstream' });
    server = await before.startAgain();
    expect(await checkHealth(host, acme)).toMatchObject({ ok: true });
    expect((await queryData(host, acme, { A: { queryType: 'services' } }))['A']).toMatchObject({ error: '' });
  });
});

describe('a backend that the Spanhouse server serves', () => {
  test('answers through the launcher without Node, and outlives every Grafana', async () => {
    const server = await startServer({ PLUGIN_PORT: '0' });
    const source = { url: server.addresses.http };
    const environment = { GF_PLUGIN_BACKEND_ADDR: server.addresses.plugin, GF_PLUGIN_NODE_PATH: '/none' };
    for (const time of ['first', 'second']) {
      const grafana = await startPlugin({ executable: built.executable, environment });
      const { message } = await checkHealth(grafana, source);
      expect(`${time}: ${message}`).toMatch(/: Spanhouse .* there are no spans yet/);
      const { A } = await queryData(grafana, source, { A: { queryType: 'services' } });
      expect(A).toMatchObject({ error: '', status: 200 });
      // The launcher sleeps until it is killed.
      expect(await grafana.stop()).toBe(false);
    }
    expect((await server.readiness()).ready).toBe(true);
    await server.stop();
  });
});

describe('the rest of the protocol', () => {
  test('metrics, without names that people chose', async () => {
    const { metrics } = await host.call<{ metrics: { prometheus: Buffer } }>(
      'pluginv2.Diagnostics',
      'CollectMetrics',
      {},
    );
    const text = metrics.prometheus.toString();
    expect(text).toMatch(/^spanhouse_plugin_upstream_requests_total\{outcome="ok"\} [1-9]/m);
    expect(text).not.toMatch(/acme|globex|cart/);
  });

  test('streams are there for searches alone, and nobody writes into them', async () => {
    const subscribe = (path: string): Promise<{ status: number | string }> =>
      host.call('pluginv2.Stream', 'SubscribeStream', { path, data: Buffer.from('{}') });
    expect((await subscribe('search/abc')).status).toBe(0);
    expect((await subscribe('other')).status).toBe(1);
    expect(await host.call('pluginv2.Stream', 'PublishStream', { path: 'search/abc' })).toMatchObject({
      status: 2,
    });
  });

  test('all that it logged can be read by Grafana, and holds no secret', () => {
    expect(host.oddLines).toEqual([]);
    expect(JSON.stringify(host.logLines)).not.toMatch(/s3cret|hunter2|of-ann/);
  });
});
