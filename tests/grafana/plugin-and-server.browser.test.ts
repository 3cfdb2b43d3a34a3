import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post } from '../e2e/post.ts';
import { DESKTOP, hasBrowser, keepPicture, openBrowser, openPage } from '../support/browser.ts';
import { encodeRequest, newSpanId, newTraceId, nowNanos } from '../support/otlp-request.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { buildPage } from './front/build-page.ts';
import { type GrafanaFront, openFront } from './front/grafana-front.ts';
import { createHostBackend } from './front/host-backend.ts';
import { choose, NEW_SETTINGS } from './front/plugin-page.ts';
import { buildPluginBackend, type BuiltPlugin } from './host/built-plugin.ts';
import { killPlugins, type PluginHost, startPlugin } from './host/plugin-host.ts';

const ACME = { tenant: 'acme', db: 'shop', table: 'traces' };
const SECOND = 1_000_000_000n;

/** The browser's half, the backend and the server, all as they are built, and a user before them. */
describe.skipIf(!hasBrowser())('the plugin in a browser, with its backend and a server', () => {
  const traceId = newTraceId();
  let browser: Browser;
  let server: ServerProcess;
  let built: BuiltPlugin;
  let host: PluginHost;
  let front: GrafanaFront;

  beforeAll(async () => {
    built = buildPluginBackend();
    server = await startServer();
    await send('frontend', 'GET /cart', '/cart');
    await send('cart', 'redis SET', '/cart');
    await server.settled();
    host = await startPlugin({ executable: built.executable });
    front = await openFront(await buildPage(), createHostBackend(host), NEW_SETTINGS);
    browser = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await front.close();
    await host.stop();
    killPlugins();
    tidyUp();
    built.remove();
  });

  async function send(service: string, name: string, route: string): Promise<void> {
    const startNanos = nowNanos() - 30n * SECOND;
    const endNanos = startNanos + SECOND / 5n;
    const attributes = { 'http.route': route };
    const span = { traceId, spanId: newSpanId(), name, startNanos, endNanos, attributes };
    await post(server.addresses.otlpHttp, encodeRequest(service, [span]), ACME);
  }

  test('is set up, searches, and opens the trace that was sent', async () => {
    const context = await browser.newContext({ viewport: DESKTOP });
    const { page, troubles } = await openPage(context);
    await page.goto(`${front.url}/?page=config`);
    await page.getByLabel('URL').fill(server.addresses.http);
    // Once it is saved, the server says which spaces there are.
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByRole('alert').first().waitFor();
    // That nothing is in the default space yet was an error, and is one on the console.
    troubles.splice(0);
    await page.reload();
    for (const [label, name] of [
      ['Tenant', ACME.tenant],
      ['Database', ACME.db],
      ['Table', ACME.table],
    ] as const) {
      await choose(page, label, name);
    }
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByText(/tenant acme, db shop, table traces: 2 spans/).waitFor();
    await keepPicture(page, 'grafana-server-config');

    await page.goto(`${front.url}/?page=explore`);
    await choose(page, 'Service', 'cart');
    await choose(page, 'Operation', 'redis SET');
    await page.getByRole('button', { name: 'Add attribute filter' }).click();
    await choose(page, 'Attribute 1', 'span.http.route');
    await choose(page, 'Value 1', '/cart');
    await page.getByRole('button', { name: traceId }).waitFor();
    await keepPicture(page, 'grafana-server-search');

    await page.getByRole('button', { name: traceId }).click();
    await page.getByRole('table').first().getByText('GET /cart').waitFor();
    await keepPicture(page, 'grafana-server-trace');

    await page.goto(`${front.url}/?page=variable`);
    await page.getByRole('list', { name: 'Preview of values' }).getByText('frontend').waitFor();
    await page.goto(`${front.url}/?page=dashboard&var-service=cart&var-service=nobody`);
    await page.getByText(traceId).waitFor();
    await choose(page, 'Filter key', 'span.http.route');
    await choose(page, 'Filter value', '/cart');
    await page.getByText(traceId).waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  }, 60_000);
});
