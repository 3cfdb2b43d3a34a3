import { buildServiceOverview } from '../../../src/dashboards/service-overview.ts';
import type { ResourceRequest } from './resource.ts';

/** The dashboard that the plugin's pages build, as JSON to provision: for any number of `service`, under a `title`. */
export function downloadServiceOverview({ params, instance }: ResourceRequest): Promise<unknown> {
  const { uid, name } = instance.settings;
  const title = params.get('title')?.trim() ?? '';
  const services = params.getAll('service').filter((service) => service !== '');
  return Promise.resolve(
    buildServiceOverview({ dataSource: { uid, name }, services, ...(title === '' ? {} : { title }) }),
  );
}
