/* eslint-disable @typescript-eslint/unbound-method -- what the specs stand on */
import { type DataSourceSettings, test as base } from '@grafana/plugin-e2e';

export { expect } from '@grafana/plugin-e2e';

/** Services of the demo's shop. */
export const SERVICES = ['cart', 'catalog', 'checkout'] as const;

/** Where the tests' own data sources connect to, as Grafana reaches it. */
export const SPANHOUSE_URL = process.env['SPANHOUSE_URL'] ?? 'http://spanhouse:16686';

interface Fixtures {
  /** The one that provisioning/datasources/spanhouse.yaml makes. */
  readonly dataSource: DataSourceSettings;
  /** By the name of its file in provisioning/dashboards. */
  readonly dashboardUid: (name: string) => Promise<string>;
  /** What axe finds on the page. */
  readonly violations: () => Promise<readonly string[]>;
}

export const test = base.extend<Fixtures>({
  dataSource: async ({ readProvisionedDataSource }, use) => {
    await use(await readProvisionedDataSource({ fileName: 'spanhouse.yaml' }));
  },
  dashboardUid: async ({ readProvisionedDashboard }, use) => {
    await use(async (name) => (await readProvisionedDashboard({ fileName: `${name}.json` })).uid);
  },
  violations: async ({ scanForA11yViolations }, use) => {
    await use(async () => {
      const found = await scanForA11yViolations({ options: { resultTypes: ['violations'] } });
      return found.violations.map(({ id, help }) => `${id}: ${help}`);
    });
  },
});
