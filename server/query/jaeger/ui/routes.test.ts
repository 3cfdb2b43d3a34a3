import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_2_20 } from './index-page.fixture.ts';
import { createUiRoutes, type UiOptions } from './routes.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'spanhouse-ui-'));
const directory = join(folder, 'build');
const config = join(folder, 'ui.json');
const warnings: string[] = [];
const CANNOT_BE_USED = 'a file of the UI has changed and cannot be used; what was there before stays';
const OPTIONS: UiOptions = {
  directory,
  config,
  capabilities: {
    archiveStorage: true,
    metricsStorage: true,
    searchWithoutServiceName: true,
    aiAssistant: false,
  },
  version: '1.2.3',
  logger: {
    error: () => undefined,
    info: () => undefined,
    warn: (_fields, message) => {
      warnings.push(message);
    },
  },
};
let server: Server;

beforeAll(async () => {
  mkdirSync(join(directory, 'static'), { recursive: true });
  writeFileSync(join(directory, 'index.html'), PAGE_2_20);
  writeFileSync(join(directory, 'static', 'index-DOh6bBg3.js'), 'hashed');
  writeFileSync(join(directory, 'static', 'plain.js'), 'plain');
  writeFileSync(join(directory, 'static', 'favicon-BxcVf0am.ico'), 'icon');
  writeFileSync(join(folder, 'secret.txt'), 'what nobody may read');
  writeFileSync(config, '{"menu":[1]}');
  server = express().disable('etag').use(createUiRoutes(OPTIONS)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** By the plainest client: fetch would tidy the path up. */
async function ask(path: string, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, path, method, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode!, headers: response.headers, body };
}

describe.each(['', '/t/acme/shop/traces'])('under %j', (prefix) => {
  test.each(['/', '/search?service=a', '/trace/abc', '/no/such/page', '/index.html'])(
    '%s is the page of the UI',
    async (path) => {
      const { status, headers, body } = await ask(prefix + path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
      expect(headers).not.toHaveProperty('x-frame-options');
      expect(body).toContain('JAEGER_CONFIG = {"menu":[1]}');
      const base = /<base href="([^"]*)"/.exec(body)![1]!;
      expect(new URL(base, `http://host${prefix}${path}`).pathname).toBe(`${prefix}/`);
    },
  );

  test('files that never change are kept for ever, the others asked for again', async () => {
    const hashed = await ask(`${prefix}/static/index-DOh6bBg3.js`);
    expect(hashed).toMatchObject({ status: 200, body: 'hashed' });
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask(`${prefix}/static/plain.js`)).headers['cache-control']).toBe('no-cache');
    expect(await ask(`${prefix}/favicon.ico`)).toMatchObject({ status: 200, body: 'icon' });
  });

  test('HEAD is answered like GET, without a body', async () => {
    const page = await ask(`${prefix}/search`, 'HEAD');
    expect(page).toMatchObject({ status: 200, body: '' });
    expect(Number(page.headers['content-length'])).toBeGreaterThan(0);
    expect(await ask(`${prefix}/static/plain.js`, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test.each(['/api/nothing', '/api/', '/analytics/v1/dependencies', '/static/', '/static/nothing.js'])(
    '%s is not found',
    async (path) => {
      const answer = await ask(prefix + path);
      expect(answer).toMatchObject({ status: 404, body: '404 page not found\n' });
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    },
  );

  test.each([
    '/static/../secret.txt',
    '/static/../../secret.txt',
    '/static/%2e%2e/%2e%2e/secret.txt',
    '/static/..%2f..%2fsecret.txt',
    '/static/..%5c..%5csecret.txt',
    '/static//../../secret.txt',
    '/static/%00',
    '/../secret.txt',
  ])('%s does not leave the folder', async (path) => {
    const { status, body } = await ask(prefix + path);
    expect(body).not.toContain('what nobody may read');
    expect(status).toBeLessThan(500);
  });
});

test.each([
  ['/t/acme/shop/traces', 'traces/'],
  ['/t/acme/shop/traces?q=1', 'traces/?q=1'],
  ['//evil.example/x', '/evil.example/x'],
  ['//\\evil.example/x?a=//b', '/evil.example/x?a=//b'],
  ['/t/acme/shop/traces//search', '/t/acme/shop/traces/search'],
])('%s leads to %s', async (path, want) => {
  expect(await ask(path)).toMatchObject({ status: 301, headers: { location: want } });
});

test.each([
  ['/t/.hidden/shop/traces/search', '"tenant" is ".hidden", but must be'],
  ['/t/acme/a%20b/traces/search', '"db" is "a b", but must be'],
  ['/t/acme/%/traces/search', 'is not validly percent-encoded'],
])('%s is refused', async (path, want) => {
  const answer = await ask(path);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain(want);
});

test('other methods are for others', async () => {
  expect((await ask('/search', 'POST')).status).toBe(404);
});

test('a configuration that has changed is in the next page; one that is broken changes nothing', async () => {
  writeFileSync(config, '{"menu":["changed"]}');
  expect((await ask('/search')).body).toContain('JAEGER_CONFIG = {"menu":["changed"]}');
  writeFileSync(config, '{"menu":');
  for (let look = 0; look < 3; look++) {
    expect((await ask('/search')).body).toContain('JAEGER_CONFIG = {"menu":["changed"]}');
  }
  expect(warnings).toEqual([CANNOT_BE_USED]);
  rmSync(config);
  for (let look = 0; look < 3; look++) {
    expect((await ask('/search')).body).toContain('JAEGER_CONFIG = {"menu":["changed"]}');
  }
  expect(warnings).toEqual([CANNOT_BE_USED, CANNOT_BE_USED]);
  writeFileSync(config, '{}');
  expect((await ask('/search')).body).toContain('JAEGER_CONFIG = {};');
});

describe('at the start', () => {
  test('a folder without a UI is refused', () => {
    expect(() => createUiRoutes({ ...OPTIONS, directory: folder })).toThrow(
      `SPANHOUSE_UI_DIR is ${JSON.stringify(folder)}, but no index.html can be read there: point it at a built Jaeger UI`,
    );
  });

  test('an archive unpacked by hand is recognised', () => {
    const inside = join(folder, 'archive', 'packages', 'jaeger-ui', 'build');
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, 'index.html'), PAGE_2_20);
    expect(() => createUiRoutes({ ...OPTIONS, directory: join(folder, 'archive') })).toThrow(
      `point it at ${inside}`,
    );
  });

  test('a configuration that cannot be used is refused', () => {
    const missing = join(folder, 'missing.json');
    expect(() => createUiRoutes({ ...OPTIONS, config: missing })).toThrow(
      `SPANHOUSE_UI_CONFIG is ${JSON.stringify(missing)}, but that file cannot be read`,
    );
    expect(() => createUiRoutes({ ...OPTIONS, config: join(folder, 'secret.txt') })).toThrow(
      'must be a file that ends in .json or .js',
    );
  });

  test('a page without the marks is warned of', () => {
    warnings.length = 0;
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'index.html'), '<!doctype html>');
    createUiRoutes({ ...OPTIONS, directory: other });
    expect(warnings).toEqual([
      'the index.html of the UI has none of the marks by which it learns of its server',
    ]);
  });
});
