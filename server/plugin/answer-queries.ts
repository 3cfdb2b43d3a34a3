import { type KeptQuery, QUERY_TYPES } from '../../src/contract/query.ts';
import { Fault } from '../errors/fault.ts';
import type { Frame } from './frames/frame.ts';
import type { Instances } from './instance/instances.ts';
import type { PluginLog } from './log.ts';
import type { PluginMetrics } from './plugin-metrics.ts';
import { presentFailure } from './present-failure.ts';
import {
  type DataQuery,
  type DataResponse,
  FORMAT,
  type QueryChunkedDataResponse,
  type QueryDataRequest,
  type QueryDataResponse,
} from './protocol/messages.ts';
import type { PluginCall, Send } from './protocol/plugin-handlers.ts';
import type { AskedQuery } from './queries/query-handler.ts';
import type { LoadQueryEngine, QueryEngine } from './query-engine.ts';

export interface AnswerOptions {
  readonly instances: Instances;
  readonly loadEngine: LoadQueryEngine;
  readonly metrics: PluginMetrics;
  readonly log: PluginLog;
}

/** One answer for each query, whatever becomes of its neighbours. */
export async function answerQueries(
  options: AnswerOptions,
  request: QueryDataRequest,
  call: PluginCall,
): Promise<QueryDataResponse> {
  const answers = request.queries.map(
    async (query) => [query.refId, await answerQuery(options, request, query, call)] as const,
  );
  return { responses: Object.fromEntries(await Promise.all(answers)) };
}

/** The same frame by frame, each as soon as its query is answered. */
export async function answerQueriesInPieces(
  options: AnswerOptions,
  request: QueryDataRequest,
  call: PluginCall,
  send: Send<QueryChunkedDataResponse>,
): Promise<void> {
  const answers = request.queries.map(async (query) => {
    const {
      frames,
      status,
      format,
      error = '',
      errorSource = '',
    } = await answerQuery(options, request, query, call);
    const common = { refId: query.refId, status, format, error, errorSource };
    if (frames.length === 0) await send({ ...common, frameId: '', frame: Buffer.alloc(0) });
    for (const [at, frame] of frames.entries()) await send({ ...common, frameId: String(at), frame });
  });
  await Promise.all(answers);
}

/** Never throws: a query that fails, by a mistake of ours too, is answered with why. */
async function answerQuery(
  options: AnswerOptions,
  request: QueryDataRequest,
  query: DataQuery,
  call: PluginCall,
): Promise<DataResponse> {
  const { metrics, log } = options;
  const format = request.format === FORMAT.json ? FORMAT.json : FORMAT.arrow;
  const began = performance.now();
  let type = 'other';
  try {
    const asked = askedOf(query);
    type = typeOf(asked.kept);
    const engine = await options.loadEngine();
    const frames = await engine.run(asked, contextOf(options, request, call));
    const encoded = frames.map((frame) => encode(engine, frame, format));
    metrics.queries.inc({ type, outcome: 'ok' });
    return { frames: encoded, status: 200, format };
  } catch (thrown) {
    const { status, message, source, outcome } = presentFailure(thrown);
    metrics.queries.inc({ type, outcome });
    if (source === 'plugin') log.error('a query failed by a mistake of ours', { type, error: thrown });
    else log.debug('a query failed', { type, status, reason: message });
    return { frames: [], status, format, error: message, errorSource: source };
  } finally {
    metrics.querySeconds.observe({ type }, (performance.now() - began) / 1_000);
  }
}

function contextOf(
  { instances }: AnswerOptions,
  { pluginContext, headers }: QueryDataRequest,
  { signal, trace }: PluginCall,
): Parameters<QueryEngine['run']>[1] {
  const instance = instances.of(pluginContext);
  const { uid, name, json } = instance.settings;
  return { upstream: instance.upstreamFor(headers, trace), dataSource: { uid, name, json }, signal };
}

function encode(engine: QueryEngine, frame: Frame, format: number): Buffer {
  const bytes = format === FORMAT.json ? engine.encodeJson(frame) : engine.encodeArrow(frame);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The host puts the type beside the query's own JSON too; there it stands only in what older hosts send. */
function askedOf(query: DataQuery): AskedQuery {
  const kept = parseKept(query.json);
  const { queryType } = query;
  return {
    refId: query.refId,
    kept: kept.queryType === undefined && queryType !== '' ? { ...kept, queryType } : kept,
    fromMs: query.timeRange?.fromEpochMS ?? 0,
    toMs: query.timeRange?.toEpochMS ?? 0,
    intervalMs: query.intervalMS,
    maxDataPoints: query.maxDataPoints,
  };
}

/** Sixteen times what a server takes of a filter; the host itself would bring megabytes. */
const MAX_QUERY_BYTES = 256 * 1024;

export function parseKept(json: Buffer): KeptQuery {
  if (json.length > MAX_QUERY_BYTES) {
    throw new Fault(
      'too-large',
      `the query has ${json.length} bytes, more than the ${MAX_QUERY_BYTES} that one may have; are there too many values in a variable?`,
    );
  }
  try {
    const kept: unknown = json.length === 0 ? {} : JSON.parse(json.toString());
    if (typeof kept === 'object' && kept !== null && !Array.isArray(kept)) return kept;
  } catch {
    // Said below.
  }
  throw new Fault('invalid', 'the query is not a JSON object');
}

/** What people write into a dashboard's JSON by hand is no name of a metric. */
function typeOf({ queryType }: KeptQuery): string {
  return QUERY_TYPES.find((type) => type === queryType) ?? 'other';
}
