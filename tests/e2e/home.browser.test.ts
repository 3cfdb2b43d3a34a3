import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, hasBrowser, keepPicture, openBrowser, openPage, PHONE } from '../support/browser.ts';
import { encodeRequest, nowNanos } from '../support/otlp-request.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';

const LONG = 'a-tenant-with-a-name-of-exactly-sixty-four-characters-to-be-seen';

describe.skipIf(!hasBrowser())('the page of our own in Chromium', () => {
  let browser: Browser;
  let server: ServerProcess;

  beforeAll(async () => {
    browser = await openBrowser();
    server = await startServer();
    for (const [tenant, spans] of [
      ['acme', 300],
      [LONG, 1],
    ] as const) {
      const body = encodeRequest(
        'shop',
        Array.from({ length: spans }, () => ({ startNanos: nowNanos() })),
      );
      const { status } = await post(server.addresses.otlpHttp, body, { tenant, db: 'shop', table: 'traces' });
      expect(status).toBe(200);
    }
    await server.settled();
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
    tidyUp();
  });

  test.each([
    ['desktop', DESKTOP, 'light'],
    ['desktop', DESKTOP, 'dark'],
    ['phone', PHONE, 'light'],
    ['phone', PHONE, 'dark'],
  ] as const)('on a %s of %j, %s: every word fits, nothing fails', async (kind, viewport, colorScheme) => {
    const context = await browser.newContext({ viewport, colorScheme });
    const { page, troubles } = await openPage(context);
    await page.goto(`${server.addresses.http}/`);
    expect(await page.locator('h3').allTextContents()).toEqual(
      expect.arrayContaining(['acme / shop / traces', `${LONG} / shop / traces`]),
    );
    await page.locator('summary').first().click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    expect(await page.locator('.copy button').first().isVisible()).toBe(true);
    await keepPicture(page, `home-${kind}-${colorScheme}`);
    expect(troubles).toEqual([]);
  });

  test('says how many spans each space has, and how fast they come', async () => {
    const { page } = await openPage(await browser.newContext());
    await page.goto(`${server.addresses.http}/spaces`);
    const card = page.locator('.card', { hasText: 'acme' }).first();
    expect(await card.locator('strong').first().textContent()).toBe('300');
    // 300 spans over four to five minutes.
    expect(Number(await card.locator('strong').nth(1).textContent())).toBeGreaterThanOrEqual(1);
    expect(await card.locator('time').textContent()).toMatch(/^(just now|\d+ s ago)$/);
  });

  test('a line is copied at a click, and a sender that takes it is heard', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page, troubles } = await openPage(context);
    await page.goto(`${server.addresses.http}/`);
    const line = page.locator('.copy', { hasText: 'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf' });
    await line.getByRole('button').click();
    await line.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toBe(await line.locator('code').textContent());

    const url = /ENDPOINT=(\S+)/.exec(copied)![1]!;
    expect(url).toBe(server.addresses.otlpHttp);
    expect((await post(url, encodeRequest('shop', []))).status).toBe(200);
    expect(troubles).toEqual([]);
  });

  test('is there at once', async () => {
    const { page } = await openPage(await browser.newContext());
    const durations: number[] = [];
    for (let round = 0; round < 5; round++) {
      const before = performance.now();
      await (await page.goto(`${server.addresses.http}/`))!.finished();
      durations.push(performance.now() - before);
    }
    expect(Math.min(...durations)).toBeLessThan(500);
  });
});
