import { describeServer } from './about.ts';
import { downloadServiceOverview } from './dashboards.ts';
import { listAttributeKeys, listAttributeValues, listOperations, listServices, listSpaces } from './names.ts';
import type { Resource } from './resource.ts';

/** What the plugin's own pages ask for, by path. Names that people chose are parameters: a path would lose their slashes. */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  about: describeServer,
  services: listServices,
  operations: listOperations,
  'attributes/keys': listAttributeKeys,
  'attributes/values': listAttributeValues,
  spaces: listSpaces,
  'dashboards/service-overview': downloadServiceOverview,
};
