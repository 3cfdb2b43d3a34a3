import { SPANHOUSE_URL, expect, test } from './fixtures.ts';

test('save and test tells the tenant and how many spans it has', async ({
  createDataSourceConfigPage,
  dataSource,
  page,
}) => {
  const configPage = await createDataSourceConfigPage({ type: dataSource.type });
  await page.getByRole('textbox', { name: 'URL' }).fill(SPANHOUSE_URL);
  for (const [label, value] of [
    ['Tenant', 'acme'],
    ['Database', 'shop'],
    ['Table', 'traces'],
  ] as const) {
    await page.getByRole('combobox', { name: label }).fill(value);
    await page.keyboard.press('Enter');
  }
  await expect(configPage.saveAndTest()).toBeOK();
  await expect(configPage).toHaveAlert('success', {
    hasText: /tenant acme, db shop, table traces: [\d,]+ spans?/,
  });
});

test('a space without spans, and a server that is not there, are told apart', async ({
  createDataSourceConfigPage,
  dataSource,
  page,
}) => {
  const configPage = await createDataSourceConfigPage({ type: dataSource.type });
  await page.getByRole('textbox', { name: 'URL' }).fill(SPANHOUSE_URL);
  await page.getByRole('combobox', { name: 'Tenant' }).fill('nobody');
  await page.keyboard.press('Enter');
  await expect(configPage.saveAndTest()).not.toBeOK();
  await expect(configPage).toHaveAlert('error', { hasText: 'there are no spans yet' });

  await page.getByRole('textbox', { name: 'URL' }).fill('http://127.0.0.1:9');
  await expect(configPage.saveAndTest()).not.toBeOK();
  await expect(configPage).toHaveAlert('error', { hasText: '127.0.0.1:9' });
});

test('a provisioned data source is read, not changed, and is accessible', async ({
  gotoDataSourceConfigPage,
  dataSource,
  violations,
  page,
}) => {
  await gotoDataSourceConfigPage(dataSource.uid);
  await expect(page.getByText('This data source was provisioned')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'URL' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Build dashboard' })).toBeEnabled();
  expect(await violations()).toEqual([]);
});
