import { quoteName, quoteText } from './literal.ts';

/** Where the tables stand: on one engine, or on every server of a cluster. */
export type Deployment = { readonly kind: 'single' } | { readonly kind: 'cluster'; readonly cluster: string };

export const SINGLE: Deployment = { kind: 'single' };

/** A table that holds rows. In a cluster it is one shard's; reads and inserts go to the distributed one of the plain name. */
export function storedTable(table: string, deployment: Deployment): string {
  return deployment.kind === 'single' ? table : `${table}_local`;
}

/** For statements that every server of a cluster has to run. */
export function onCluster(deployment: Deployment): string {
  return deployment.kind === 'single' ? '' : ` ON CLUSTER ${quoteName(deployment.cluster)}`;
}

/** The engine of a stored table. Replicas find each other by the table's name; `{shard}` and `{replica}` are the server's. */
export function tableEngine(
  family: string,
  args: readonly string[],
  table: string,
  deployment: Deployment,
): string {
  if (deployment.kind === 'single') return `${family}(${args.join(', ')})`;
  const path = quoteText(`/clickhouse/tables/{database}/${table}/{shard}`);
  return `Replicated${family}(${[path, quoteText('{replica}'), ...args].join(', ')})`;
}
