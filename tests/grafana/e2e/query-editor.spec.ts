import { SERVICES, expect, test } from './fixtures.ts';

test('a search finds traces, and a click on a trace id opens one', async ({
  explorePage,
  dataSource,
  page,
}) => {
  await explorePage.datasource.set(dataSource.name);
  const row = explorePage.getQueryEditorRow('A');
  await row.getByRole('combobox', { name: 'Service' }).fill(SERVICES[0]);
  await page.getByRole('option', { name: SERVICES[0], exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(explorePage.runQuery()).toBeOK();
  await expect(explorePage.tablePanel.fieldNames).toContainText([
    'Trace ID',
    'Trace name',
    'Start time',
    'Duration',
  ]);

  const id = explorePage.tablePanel.locator.getByRole('link', { name: /^[0-9a-f]{32}$/ }).first();
  await id.click();
  await expect(page.getByText(/\bSpans\b/).first()).toBeVisible();
  await expect(page.getByText('Node graph').first()).toBeVisible();
});

test('a link into Explore that was made by hand is answered', async ({ explorePage, dataSource }) => {
  const queries = [{ refId: 'A', version: 1, queryType: 'metrics', metric: 'rate', by: ['service'] }];
  const panes = { a: { datasource: dataSource.uid, queries, range: { from: 'now-1h', to: 'now' } } };
  const queryParams = new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify(panes) });
  const answered = explorePage.waitForQueryDataResponse((response) => response.ok());
  await explorePage.goto({ queryParams });
  await answered;
  await expect(explorePage.timeSeriesPanel.locator).toBeVisible();
});

test('a panel shows the rate of a service', async ({ panelEditPage, dataSource, page }) => {
  await panelEditPage.datasource.set(dataSource.name);
  await panelEditPage.setVisualization('Table');
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('combobox', { name: 'Query type' }).click();
  await page.getByRole('option', { name: /^Metrics/ }).click();
  await expect(panelEditPage.refreshPanel()).toBeOK();
  await expect(panelEditPage.panel.fieldNames).toContainText(['time']);
});
