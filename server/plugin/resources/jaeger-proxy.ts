import { Fault } from '../../errors/fault.ts';
import { type HeaderLines, type Upstream, UpstreamError } from '../instance/upstream.ts';
import type { CallResourceResponse } from '../protocol/messages.ts';
import type { Send } from '../protocol/plugin-handlers.ts';

/** What of the server's answer is passed on: the rest is between it and us. */
const PASSED = ['content-type', 'retry-after'];
/** Answers come to the browser from Grafana's own origin, so a page of a server must not. */
const TYPES = /^(?:application\/(?:[\w.-]+\+)?(?:json|x-ndjson)|text\/plain)\b/i;

export interface ProxiedRequest {
  readonly upstream: Upstream;
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly signal: AbortSignal;
}

/**
 * Jaeger's own API, in pieces as they come, whatever their number. The server is asked as the data source: the caller's
 * headers have no say in it. Resolves with the status.
 */
export async function proxyJaeger(
  { upstream, method, path, params, signal }: ProxiedRequest,
  send: Send<CallResourceResponse>,
): Promise<number> {
  if (method !== 'GET') {
    throw new Fault('method-not-allowed', `Jaeger's API is read here, and ${method} is not: only GET`);
  }
  const { status, headers, body } = await upstream.request('GET', path, params, signal);
  const type = headers['content-type'];
  const isPassed = typeof type === 'string' && TYPES.test(type);
  let begun = false;
  for await (const chunk of body) {
    if (!isPassed) throw notJaeger(path, type);
    await send(
      begun
        ? { code: 0, headers: {}, body: chunk }
        : { code: status, headers: passedHeaders(headers), body: chunk },
    );
    begun = true;
  }
  if (!begun) await send({ code: status, headers: passedHeaders(headers), body: Buffer.alloc(0) });
  return status;
}

function passedHeaders(headers: HeaderLines): Record<string, { readonly values: readonly string[] }> {
  return Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, { values: [value] }]] : [];
    }),
  );
}

function notJaeger(path: string, type: HeaderLines[string]): UpstreamError {
  const what = typeof type === 'string' ? type.split(';')[0]! : 'something without a type';
  return new UpstreamError(
    'not-jaeger',
    `the server answers ${path} with ${what}, not with JSON; is the data source's URL that of a Spanhouse or Jaeger server?`,
  );
}
