import type { Page } from 'playwright-core';
import type { KeptSettings } from './grafana-front.ts';

/** A data source that nobody has set up yet. */
export const NEW_SETTINGS: KeptSettings = {
  id: 1,
  uid: 'spanhouse',
  orgId: 1,
  name: 'Spanhouse',
  type: 'spanhouse-traces-datasource',
  access: 'proxy',
  url: 'http://localhost:16686',
  basicAuth: false,
  basicAuthUser: '',
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
};

/** Opens a list and takes what is offered. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const box = page.getByRole('combobox', { name: new RegExp(`^${label}`) });
  await box.click();
  await page.getByRole('option', { name: option }).first().click();
  await box.blur();
}
