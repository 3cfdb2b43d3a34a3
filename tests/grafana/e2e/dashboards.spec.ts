import { SERVICES, expect, test } from './fixtures.ts';

const NAMES = ['service-overview', 'traces', 'dependencies', 'tenants-and-ingest'];

for (const name of NAMES) {
  test(`${name} shows its data without an error`, async ({ dashboardUid, gotoDashboardPage, page }) => {
    const uid = await dashboardUid(name);
    const dashboard = await gotoDashboardPage({ uid, timeRange: { from: 'now-15m', to: 'now' } });
    const failures: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/ds/query') && !response.ok()) failures.push(response.url());
    });
    const answered = dashboard.waitForQueryDataResponse((response) => response.ok());
    await dashboard.refreshDashboard();
    await answered;
    expect(failures).toEqual([]);
    await expect(dashboard).not.toHavePanelErrors();
  });
}

test('a click on a duration shows the trace on the same dashboard', async ({
  dashboardUid,
  gotoDashboardPage,
  page,
}) => {
  const uid = await dashboardUid('traces');
  const dashboard = await gotoDashboardPage({ uid, timeRange: { from: 'now-15m', to: 'now' } });
  const list = dashboard.getPanelByTitle('Trace list');
  await list.scrollIntoView();
  await list.locator
    .getByRole('link', { name: /\d+(\.\d+)? ?(µs|ms|s)$/ })
    .first()
    .click();
  await expect(page).toHaveURL(/var-traceId=[0-9a-f]{32}/);
  const chosen = dashboard.getPanelByTitle('Chosen trace');
  await chosen.scrollIntoView();
  await expect(chosen.locator).toContainText('spans');
});

test('a dashboard is built for one service, and opened', async ({
  gotoDataSourceConfigPage,
  dataSource,
  request,
  page,
}) => {
  await gotoDataSourceConfigPage(dataSource.uid);
  await page.getByRole('button', { name: 'Build dashboard' }).click();
  const dialog = page.getByRole('dialog', { name: 'Build dashboard' });
  await dialog.getByRole('combobox', { name: 'Services' }).fill(SERVICES[0]);
  await page.getByRole('option', { name: SERVICES[0], exact: true }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('textbox', { name: 'Title' }).fill(`Built at ${Date.now()}`);
  await dialog.getByRole('button', { name: 'Build and open' }).click();

  await expect(page).toHaveURL(/\/d\/[\w-]+\/built-at-/);
  await expect(page.getByText(SERVICES[0]).first()).toBeVisible();
  const built = /\/d\/([\w-]+)\//.exec(page.url())?.[1] ?? '';
  await request.delete(`/api/dashboards/uid/${built}`);
});
