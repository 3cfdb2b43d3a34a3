import { Counter, Histogram, Registry } from 'prom-client';

/** What the process counts. Labels hold only what we name ourselves: never a tenant, a data source or a service. */
export interface PluginMetrics {
  readonly queries: Counter<'type' | 'outcome'>;
  readonly querySeconds: Histogram<'type'>;
  /** `outcome` is `ok` or the kind of an UpstreamError. */
  readonly upstreamRequests: Counter<'outcome'>;
  readonly resources: Counter<'code'>;
  /** The text that Prometheus reads. */
  scrape(): Promise<string>;
}

const PREFIX = 'spanhouse_plugin_';
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createPluginMetrics(): PluginMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    queries: new Counter({
      name: `${PREFIX}queries_total`,
      help: 'Queries answered, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    querySeconds: new Histogram({
      name: `${PREFIX}query_seconds`,
      help: 'Time of one query, by type',
      labelNames: ['type'],
      buckets: SECONDS,
      registers,
    }),
    upstreamRequests: new Counter({
      name: `${PREFIX}upstream_requests_total`,
      help: 'Requests to the servers behind the data sources, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    resources: new Counter({
      name: `${PREFIX}resources_total`,
      help: 'Resources answered, by the status of HTTP',
      labelNames: ['code'],
      registers,
    }),
    scrape: () => registry.metrics(),
  };
}
