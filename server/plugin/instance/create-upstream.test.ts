import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '../protocol/self-signed.ts';
import { contextOfTest, type SettingsOfTest } from './context.fixture.ts';
import { createUpstream, MAX_ANSWER_BYTES } from './create-upstream.ts';
import { parseInstanceSettings } from './instance-settings.ts';
import { createServerKindMemory } from './server-kind.ts';
import { openTransport } from './transport.ts';
import type { Upstream } from './upstream.ts';

const servers: Server[] = [];
const NO_PARAMS = new URLSearchParams();

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Opened {
  readonly upstream: Upstream;
  readonly outcomes: string[];
}

function upstreamTo(url: string, source: SettingsOfTest = {}): Opened {
  const settings = parseInstanceSettings(contextOfTest({ ...source, url }));
  const outcomes: string[] = [];
  const upstream = createUpstream({
    settings,
    transport: openTransport(settings),
    callHeaders: { tenant: 'of-the-caller', traceparent: 'trace' },
    memory: createServerKindMemory(),
    observe: (outcome) => outcomes.push(outcome),
  });
  return { upstream, outcomes };
}

async function serving(listener: RequestListener, source: SettingsOfTest = {}): Promise<Opened> {
  return upstreamTo(`http://127.0.0.1:${await listen(createServer(listener))}/base/`, source);
}

const never = (): AbortSignal => new AbortController().signal;

describe('what is sent', () => {
  test("the base path, the parameters, and the data source's headers over the call's", async () => {
    let seen: unknown;
    const { upstream, outcomes } = await serving(
      (request, response) => {
        const { tenant, traceparent } = request.headers;
        seen = { method: request.method, url: request.url, tenant, traceparent };
        response.end('[]');
      },
      { json: { tenant: 'acme' } },
    );
    const params = new URLSearchParams({ service: 'a b&c' });
    expect(await upstream.getJson('/api/traces', params, never())).toEqual([]);
    expect(seen).toEqual({
      method: 'GET',
      url: '/base/api/traces?service=a+b%26c',
      tenant: 'acme',
      traceparent: 'trace',
    });
    expect(outcomes).toEqual(['ok']);
  });

  test('a body as JSON', async () => {
    const { upstream } = await serving((request, response) => {
      response.setHeader('x-type', request.headers['content-type'] ?? '');
      request.pipe(response);
    });
    expect(await upstream.postJson('/api/v1/search', { text: 'ü' }, never())).toEqual({ text: 'ü' });
  });
});

describe('what comes back', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer): Buffer => bytes],
  ])('is unpacked: %s', async (encoding, pack) => {
    const { upstream } = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from('{"a":"ü"}')));
    });
    expect(await upstream.getJson('/', NO_PARAMS, never())).toEqual({ a: 'ü' });
  });

  test('is given up when it is too large, unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_ANSWER_BYTES + 1, ' '));
    const { upstream, outcomes } = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    await expect(upstream.getJson('/', NO_PARAMS, never())).rejects.toMatchObject({
      kind: 'too-large',
      message: expect.stringMatching(/is larger than 64 MiB; ask for less$/) as string,
    });
    expect(outcomes).toEqual(['too-large']);
  });

  test.each<[string, RequestListener, string, RegExp]>([
    [
      'a page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html; a' }).end('<h1>'),
      'not-jaeger',
      /answers with text\/html that is not JSON/,
    ],
    ['half an answer', (_, response) => void response.write('[1', () => response.destroy()), 'failed', /broke off its answer/], // prettier-ignore
    [
      'no answer',
      (_, response) => void response.destroy(),
      'unreachable',
      /closed before there was an answer/,
    ],
    ['a refusal', (_, response) => response.writeHead(400).end('{"error":{"message":"bad tag"}}'), 'refused', /bad tag$/], // prettier-ignore
    ['damaged gzip', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('xx'), 'failed', /Z_DATA_ERROR/], // prettier-ignore
  ])('%s is told', async (_what, listener, kind, message) => {
    const { upstream } = await serving(listener);
    await expect(upstream.getJson('/api', NO_PARAMS, never())).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message) as string,
    });
  });

  test.each<[string, RequestListener]>([
    ['nothing comes', () => undefined],
    [
      'too little comes at a time',
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(drip);
        });
      },
    ],
  ])('a time that is over is told, when %s', async (_what, listener) => {
    const { upstream } = await serving(listener, { json: { timeout: 0.2 } });
    await expect(upstream.getJson('/', NO_PARAMS, never())).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('silence in the middle of a long answer is told', async () => {
    const { upstream } = await serving((_request, response) => void response.write('[1'), {
      json: { timeout: 0.2 },
    });
    const { body } = await upstream.request('GET', '/', NO_PARAMS, never());
    const read = (async () => {
      for await (const chunk of body) expect(chunk.toString()).toBe('[1');
    })();
    await expect(read).rejects.toMatchObject({ kind: 'timeout' });
  });
});

/** What no server that means well would send. */
describe('a server that means no good', () => {
  const HEAD = 'HTTP/1.1 ';
  const OTHER_PROTOCOL = `${HEAD}101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;

  async function answering(talk: (socket: Socket) => void, source: SettingsOfTest = {}): Promise<Opened> {
    const server = createServer();
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        talk(socket);
      });
    });
    return upstreamTo(`http://127.0.0.1:${await listen(server)}`, source);
  }

  test.each<[string, (socket: Socket) => void, string]>([
    ['turns to another protocol', (socket) => socket.write(OTHER_PROTOCOL), 'not-jaeger'],
    ['turns to another protocol and goes', (socket) => socket.end(OTHER_PROTOCOL), 'not-jaeger'],
    ['answers with a status below all', (socket) => socket.end(`${HEAD}099 X\r\n\r\n{}`), 'not-jaeger'],
    ['answers with a status above all', (socket) => socket.end(`${HEAD}999 X\r\n\r\n{}`), 'not-jaeger'],
    [
      'says again and again that it will answer',
      (socket) => {
        const again = setInterval(() => socket.write(`${HEAD}100 Continue\r\n\r\n`), 20);
        socket.on('close', () => {
          clearInterval(again);
        });
      },
      'timeout',
    ],
  ])('%s', async (_what, talk, kind) => {
    const { upstream } = await answering(talk, { json: { timeout: 0.3 } });
    await expect(upstream.request('GET', '/', NO_PARAMS, never())).rejects.toMatchObject({ kind });
    await expect(upstream.getJson('/', NO_PARAMS, never())).rejects.toMatchObject({ kind });
  });

  test.each(['constructor', '__proto__', 'gzip, gzip'])('names the encoding %s', async (encoding) => {
    const { upstream } = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('[1]');
    });
    expect(await upstream.getJson('/', NO_PARAMS, never())).toEqual([1]);
  });

  test('sends back what it was sent', async () => {
    const { upstream } = await serving(
      (request, response) => response.writeHead(400).end(request.headers.authorization),
      { secrets: { token: 's3cret-token' } },
    );
    await expect(upstream.getJson('/', NO_PARAMS, never())).rejects.toMatchObject({
      message: expect.stringMatching(/\(400\): Bearer \*+$/) as string,
    });
  });
});

describe('the end of the call', () => {
  test('ends the request', async () => {
    const giveUp = new AbortController();
    let closed: Promise<unknown> | undefined;
    const { upstream } = await serving((_request, response) => {
      closed = once(response, 'close');
      giveUp.abort();
    });
    await expect(upstream.getJson('/', NO_PARAMS, giveUp.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    await closed;
  });

  test('that came first sends nothing', async () => {
    let asked = false;
    const { upstream } = await serving((_request, response) => {
      asked = true;
      response.end('{}');
    });
    await expect(upstream.getJson('/', NO_PARAMS, AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(asked).toBe(false);
  });
});

describe('redirects', () => {
  test('are followed on the same host', async () => {
    const { upstream } = await serving((request, response) => {
      if (request.url === '/base/new') response.end('1');
      else response.writeHead(301, { location: '/base/new' }).end();
    });
    expect(await upstream.getJson('/old', NO_PARAMS, never())).toBe(1);
  });

  test.each([
    ['another host', 'http://127.0.0.2/', /redirects to http:\/\/127\.0\.0\.2, another host/],
    ['a loop', '/base/old', /again and again/],
  ])('%s is not followed', async (_what, location, message) => {
    const { upstream } = await serving((_request, response) => response.writeHead(302, { location }).end());
    await expect(upstream.getJson('/old', NO_PARAMS, never())).rejects.toMatchObject({
      kind: 'not-jaeger',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('connections', () => {
  test('are kept, and a new one is made when the kept one was closed meanwhile', async () => {
    const sockets = new Set<Socket>();
    let requests = 0;
    const server = createServer((request, response) => {
      requests++;
      sockets.add(request.socket);
      // As a server that ends just when it is asked again.
      if (requests === 3) request.socket.destroy();
      else response.end(String(requests));
    });
    const { upstream, outcomes } = upstreamTo(`http://127.0.0.1:${await listen(server)}`);
    for (const want of [1, 2, 4]) expect(await upstream.getJson('/', NO_PARAMS, never())).toBe(want);
    expect(sockets.size).toBe(2);
    expect(outcomes).toEqual(['ok', 'ok', 'ok']);
  });

  test.each([
    ['with its CA', { tlsAuthWithCACert: true, serverName: 'localhost' }, true],
    ['unverified, if that is wanted', { tlsSkipVerify: true }, true],
    ['without its CA', { serverName: 'localhost' }, false],
    ['under another name', { tlsAuthWithCACert: true }, false],
  ])('TLS %s', async (_what, json, works) => {
    const { certPem, keyPem } = createSelfSigned();
    const server = createTlsServer({ cert: certPem, key: keyPem }, (_request, response) => response.end('1'));
    const port = await listen(server);
    const { upstream } = upstreamTo(`https://127.0.0.1:${port}`, { json, secrets: { tlsCACert: certPem } });
    const asked = upstream.getJson('/', NO_PARAMS, never());
    if (works) expect(await asked).toBe(1);
    else await expect(asked).rejects.toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/certificate.*TLS settings/) as string }); // prettier-ignore
  });
});

describe('serverKind', () => {
  const NOT_FOUND = { status: 404, body: '{}' };
  const PAGE = { status: 200, body: '<html>' };
  test.each([
    ['spanhouse', { '/base/api/v1/about': '{"name":"spanhouse"}' }, NOT_FOUND],
    [
      'jaeger-second',
      { '/base/api/v3/services': '{"services":[]}', '/base/api/services': '{"data":[]}' },
      PAGE,
    ],
    ['jaeger-first', { '/base/api/services': '{"data":null,"total":0}' }, PAGE],
    ['jaeger-first', { '/base/api/services': '{"data":["a"]}' }, NOT_FOUND],
  ])('is %s', async (want, answers: Readonly<Record<string, string>>, otherwise) => {
    let requests = 0;
    const { upstream } = await serving((request, response) => {
      requests++;
      const body = answers[request.url!];
      response.writeHead(body === undefined ? otherwise.status : 200).end(body ?? otherwise.body);
    });
    expect(await upstream.serverKind(never())).toBe(want);
    const before = requests;
    expect(await upstream.serverKind(never())).toBe(want);
    expect(requests).toBe(before);
  });

  test('is asked again after a failure', async () => {
    let isUp = false;
    const { upstream } = await serving((_request, response) => {
      if (isUp) response.end('{"name":"spanhouse"}');
      else response.writeHead(503).end('starting');
    });
    await expect(upstream.serverKind(never())).rejects.toMatchObject({ kind: 'failed' });
    isUp = true;
    expect(await upstream.serverKind(never())).toBe('spanhouse');
  });

  test('is forgotten when the server is away', async () => {
    let name = 'spanhouse';
    let isUp = true;
    const { upstream } = await serving((request, response) => {
      if (!isUp) request.socket.destroy();
      else response.end(request.url === '/base/api/services' ? '{"data":[]}' : JSON.stringify({ name }));
    });
    expect(await upstream.serverKind(never())).toBe('spanhouse');
    isUp = false;
    await expect(upstream.getJson('/x', NO_PARAMS, never())).rejects.toMatchObject({ kind: 'unreachable' });
    isUp = true;
    name = 'another';
    expect(await upstream.serverKind(never())).toBe('jaeger-first');
  });
});
