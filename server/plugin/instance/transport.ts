import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { InstanceSettings } from './instance-settings.ts';
import { UpstreamError, type UpstreamResponse } from './upstream.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

/** The connections of one data source. */
export interface Transport {
  /** Resolves with the head of the answer. */
  send(request: TransportRequest): Promise<UpstreamResponse>;
  /** Idle connections are closed; those in use when they are done. */
  close(): void;
}

const MAX_REDIRECTS = 3;
/** Of an answer. Others would be passed on by the proxy, and make the host fail. */
const MIN_STATUS = 200;
const MAX_STATUS = 599;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function openTransport({ url, tls, pool, timeoutMs }: InstanceSettings): Transport {
  const common = {
    keepAlive: true,
    keepAliveMsecs: pool.keepAliveMs,
    maxSockets: pool.maxSockets === 0 ? Infinity : pool.maxSockets,
    maxFreeSockets: Math.max(1, pool.maxIdleSockets),
    timeout: pool.idleTimeoutMs,
  };
  const agent =
    url.protocol === 'http:'
      ? new Agent(common)
      : new HttpsAgent({
          ...common,
          rejectUnauthorized: !tls.skipVerify,
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          ...(tls.cert === undefined ? {} : { cert: tls.cert }),
          ...(tls.key === undefined ? {} : { key: tls.key }),
          ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
        });
  return {
    send: (request) => follow(agent, request, timeoutMs, MAX_REDIRECTS),
    close: () => {
      closeIdle(agent);
    },
  };
}

/** Sockets that come free later are closed too: nothing is kept for a pool that nobody asks any more. */
function closeIdle(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Only to the same host: another one must not get the credentials, nor be reached by a server's word. */
async function follow(
  agent: Agent,
  request: TransportRequest,
  timeoutMs: number,
  left: number,
): Promise<UpstreamResponse> {
  const message = await exchange(agent, request, timeoutMs);
  const status = message.statusCode ?? 0;
  const { location } = message.headers;
  if (status >= MIN_STATUS && status <= MAX_STATUS && (!REDIRECTS.has(status) || location === undefined)) {
    return presentResponse(message, request);
  }
  message.destroy();
  if (location === undefined || !REDIRECTS.has(status)) {
    throw new UpstreamError('not-jaeger', `${shownUrl(request.url)} answers with the status ${status}, which HTTP does not have`); // prettier-ignore
  }
  const target = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
  const where = `${shownUrl(request.url)} redirects to ${target?.origin ?? 'nowhere'}`;
  if (target?.origin !== request.url.origin) {
    throw new UpstreamError('not-jaeger', `${where}, another host, which is not followed; set the data source's URL to where the server answers`, { status }); // prettier-ignore
  }
  if (left === 0 || request.method === 'POST') {
    throw new UpstreamError('not-jaeger', `${where} again and again`, { status });
  }
  return follow(agent, { ...request, url: target }, timeoutMs, left - 1);
}

/** A connection that was kept may have been closed by a server that restarted meanwhile: then a new one is tried. */
async function exchange(
  agent: Agent,
  request: TransportRequest,
  timeoutMs: number,
): Promise<IncomingMessage> {
  for (;;) {
    const { sent, answer } = begin(agent, request, timeoutMs);
    try {
      return await answer;
    } catch (cause) {
      const isStale = sent.reusedSocket && codeOf(cause) === 'ECONNRESET' && !request.signal.aborted;
      if (!isStale) throw translate(cause, request.url, request.signal);
    }
  }
}

function begin(
  agent: Agent,
  { method, url, headers, body, signal }: TransportRequest,
  timeoutMs: number,
): { readonly sent: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const sent = create(agent, { method, url, headers, signal });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    let message: IncomingMessage | undefined;
    // Once there is an answer, it is its reader who is told.
    const stop = (reason: Error): void => {
      (message ?? sent).destroy(reason);
    };
    const abort = (): void => {
      stop(signal.reason as Error);
    };
    // Heads of answers that are only on their way are no silence.
    const waiting = setTimeout(() => {
      stop(timedOut(url, timeoutMs));
    }, timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    sent.once('close', () => {
      clearTimeout(waiting);
      signal.removeEventListener('abort', abort);
      // Without an answer and without an error it ends when the server turns to another protocol.
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
    sent.once('upgrade', (_head, socket) => {
      socket.destroy();
      reject(new UpstreamError('not-jaeger', `${shownUrl(url)} wants to speak another protocol than HTTP`));
    });
    // Silence, before the head and between two pieces of the body alike.
    sent.setTimeout(timeoutMs, () => {
      stop(timedOut(url, timeoutMs));
    });
    sent.on('error', reject);
    sent.once('response', (answered) => {
      clearTimeout(waiting);
      message = answered;
      resolve(answered);
    });
    if (signal.aborted) abort();
    else sent.end(body);
  });
  return { sent, answer };
}

function create(
  agent: Agent,
  { method, url, headers, signal }: Omit<TransportRequest, 'body'>,
): ClientRequest {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  try {
    return send(url, { method, headers: { ...ACCEPT, ...headers }, agent });
  } catch (cause) {
    // TLS settings that nobody can use are found out this late.
    throw translate(cause, url, signal);
  }
}

const ACCEPT = { 'accept-encoding': 'gzip, deflate, br', accept: 'application/json' };

function presentResponse(message: IncomingMessage, request: TransportRequest): UpstreamResponse {
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: readBody(message, request),
  };
}

async function* readBody(
  message: IncomingMessage,
  { url, signal }: TransportRequest,
): AsyncGenerator<Buffer> {
  const body = unpack(message);
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (cause) {
    const translated = translate(cause, url, signal);
    throw translated.kind === 'unreachable' ? brokenOff(url, cause) : translated;
  } finally {
    body.destroy();
    message.destroy();
  }
}

function unpack(message: IncomingMessage): Readable {
  const createUnpacker = UNPACKERS.get(message.headers['content-encoding']?.toLowerCase() ?? '');
  // The reader of the unpacked bytes is told what goes wrong in either.
  return createUnpacker === undefined ? message : pipeline(message, createUnpacker(), () => undefined);
}

/** By what a server says, so nothing but these may be found. */
const UNPACKERS: ReadonlyMap<string, () => ReturnType<typeof createGunzip>> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

export function timedOut(url: URL, timeoutMs: number): UpstreamError {
  return new UpstreamError(
    'timeout',
    `${url.origin} did not answer within ${timeoutMs / 1_000} s; ask for less, or raise the data source's timeout`,
  );
}

/** By code: the words of the platform say nothing to whoever looks at a panel. */
function translate(cause: unknown, url: URL, signal: AbortSignal): UpstreamError {
  if (cause instanceof UpstreamError) return cause;
  if (signal.aborted) {
    return signal.reason instanceof UpstreamError
      ? signal.reason
      : new UpstreamError('cancelled', 'the request was cancelled', { cause });
  }
  const code = codeOf(cause);
  const reason = REASONS[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
  return new UpstreamError('unreachable', `cannot reach ${url.origin}: ${reason}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused; is the server running, and is the port right?',
  ECONNRESET: 'the connection was closed before there was an answer',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'nobody answers there',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
  EPROTO: 'what answers there does not speak TLS; is "https" right?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what answers there does not speak TLS; is "https" right?',
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the server's certificate is self-signed; give its CA in the data source's TLS settings",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the CA of the server's certificate is not known; give it in the data source's TLS settings",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the CA of the server's certificate is not known; give it in the data source's TLS settings",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the CA of the server's certificate is not known; give it in the data source's TLS settings",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another name; give that in the data source's TLS settings as server name",
};

/** Whatever goes wrong once the answer has begun. */
function brokenOff(url: URL, cause: unknown): UpstreamError {
  const code = codeOf(cause);
  return new UpstreamError('failed', `${url.origin} broke off its answer${code === '' ? '' : ` (${code})`}`, {
    cause,
  });
}

/** Of several addresses that were tried, the first one's. */
function codeOf(cause: unknown): string {
  const { code, errors } = cause as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}

/** Without the query, which may hold what is private. */
export function shownUrl(url: URL): string {
  return url.origin + url.pathname;
}
