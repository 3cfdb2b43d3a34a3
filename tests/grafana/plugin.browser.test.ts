import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, hasBrowser, keepPicture, openBrowser, openPage } from '../support/browser.ts';
import { buildPage, type BuiltPage } from './front/build-page.ts';
import { type CannedBackend, createCannedBackend, TRACE_ID } from './front/canned-backend.ts';
import { type GrafanaFront, type KeptSettings, openFront } from './front/grafana-front.ts';
import { choose, NEW_SETTINGS } from './front/plugin-page.ts';

/** Settings that show every field that there is. */
const EVERYTHING_OPEN = {
  authMethod: 'basic',
  tlsAuth: true,
  tlsAuthWithCACert: true,
  httpHeaderName1: 'X-One',
  keepCookies: ['session'],
  tracesToLogsV2: { datasourceUid: 'loki' },
  tracesToMetrics: { datasourceUid: 'prometheus', queries: [{ name: 'Rate', query: 'sum(x)' }] },
  tracesToProfiles: { datasourceUid: 'grafana-pyroscope-datasource' },
  spanBar: { type: 'Tag', tag: 'http.route' },
};

describe.skipIf(!hasBrowser())('the built plugin in a browser', () => {
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

  interface Shown {
    readonly page: Page;
    readonly front: GrafanaFront;
    readonly backend: CannedBackend;
    readonly troubles: readonly string[];
  }

  async function show(address: string, settings: Partial<KeptSettings> = {}): Promise<Shown> {
    const backend = createCannedBackend();
    const front = await openFront(built, backend, { ...NEW_SETTINGS, ...settings });
    closing.push(() => front.close());
    const context = await browser.newContext({ viewport: DESKTOP });
    closing.push(() => context.close());
    const { page, troubles } = await openPage(context);
    await page.goto(`${front.url}/?${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return { page, front, backend, troubles };
  }

  async function axeViolations(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      interface Axe {
        run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      }
      return (await (globalThis as unknown as { axe: Axe }).axe.run()).violations;
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  test('is configured, saved and tested', async () => {
    const { page, front, backend, troubles } = await show('page=config');
    await page.getByLabel('URL').fill('http://spanhouse:16686');
    await choose(page, 'Tenant', 'acme');
    await choose(page, 'Database', 'shop');
    await page.getByRole('radio', { name: 'Token' }).check({ force: true });
    await page.getByLabel('Token', { exact: true }).last().fill('s3cret');
    await keepPicture(page, 'grafana-config');
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByText('acme/shop/traces holds 48,213 spans').waitFor();

    const [saved] = front.saved;
    expect(saved).toMatchObject({
      url: 'http://spanhouse:16686',
      jsonData: { tenant: 'acme', db: 'shop', authMethod: 'token' },
      secureJsonData: { token: 's3cret' },
    });
    expect(JSON.stringify((saved as { jsonData: object }).jsonData)).not.toContain('s3cret');
    expect(backend.asked.filter((asked) => asked.startsWith('spaces'))).toHaveLength(1);
    await page.getByRole('button', { name: 'Reset' }).waitFor();
    await keepPicture(page, 'grafana-config-saved');
    expect(troubles).toEqual([]);
  });

  test('is read-only where it was provisioned', async () => {
    const { page, troubles } = await show('page=config', { readOnly: true });
    await page.getByText('This data source was provisioned').waitFor();
    const open = page.locator('section :is(input, textarea, button):not(:disabled)', {
      hasNotText: 'Build dashboard',
    });
    expect(await open.count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test('searches, and opens a trace by its id', async () => {
    const { page, backend, troubles } = await show('page=explore');
    await choose(page, 'Service', 'cart');
    await page.getByRole('button', { name: 'Add attribute filter' }).click();
    await choose(page, 'Attribute 1', 'span.http.route');
    await choose(page, 'Value 1', '/checkout');
    await page.getByLabel('Span duration from').fill('100ms');
    await page.getByLabel('Span duration from').blur();
    await page.getByRole('button', { name: TRACE_ID }).waitFor();
    await keepPicture(page, 'grafana-search');
    expect(backend.queries.at(-1)).toMatchObject({
      queryType: 'search',
      service: 'cart',
      minDuration: '100ms',
      filters: [{ key: 'http.route', level: 'span', operator: '=', values: ['/checkout'] }],
    });

    await page.getByRole('button', { name: TRACE_ID }).click();
    await page.getByText('A (trace)').waitFor();
    await keepPicture(page, 'grafana-trace');
    expect(backend.queries.at(-1)).toMatchObject({ queryType: 'trace', query: TRACE_ID });
    expect(await page.getByLabel('Trace ID').inputValue()).toBe(TRACE_ID);
    expect(troubles).toEqual([]);
  });

  test('says what is wrong beside the field', async () => {
    const { page } = await show('page=explore');
    await page.getByLabel('Span duration from').fill('quickly');
    await page.getByLabel('Span duration from').blur();
    await page.getByText('"quickly" is no duration').waitFor();
    await keepPicture(page, 'grafana-validation');
  });

  test('takes the same conditions as text', async () => {
    const { page, backend, troubles } = await show('page=explore');
    await choose(page, 'Service', 'cart');
    await page.getByRole('radio', { name: 'Text' }).check({ force: true });
    const text = page.getByRole('textbox', { name: /^Conditions/ });
    expect(await text.inputValue()).toBe('service = "cart"');
    await text.fill('service = "cart" and status = error');
    const before = backend.queries.length;
    await text.press('Shift+Enter');
    await expect.poll(() => backend.queries.length).toBeGreaterThan(before);
    expect(backend.queries.at(-1)).toMatchObject({
      editor: 'text',
      text: 'service = "cart" and status = "error"',
    });
    await keepPicture(page, 'grafana-text');
    expect(troubles).toEqual([]);
  });

  test('asks for metrics, and runs an example of the help', async () => {
    const { page, backend, troubles } = await show('page=explore');
    await choose(page, 'Query type', 'Metrics');
    await choose(page, 'Metric', 'Duration');
    await choose(page, 'A series for each', 'service');
    await keepPicture(page, 'grafana-metrics');
    expect(backend.queries.at(-1)).toMatchObject({
      queryType: 'metrics',
      metric: 'duration',
      by: ['service'],
    });

    await page.getByText('Help').click();
    await page.getByRole('button', { name: 'Failed spans' }).click();
    await expect.poll(() => backend.queries.at(-1)).toMatchObject({ queryType: 'search', rows: 'spans' });
    await keepPicture(page, 'grafana-help');
    expect(troubles).toEqual([]);
  });

  test('offers the operations of a service as a variable', async () => {
    const { page, backend, troubles } = await show('page=variable&var-service=cart');
    await page.getByRole('list', { name: 'Preview of values' }).getByText('frontend').waitFor();
    await choose(page, 'Values', 'Operations');
    await choose(page, 'Service', '$service');
    await page.getByRole('list', { name: 'Preview of values' }).getByText('redis SET').waitFor();
    await keepPicture(page, 'grafana-variable');
    expect(backend.asked).toContain('operations?service=cart');
    expect(troubles).toEqual([]);
  });

  test('filters a dashboard by several values of a variable and by ad-hoc filters', async () => {
    const { page, backend, troubles } = await show('page=dashboard&var-service=cart&var-service=checkout');
    await page.getByText('frontend: GET /cart').waitFor();
    expect(backend.queries.at(-1)).toMatchObject({ service: '["cart","checkout"]' });
    await choose(page, 'Filter key', 'resource.k8s.pod.name');
    await choose(page, 'Filter value', '/cart');
    await expect
      .poll(() => backend.queries.at(-1))
      .toMatchObject({
        filters: [{ key: 'k8s.pod.name', level: 'resource', operator: '=', values: ['/cart'] }],
      });
    await keepPicture(page, 'grafana-dashboard');
    expect(troubles).toEqual([]);
  });

  test.each([
    ['', 'No data', 0],
    [TRACE_ID, 'A (trace)', 1],
  ])('a panel of the trace %j shows %j', async (trace, shown, asked) => {
    const { page, backend, troubles } = await show(`page=trace-panel&var-trace=${trace}`);
    await page.getByText(shown).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(backend.queries).toHaveLength(asked);
    expect(troubles).toEqual([]);
  });

  test('offers SQL only where the server has it', async () => {
    const { page, troubles } = await show('page=explore');
    await page.getByRole('combobox', { name: 'Query type' }).click();
    await page.getByRole('option', { name: 'Events' }).waitFor();
    expect(await page.getByRole('option', { name: 'SQL' }).count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test.each(['dark', 'light'])(
    'axe finds nothing in the theme %s',
    async (theme) => {
      const { page, front } = await show(`page=config&theme=${theme}`, { jsonData: EVERYTHING_OPEN });
      const found: string[] = [];
      const scan = async (name: string): Promise<void> => {
        await page.waitForLoadState('networkidle');
        await keepPicture(page, `grafana-axe-${name}-${theme}`);
        found.push(...(await axeViolations(page)).map((violation) => `${name}: ${violation}`));
      };
      await scan('config');
      for (const name of ['variable', 'dashboard', 'annotation', 'explore']) {
        await page.goto(`${front.url}/?page=${name}&theme=${theme}&var-service=cart`);
        await scan(name);
      }
      await page.getByRole('button', { name: 'Add attribute filter' }).click();
      await choose(page, 'Operator 1', 'is any of');
      await page.getByText('Help').click();
      await scan('filter-and-help');
      await choose(page, 'Query type', 'Metrics');
      await choose(page, 'Metric', 'Duration');
      await scan('metrics');
      await choose(page, 'Query type', 'One trace by its id');
      await page.getByLabel('Trace ID').fill('no id');
      await page.getByLabel('Trace ID').blur();
      await page.getByText('"no id" is no trace id').waitFor();
      await scan('flaw');
      expect(found).toEqual([]);
    },
    120_000,
  );
});
