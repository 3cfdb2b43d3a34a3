import type { KeptQuery } from '../../../src/contract/query.ts';
import type { DataSourceJson } from '../../../src/contract/settings.ts';
import { encodeJson } from '../frames/encode-json.ts';
import type { Frame } from '../frames/frame.ts';
import { type ServerKind, type Upstream, UpstreamError } from '../instance/upstream.ts';
import type { AskedQuery, QueryContext } from './query-handler.ts';
import { runQuery } from './run-query.ts';

/** One request that was made: `GET /path?…` or `POST /path`, and the body of a POST. */
export interface MadeRequest {
  readonly line: string;
  readonly body?: unknown;
}

export interface CannedUpstream extends Upstream {
  readonly made: readonly MadeRequest[];
}

/** Answers by `GET /path` or `POST /path`, whatever the parameters; where an error stands, it is thrown. */
export function cannedUpstream(kind: ServerKind, answers: Readonly<Record<string, unknown>>): CannedUpstream {
  const made: MadeRequest[] = [];
  const answer = (name: string): Promise<unknown> => {
    if (!Object.hasOwn(answers, name)) throw new Error(`nothing is canned for ${name}`);
    const canned = answers[name];
    return canned instanceof Error ? Promise.reject(canned) : Promise.resolve(canned);
  };
  return {
    made,
    serverKind: () => Promise.resolve(kind),
    getJson: (path, params) => {
      made.push({
        line: `GET ${path}${params.size === 0 ? '' : `?${decodeURIComponent(params.toString())}`}`,
      });
      return answer(`GET ${path}`);
    },
    postJson: (path, body) => {
      // As it goes over the wire.
      made.push({ line: `POST ${path}`, body: JSON.parse(JSON.stringify(body)) as unknown });
      return answer(`POST ${path}`);
    },
    request: () => Promise.reject(new Error('queries do not proxy')),
  };
}

export function refused(status: number, message: string): UpstreamError {
  return new UpstreamError('refused', message, { status });
}

/** A quarter of an hour of which the corpus' traces are a part; points of a minute. */
export const ASKED: Omit<AskedQuery, 'kept'> = {
  refId: 'A',
  fromMs: 1_706_678_400_000,
  toMs: 1_706_679_299_999,
  intervalMs: 60_000,
  maxDataPoints: 15,
};

export function contextOf(upstream: Upstream, json: DataSourceJson = {}): QueryContext {
  const dataSource = { uid: 'uid-1', name: 'Spanhouse', json };
  return { upstream, dataSource, signal: new AbortController().signal };
}

export function ask(
  kept: KeptQuery,
  upstream: Upstream,
  changes: Partial<AskedQuery> & { readonly json?: DataSourceJson } = {},
): Promise<readonly Frame[]> {
  const { json, ...asked } = changes;
  return runQuery({ ...ASKED, kept, ...asked }, contextOf(upstream, json));
}

/** What the browser makes of a frame: for goldens that people read. */
export function readable(frame: Frame): unknown {
  return JSON.parse(Buffer.from(encodeJson(frame)).toString()) as unknown;
}

/** Values by name of column, as the browser has them. */
export function valuesOf(frame: Frame): Readonly<Record<string, unknown>> {
  const { schema, data } = readable(frame) as {
    readonly schema: { readonly fields: readonly { readonly name: string }[] };
    readonly data: { readonly values: readonly unknown[] };
  };
  return Object.fromEntries(schema.fields.map(({ name }, at) => [name, data.values[at]]));
}
