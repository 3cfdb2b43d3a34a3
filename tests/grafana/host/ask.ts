import { Metadata } from '@grpc/grpc-js';
import { contextOf, type SavedDataSource } from './data-source.ts';
import type { PluginHost } from './plugin-host.ts';
import { readFrame, type ReadFrame } from './read-frame.ts';

export interface Health {
  readonly ok: boolean;
  readonly message: string;
  readonly details: { readonly message: string; readonly verboseMessage: string };
}

export interface ResourceAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Messages in which it came. */
  readonly pieces: number;
}

export interface QueryAnswer {
  readonly frames: readonly ReadFrame[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly signal?: AbortSignal;
  readonly traceparent?: string;
}

/** Save & test. */
export async function checkHealth(
  host: PluginHost,
  source: SavedDataSource,
  { headers = {}, signal }: AskOptions = {},
): Promise<Health> {
  const { status, message, jsonDetails } = await host.call<HealthMessage>(
    'pluginv2.Diagnostics',
    'CheckHealth',
    { pluginContext: contextOf(source), headers },
    signal === undefined ? {} : { signal },
  );
  const details = JSON.parse(jsonDetails.toString()) as Health['details'];
  return { ok: status === 'OK' || status === 1, message, details };
}

interface HealthMessage {
  readonly status: number | string;
  readonly message: string;
  readonly jsonDetails: Buffer;
}

/** A path below the data source's `resources/`, as a browser asks for it: the host decodes it once. */
export async function getResource(
  host: PluginHost,
  source: SavedDataSource,
  url: string,
  { headers = {}, method = 'GET', signal }: AskOptions = {},
): Promise<ResourceAnswer> {
  const call = host.stream<ResourceMessage>('pluginv2.Resource', 'CallResource', {
    pluginContext: contextOf(source),
    path: safelyDecoded(url.split('?')[0]!),
    url,
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { values: [value] }])),
  });
  signal?.addEventListener('abort', () => {
    call.cancel();
  });
  const messages: ResourceMessage[] = [];
  for await (const message of call) messages.push(message);
  const [first] = messages;
  if (first === undefined) throw new Error('the resource gave no answer');
  return {
    code: first.code,
    headers: Object.fromEntries(
      Object.entries(first.headers).map(([name, { values }]) => [name.toLowerCase(), values.join(', ')]),
    ),
    text: Buffer.concat(messages.map(({ body }) => body)).toString(),
    pieces: messages.length,
  };
}

interface ResourceMessage {
  readonly code: number;
  readonly headers: Readonly<Record<string, { readonly values: readonly string[] }>>;
  readonly body: Buffer;
}

function safelyDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export interface Asked {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly maxDataPoints?: number;
}

/** The queries of a panel, by their refId. */
export async function queryData(
  host: PluginHost,
  source: SavedDataSource,
  queries: Readonly<Record<string, object>>,
  { fromMs = Date.now() - 3_600_000, toMs = Date.now() + 60_000, maxDataPoints = 500 }: Asked = {},
  { headers = {}, signal, traceparent }: AskOptions = {},
): Promise<Readonly<Record<string, QueryAnswer>>> {
  const metadata = new Metadata();
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  const { responses } = await host.call<{ readonly responses: Readonly<Record<string, DataMessage>> }>(
    'pluginv2.Data',
    'QueryData',
    {
      pluginContext: contextOf(source),
      headers,
      queries: Object.entries(queries).map(([refId, query]) => ({
        refId,
        maxDataPoints,
        intervalMS: Math.max(1, Math.round((toMs - fromMs) / maxDataPoints)),
        timeRange: { fromEpochMS: Math.round(fromMs), toEpochMS: Math.round(toMs) },
        json: Buffer.from(JSON.stringify({ refId, ...query })),
      })),
    },
    { metadata, ...(signal === undefined ? {} : { signal }) },
  );
  return Object.fromEntries(
    Object.entries(responses).map(([refId, { frames, error, status, errorSource }]) => [
      refId,
      { frames: frames.map(readFrame), error, status, errorSource },
    ]),
  );
}

interface DataMessage {
  readonly frames: readonly Buffer[];
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
}
