/** What a server answers to: its own API, Jaeger's first (`/api/traces`) or second generation (`/api/v3`). */
export type ServerKind = 'spanhouse' | 'jaeger-first' | 'jaeger-second';

/** Headers of an answer, by lower-case name. */
export type HeaderLines = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  /** Unpacked. Whoever stops reading lets go of the connection. */
  readonly body: AsyncIterable<Buffer>;
}

/**
 * The server behind a data source, for one call of Grafana: with the data source's credentials and space, and with what
 * of the caller's identity it forwards. Paths begin with a slash and are put behind the path of the data source's URL.
 * Everything throws UpstreamError alone.
 */
export interface Upstream {
  /** Asked once per instance, remembered, asked again after a failure. */
  serverKind(signal: AbortSignal): Promise<ServerKind>;
  getJson(path: string, params: URLSearchParams, signal: AbortSignal): Promise<unknown>;
  postJson(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** The raw answer, whatever its status, for the proxy; it may be of any size. */
  request(
    method: 'GET' | 'HEAD' | 'POST',
    path: string,
    params: URLSearchParams,
    signal: AbortSignal,
  ): Promise<UpstreamResponse>;
}

export type UpstreamErrorKind =
  | 'unreachable'
  | 'timeout'
  /** 401 and 403. */
  | 'unauthorized'
  /** Any other status from 400 to 499: the message has the server's own words. */
  | 'refused'
  /** 500 and above, and answers that break off. */
  | 'failed'
  | 'not-jaeger'
  | 'too-large'
  /** Who asked went away. */
  | 'cancelled';

/** Why the server behind the data source gave nothing. Its message is a sentence that may be shown to anybody. */
export class UpstreamError extends Error {
  readonly kind: UpstreamErrorKind;
  /** Of HTTP, where there was an answer. */
  readonly status: number | undefined;

  constructor(kind: UpstreamErrorKind, message: string, detail: { status?: number; cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'UpstreamError';
    this.kind = kind;
    this.status = detail.status;
  }
}
