import type { InstanceSettings } from './instance-settings.ts';
import { refusalOf } from './refusal.ts';
import type { ServerKindMemory } from './server-kind.ts';
import { shownUrl, timedOut, type Transport } from './transport.ts';
import { type Upstream, UpstreamError, type UpstreamResponse } from './upstream.ts';

export interface UpstreamOptions {
  readonly settings: InstanceSettings;
  readonly transport: Transport;
  /** What the call adds to the data source's own headers; those come over it. */
  readonly callHeaders: Readonly<Record<string, string>>;
  readonly memory: ServerKindMemory;
  /** Told of every request how it ended: `ok`, or the error's kind. */
  readonly observe: (outcome: string) => void;
}

/** Of one answer that is read as a whole. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Enough of a refusal to find its sentence in. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export function createUpstream(options: UpstreamOptions): Upstream {
  const { settings, memory } = options;

  const send: Upstream['request'] = (method, path, params, signal) =>
    observed(options, () => exchange(options, { method, path, params, signal }));

  /** From the first byte that is sent to the last one that is read. */
  const readJson = (request: Exchange): Promise<unknown> =>
    observed(options, () =>
      within(settings, request.signal, async (signal) => {
        const response = await exchange(options, { ...request, signal });
        const url = shownUrl(urlOf(settings, request.path, NO_PARAMS));
        if (response.status >= 400)
          throw refusalOf(response.status, url, await readRefusal(response), settings.secrets);
        return parseJson(await readAll(response, url), response, url);
      }),
    );

  const upstream: Upstream = {
    serverKind: (signal) => memory.ask(upstream, signal),
    getJson: (path, params, signal) => readJson({ method: 'GET', path, params, signal }),
    postJson: (path, body, signal) =>
      readJson({ method: 'POST', path, params: NO_PARAMS, signal, body: Buffer.from(JSON.stringify(body)) }),
    request: send,
  };
  return upstream;
}

const NO_PARAMS = new URLSearchParams();

interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly path: string;
  readonly params: URLSearchParams;
  readonly signal: AbortSignal;
  readonly body?: Buffer;
}

function exchange(
  { settings, transport, callHeaders }: UpstreamOptions,
  { method, path, params, signal, body }: Exchange,
): Promise<UpstreamResponse> {
  const content =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) };
  return transport.send({
    method,
    url: urlOf(settings, path, params),
    headers: { ...callHeaders, ...settings.headers, ...content },
    ...(body === undefined ? {} : { body }),
    signal,
  });
}

/** The path of the data source's URL is kept: servers may stand behind one. */
function urlOf({ url: base }: InstanceSettings, path: string, params: URLSearchParams): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/$/, '') + path;
  url.search = params.toString();
  return url;
}

/** A server that went away may come back as another one, so what it was is forgotten. */
async function observed<T>({ memory, observe }: UpstreamOptions, run: () => Promise<T>): Promise<T> {
  try {
    const result = await run();
    observe('ok');
    return result;
  } catch (thrown) {
    const kind = thrown instanceof UpstreamError ? thrown.kind : 'failed';
    observe(kind);
    if (kind === 'unreachable' || kind === 'not-jaeger') memory.forget();
    throw thrown;
  }
}

async function within<T>(
  { url, timeoutMs }: InstanceSettings,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const abort = (): void => {
    inner.abort(outer.reason);
  };
  const timer = setTimeout(() => {
    inner.abort(timedOut(url, timeoutMs));
  }, timeoutMs);
  outer.addEventListener('abort', abort, { once: true });
  if (outer.aborted) abort();
  try {
    return await run(inner.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}

async function readAll({ body }: UpstreamResponse, url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      const limit = `${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
      throw new UpstreamError('too-large', `the answer of ${url} is larger than ${limit}; ask for less`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readRefusal({ body }: UpstreamResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_REFUSAL_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(bytes: Buffer, { headers, status }: UpstreamResponse, url: string): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (cause) {
    const type = headers['content-type'];
    const what = typeof type === 'string' ? `with ${type.split(';')[0]!}` : 'with something';
    throw new UpstreamError('not-jaeger', `${url} answers ${what} that is not JSON; is the data source's URL that of a Spanhouse or Jaeger server?`, { status, cause }); // prettier-ignore
  }
}
