import { SERVICES, expect, test } from './fixtures.ts';

test('a variable offers the services', async ({ variableEditPage, dataSource }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(dataSource.name);
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([...SERVICES]);
});

test('a variable offers the values of an attribute', async ({ variableEditPage, dataSource, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(dataSource.name);
  await page.getByRole('combobox', { name: 'Values' }).click();
  await page.getByRole('option', { name: 'Attribute values' }).click();
  await page
    .getByRole('combobox', { name: 'Attribute', exact: true })
    .fill('resource.telemetry.sdk.language');
  await page.keyboard.press('Enter');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews(['go']);
});
