import type { Upstream } from './upstream.ts';

/** What a server says of itself. */
export interface About {
  /** Empty where it does not say. */
  readonly version: string;
  readonly features: readonly string[];
}

const NO_PARAMS = new URLSearchParams();

/** Of a Jaeger nothing is known: it has none of what only Spanhouse has. */
export async function askAbout(upstream: Upstream, signal: AbortSignal): Promise<About> {
  if ((await upstream.serverKind(signal)) !== 'spanhouse') return { version: '', features: [] };
  const about = (await upstream.getJson('/api/v1/about', NO_PARAMS, signal)) as Partial<About>;
  return { version: about.version ?? '', features: about.features ?? [] };
}
