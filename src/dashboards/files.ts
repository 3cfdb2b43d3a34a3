import type { Dashboard, DataSourceChoice } from './dashboard.ts';
import { buildDependencies } from './dependencies.ts';
import { buildServiceOverview } from './service-overview.ts';
import { buildTenantsAndIngest } from './tenants-and-ingest.ts';
import { buildTraces } from './traces.ts';

/**
 * Every dashboard that is shipped, by its file: those in the plugin, which Grafana imports into the data source that
 * somebody stands at, and those that are provisioned, which take the first one there is.
 */
export function dashboardFiles(): Readonly<Record<string, Dashboard>> {
  return Object.fromEntries(
    Object.entries(BUILDERS).flatMap(([name, build]) => [
      [`src/dashboards/${name}.json`, build({ dataSource: 'imported' })],
      [`provisioning/dashboards/${name}.json`, build({ dataSource: 'first', uid: `spanhouse-${name}` })],
    ]),
  );
}

type Build = (placement: { readonly uid?: string; readonly dataSource: DataSourceChoice }) => Dashboard;

const BUILDERS: Readonly<Record<string, Build>> = {
  'service-overview': buildServiceOverview,
  traces: buildTraces,
  dependencies: buildDependencies,
  'tenants-and-ingest': buildTenantsAndIngest,
};
