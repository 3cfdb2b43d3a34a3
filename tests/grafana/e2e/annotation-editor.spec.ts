import { expect, test } from './fixtures.ts';

test('failed spans are marked', async ({ annotationEditPage, dataSource, page }) => {
  await annotationEditPage.datasource.set(dataSource.name);
  await expect(page.getByRole('combobox', { name: 'Mark' })).toHaveValue('Failed spans');
  expect((await annotationEditPage.runQuery()).ok()).toBe(true);
});

test('slow traces are marked from a threshold on', async ({ annotationEditPage, dataSource, page }) => {
  await annotationEditPage.datasource.set(dataSource.name);
  await page.getByRole('combobox', { name: 'Mark' }).click();
  await page.getByRole('option', { name: 'Slow traces' }).click();
  await page.getByRole('textbox', { name: 'Longer than' }).fill('100ms');
  await page.keyboard.press('Tab');
  expect((await annotationEditPage.runQuery()).ok()).toBe(true);
});
