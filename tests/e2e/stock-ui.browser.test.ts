import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DESKTOP, hasBrowser, keepPicture, openBrowser, openPage } from '../support/browser.ts';
import { makeDataDir, type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';
import {
  presentVisits,
  SHOP_OPERATIONS,
  SHOP_SERVICES,
  type ShopVisit,
  SPANS_PER_VISIT,
} from './shop-traces.ts';

const BUILDS = fileURLToPath(new URL('../../../shared/jaeger-ui/', import.meta.url));
const ACME = { tenant: 'acme', db: 'shop', table: 'traces' };
/** Words that the UI knows as its own paths. */
const AWKWARD = { tenant: 'search', db: 'trace', table: 'monitor' };
const PLACES = [
  ['at the root', ''],
  ['under a tenant', '/t/acme/shop/traces'],
] as const;
const VIEWS = [
  ['Trace Graph', 'take payment'],
  ['Trace Statistics', 'payment'],
  ['Trace Spans Table', 'take payment'],
  ['Trace Flamegraph', 'frontend: GET /checkout'],
  ['Trace Logs', 'began'],
] as const;
const PATIENCE_MS = 15_000;
/** Graphs draw their lines slowly; a picture before that shows none. */
const DRAWING_MS = 2_000;

const VISITS: readonly ShopVisit[] = Array.from({ length: 8 }, (_, index) => ({
  traceId: `abcdef0000000000000000000000${String(index + 1).padStart(4, '0')}`,
  startMs: Date.now() - (index + 2) * 60_000,
  durationMs: 100 * (index + 1),
}));
const NEWEST = VISITS[0]!;

function canRun(): boolean {
  const isHere = existsSync(BUILDS);
  if (!isHere) console.warn(`SKIPPED: the builds of the stock Jaeger UI are not at ${BUILDS}`);
  return isHere && hasBrowser();
}

describe.skipIf(!canRun()).each(['2.17', '2.20'])('the stock Jaeger UI %s in Chromium', (release) => {
  let browser: Browser;
  let server: ServerProcess;
  let config: string;
  let context: BrowserContext;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    config = join(makeDataDir(), 'ui.json');
    writeFileSync(config, '{}');
    browser = await openBrowser();
    server = await startServer({ UI_DIR: join(BUILDS, release), UI_CONFIG: config });
    for (const headers of [{}, ACME, AWKWARD]) {
      expect((await post(server.addresses.otlpHttp, presentVisits(VISITS), headers)).status).toBe(200);
    }
    await server.settled();
    // One for all, so that megabytes of code are loaded and compiled once.
    context = await browser.newContext({ viewport: DESKTOP });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript('localStorage.clear()');
  });

  beforeEach(async () => {
    ({ page, troubles } = await openPage(context));
  });

  afterEach(async () => {
    await Promise.all(context.pages().map((open) => open.close()));
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
    tidyUp();
  });

  const picture = (place: string, name: string): Promise<void> =>
    keepPicture(page, `ui-${release}-${place.replaceAll(' ', '-')}-${name}`);

  describe.each(PLACES)('%s', (place, prefix) => {
    const visit = (path: string): Promise<unknown> => page.goto(`${server.addresses.http}${prefix}${path}`);

    test('services and operations fill, and a search lists the newest traces and draws them', async () => {
      await visit('/');
      await page.waitForURL(`**${prefix}/search`);
      await choose(page, 'service', SHOP_SERVICES, 'frontend');
      await choose(page, 'operation', ['all', ...SHOP_OPERATIONS], 'GET /checkout');
      await page.locator('input[name="resultsLimit"]').fill('5');
      await page.getByRole('button', { name: 'Find Traces' }).click();
      await page.getByText('5 Traces').or(page.getByText('5 traces')).first().waitFor();
      expect(await listedTraces(page)).toEqual(VISITS.slice(0, 5).map(({ traceId }) => traceId));
      expect(await page.locator('.recharts-scatter-symbol').count()).toBe(5);
      await picture(place, 'search');

      await page.locator(`a[href$="/trace/${NEWEST.traceId}"]`).first().click();
      await page.waitForURL(`**${prefix}/trace/${NEWEST.traceId}*`);
      await page.getByText('take payment').first().waitFor();
      expect(troubles).toEqual([]);
    });

    test('results are downloaded', async () => {
      await visit('/search?service=frontend&lookback=1h&limit=20');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByText('Download Results').click(),
      ]);
      const { data } = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
        data: { traceID: string }[];
      };
      expect(data.map(({ traceID }) => traceID).sort()).toEqual(VISITS.map(({ traceId }) => traceId).sort());
      expect(troubles).toEqual([]);
    });

    test('a file of OTLP is uploaded and shown', async () => {
      await visit('/search');
      await page.getByText('Upload', { exact: true }).click();
      const uploaded = { ...NEWEST, traceId: 'cafe0000000000000000000000000001' };
      await page.locator('input[type="file"]').setInputFiles({
        name: 'otlp.json',
        mimeType: 'application/json',
        buffer: Buffer.from(presentVisits([uploaded])),
      });
      await page.locator(`a[href$="/trace/${uploaded.traceId}"]`).first().waitFor();
      expect(troubles).toEqual([]);
    });

    test('a trace opens in the timeline, and a span shows what it has', async () => {
      await visit(`/trace/${NEWEST.traceId}`);
      await page.getByText('Total Spans').waitFor();
      expect(await page.locator('.span-row').count()).toBe(SPANS_PER_VISIT);
      await page.locator('.span-row', { hasText: 'SELECT cart' }).locator('.span-view').click();
      const detail = page.locator('.detail-row');
      await detail.first().waitFor();
      expect(await detail.first().innerText()).toMatch(/SELECT cart/);
      await detail.getByText('no such table').first().waitFor();
      await picture(place, 'timeline');
      expect(troubles).toEqual([]);
    });

    test('a trace opens in every other view', async () => {
      await visit(`/trace/${NEWEST.traceId}`);
      for (const [view, word] of VIEWS) {
        await page.locator('.AltViewOptions').click();
        await page.getByRole('menuitem', { name: view }).click();
        await page.locator('.AltViewOptions', { hasText: view }).waitFor();
        await page.getByText(word).first().waitFor();
        await picture(place, view.toLowerCase().replaceAll(' ', '-'));
        expect([view, troubles]).toEqual([view, []]);
      }
    });

    test('the JSON of a trace opens', async () => {
      await visit(`/trace/${NEWEST.traceId}`);
      await page.locator('.AltViewOptions').click();
      const [tab] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('menuitem', { name: 'Trace JSON', exact: true }).locator('a').click(),
      ]);
      const { data } = JSON.parse(await tab.locator('body').innerText()) as { data: { spans: unknown[] }[] };
      expect(data.map(({ spans }) => spans.length)).toEqual([SPANS_PER_VISIT]);
      expect(troubles).toEqual([]);
    });

    test('two traces are compared', async () => {
      await visit(`/trace/${VISITS[0]!.traceId}...${VISITS[1]!.traceId}`);
      await page.locator('.TraceDiff--graphWrapper').getByText('take payment').first().waitFor();
      await picture(place, 'compare');
      expect(troubles).toEqual([]);
    });

    test('a trace is archived', async () => {
      await visit(`/trace/${VISITS[2]!.traceId}`);
      await page.getByText('Archive Trace').click();
      await page.locator('.ant-notification-notice-success').waitFor();
      await picture(place, 'archive');
      expect(troubles).toEqual([]);
    });

    test('the dependency graph shows who calls whom, and how often', async () => {
      await visit('/dependencies');
      for (const service of SHOP_SERVICES) await page.getByText(service, { exact: true }).first().waitFor();
      expect(await page.getByText(String(VISITS.length), { exact: true }).count()).toBeGreaterThanOrEqual(2);
      await picture(place, 'dependencies');
      expect(troubles).toEqual([]);
    });

    test('the Monitor tab shows rates, errors and latencies', async () => {
      await visit('/monitor');
      const row = page.locator('tr', { hasText: 'GET /cart' });
      await row.waitFor();
      expect(await row.innerText()).toMatch(/[1-9]\d*(\.\d+)?\s?ms.*req\/s.*[1-9]\d*%/s);
      // Three latencies, errors and requests; the small ones of the table come after.
      for (const line of [0, 1, 2, 3, 4]) {
        const curve = page.locator('.recharts-line-curve, .recharts-area-curve').nth(line);
        // A curve of lone points would be there and show nothing.
        expect(await curve.getAttribute('d')).toMatch(/[LC]/);
      }
      await page.waitForTimeout(DRAWING_MS);
      await picture(place, 'monitor');
      expect(troubles).toEqual([]);
    });

    test('an unknown trace is said to be unknown', async () => {
      const traceId = 'ffffffffffffffffffffffffffffffff';
      await visit(`/trace/${traceId}`);
      await page
        .getByText(/trace not found/i)
        .first()
        .waitFor();
      await picture(place, 'unknown-trace');
      const expected = new RegExp(`/api/traces/${traceId}$|status of 404|trace not found`);
      expect(troubles.filter((trouble) => !expected.test(trouble))).toEqual([]);
    });
  });

  test('an empty tenant has no services, and finds nothing', async () => {
    await page.goto(`${server.addresses.http}/t/nobody/shop/traces/search`);
    await page.getByText('(0)').first().waitFor();
    await page.goto(
      `${server.addresses.http}/t/nobody/shop/traces/search?service=frontend&lookback=1h&limit=20`,
    );
    await page.getByText(/No trace results/).waitFor();
    await keepPicture(page, `ui-${release}-empty-tenant`);
    for (const path of ['monitor', 'dependencies']) {
      await page.goto(`${server.addresses.http}/t/nobody/shop/traces/${path}`);
      await page.waitForLoadState('networkidle');
    }
    expect(troubles).toEqual([]);
  });

  test('a tenant whose names are paths of the UI is none the worse', async () => {
    const prefix = '/t/search/trace/monitor';
    await page.goto(`${server.addresses.http}${prefix}`);
    await page.waitForURL(`**${prefix}/search`);
    await choose(page, 'service', SHOP_SERVICES, 'frontend');
    await page.goto(`${server.addresses.http}${prefix}/trace/${NEWEST.traceId}`);
    await page.getByText('Total Spans').waitFor();
    expect(troubles).toEqual([]);
  });

  test('behind a proxy that takes a prefix off the path', async () => {
    const proxy = await openProxy('/tracing', server.addresses.http);
    const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await page.goto(`${origin}/tracing/t/acme/shop/traces/search`);
    await choose(page, 'service', SHOP_SERVICES, 'frontend');
    await page.goto(`${origin}/tracing/trace/${NEWEST.traceId}`);
    await page.getByText('Total Spans').waitFor();
    expect(troubles).toEqual([]);
    proxy.close();
    proxy.closeAllConnections();
  });

  test('a tenant is chosen on the page of our own, and followed into the UI', async () => {
    await page.goto(`${server.addresses.http}/spaces`);
    await page.locator('.card', { hasText: 'acme / shop / traces' }).getByText('Open in Jaeger UI').click();
    await page.waitForURL('**/t/acme/shop/traces/search');
    await choose(page, 'service', SHOP_SERVICES, 'cart');
    expect(troubles).toEqual([]);
  });

  test('its configuration is followed, as soon as it changes', async () => {
    writeFileSync(config, JSON.stringify({ archiveEnabled: false }));
    await page.goto(`${server.addresses.http}/trace/${NEWEST.traceId}`);
    await page.getByText('Total Spans').waitFor();
    expect(await page.getByText('Archive Trace').count()).toBe(0);
    expect(troubles).toEqual([]);
  });
});

/** Picks one of a list, which must have exactly these. */
async function choose(page: Page, list: string, all: readonly string[], wanted: string): Promise<void> {
  await page.locator(`[data-testid="${list}"]:not(.ant-select-disabled)`).click();
  const dropdown = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  const options = dropdown.locator('.ant-select-item-option');
  await options.filter({ hasText: wanted }).first().waitFor();
  expect((await options.allInnerTexts()).sort()).toEqual([...all].sort());
  await options.filter({ hasText: wanted }).first().click();
  await dropdown.waitFor({ state: 'hidden' });
}

/** Ids in the order of the list. */
async function listedTraces(page: Page): Promise<string[]> {
  const links = await page.locator('a[href*="/trace/"]').evaluateAll((found) => found.map(String));
  const ids = links.map((link) => /\/trace\/([0-9a-f]+)$/.exec(link)?.[1]).filter((id) => id !== undefined);
  return [...new Set(ids)];
}

/** Hands on what is under the prefix, without it. */
async function openProxy(prefix: string, target: string): Promise<Server> {
  const proxy = createServer((from, to) => {
    const path = from.url!.startsWith(prefix) ? from.url!.slice(prefix.length) : '/api/outside-of-the-prefix';
    const onward = request(`${target}${path}`, { method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    from.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return proxy;
}
