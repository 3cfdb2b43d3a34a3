import { type ServerKind, type Upstream, UpstreamError } from './upstream.ts';

/** What an instance knows of its server. */
export interface ServerKindMemory {
  ask(upstream: Pick<Upstream, 'getJson'>, signal: AbortSignal): Promise<ServerKind>;
  forget(): void;
}

/** Calls that come together may each ask, with their own credentials and their own end: one question is small. */
export function createServerKindMemory(): ServerKindMemory {
  let known: ServerKind | undefined;
  return {
    async ask(upstream, signal) {
      return (known ??= await detectServerKind(upstream, signal));
    },
    forget() {
      known = undefined;
    },
  };
}

const NO_PARAMS = new URLSearchParams();

/** From what knows us best to what everybody has. Throws UpstreamError: `not-jaeger` when nothing fits. */
export async function detectServerKind(
  { getJson }: Pick<Upstream, 'getJson'>,
  signal: AbortSignal,
): Promise<ServerKind> {
  const about = await ifServed(() => getJson('/api/v1/about', NO_PARAMS, signal));
  if (fieldOf(about, 'name') === 'spanhouse') return 'spanhouse';
  const first = await ifServed(() => getJson('/api/services', NO_PARAMS, signal));
  const second = await ifServed(() => getJson('/api/v3/services', NO_PARAMS, signal));
  if (Array.isArray(fieldOf(second, 'services'))) return 'jaeger-second';
  if (first !== undefined && isList(fieldOf(first, 'data'))) return 'jaeger-first';
  throw new UpstreamError(
    'not-jaeger',
    "what answers at the data source's URL is neither a Spanhouse nor a Jaeger server; is it the URL of the query API, with its base path?",
  );
}

/** A path that a server does not know is answered by some with a page, by some with 404 or 405, by some with 400. */
async function ifServed(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof UpstreamError && (thrown.kind === 'refused' || thrown.kind === 'not-jaeger')) {
      return undefined;
    }
    throw thrown;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Jaeger's empty list is null. */
function isList(value: unknown): boolean {
  return value === null || Array.isArray(value);
}
