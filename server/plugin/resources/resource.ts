import type { Instance } from '../instance/instances.ts';
import type { Upstream } from '../instance/upstream.ts';

/** One request of the browser, of whoever has a right to the data source. */
export interface ResourceRequest {
  readonly params: URLSearchParams;
  readonly upstream: Upstream;
  readonly instance: Instance;
  /** Of the user in Grafana: `Viewer`, `Editor` or `Admin`. */
  readonly role: string;
  readonly signal: AbortSignal;
}

/** Answers with what is sent as JSON; throws Fault and UpstreamError. */
export type Resource = (request: ResourceRequest) => Promise<unknown>;
