import { askAbout } from '../instance/about.ts';
import type { ResourceRequest } from './resource.ts';

/** `{kind, version, features}`: by these an editor knows what to offer. */
export async function describeServer({ upstream, signal }: ResourceRequest): Promise<unknown> {
  const kind = await upstream.serverKind(signal);
  return { kind, ...(await askAbout(upstream, signal)) };
}
