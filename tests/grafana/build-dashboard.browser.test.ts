import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard } from '../../src/dashboards/dashboard.ts';
import { DESKTOP, hasBrowser, keepPicture, openBrowser, openPage } from '../support/browser.ts';
import { buildPage, type BuiltPage } from './front/build-page.ts';
import { createCannedBackend } from './front/canned-backend.ts';
import { openFront } from './front/grafana-front.ts';
import { choose, NEW_SETTINGS } from './front/plugin-page.ts';

interface Saved {
  readonly dashboard: Dashboard;
  readonly folderUid?: string;
}

/** The dialog in a browser, before a Grafana that has one folder and keeps what it is sent. */
describe.skipIf(!hasBrowser())('Build dashboard', () => {
  let browser: Browser;
  let built: BuiltPage;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    built = await buildPage();
    browser = await openBrowser();
  }, 120_000);
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await browser.close();
  });

  async function show(address: string, status: number, answer: object) {
    const front = await openFront(built, createCannedBackend(), NEW_SETTINGS);
    closing.push(() => front.close());
    const context = await browser.newContext({ viewport: DESKTOP });
    closing.push(() => context.close());
    const { page, troubles } = await openPage(context);
    const saved: Saved[] = [];
    await page.route('**/api/search?*', (route) => route.fulfill({ json: [{ uid: 'f1', title: 'Shop' }] }));
    await page.route('**/api/dashboards/db', async (route) => {
      saved.push(route.request().postDataJSON() as Saved);
      await route.fulfill({ status, json: answer });
    });
    await page.goto(`${front.url}/?${address}`);
    return { page, saved, troubles };
  }

  test('beside a chosen service it builds for that one, in a folder, and opens it', async () => {
    const { page, saved, troubles } = await show('page=explore', 200, { uid: 'new', url: '/d/new/mine' });
    await choose(page, 'Service', 'cart');
    await page.getByRole('button', { name: 'Build dashboard' }).click();
    const dialog = page.getByRole('dialog', { name: 'Build dashboard' });
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Service overview: cart');
    await choose(page, 'Folder', 'Shop');
    await keepPicture(page, 'grafana-build-dashboard');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Build and open' }).click();
    await page.waitForURL('**/d/new/mine');

    expect(saved).toHaveLength(1);
    const { dashboard, folderUid } = saved[0]!;
    expect(folderUid).toBe('f1');
    const currents = dashboard.templating.list.map(({ name, current }) => [name, current]);
    expect(currents).toContainEqual(['service', { text: ['cart'], value: ['cart'] }]);
    expect(currents).toContainEqual(['datasource', { text: 'Spanhouse', value: 'spanhouse' }]);
    expect(troubles).toEqual([]);
  });

  test('in the configuration it builds for all, and says why it may not', async () => {
    const { page, saved } = await show('page=config', 403, { message: 'Access denied' });
    await page.getByRole('button', { name: 'Build dashboard' }).click();
    await page.getByRole('button', { name: 'Build and open' }).click();
    await page.getByText('You may not write dashboards in the folder “Dashboards”').waitFor();
    await keepPicture(page, 'grafana-build-dashboard-refused');
    expect(await violationsOf(page)).toEqual([]);
    expect(saved[0]!.dashboard.title).toBe('Service overview');
  });
});

/** What axe finds in the dialog. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    interface Axe {
      run(within: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    }
    return (globalThis as unknown as { axe: Axe }).axe.run('[role=dialog]');
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
