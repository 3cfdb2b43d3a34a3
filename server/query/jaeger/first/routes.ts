import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Fault } from '../../../errors/fault.ts';
import { handleFaults } from '../../../platform/http-faults.ts';
import type { Span, SpanKind, TraceId } from '../../../span/span.ts';
import { type AdjustedSpan, adjustList, adjustTrace, rawTrace } from '../adjust/adjust-trace.ts';
import { GoQuery, unescapeQuery } from '../go-query.ts';
import type { JaegerOptions } from '../options.ts';
import { PREFIXES, callOf, spaceOf } from '../../request.ts';
import { respondNotFound } from '../respond-error.ts';
import { holdSpans } from '../held-spans.ts';
import { begun } from '../../begun.ts';
import { type SpanChunks, type Trace, TraceSource } from '../../trace-source.ts';
import { DependencyPaths } from './deep-dependencies.ts';
import { presentEnvelope } from './envelope.ts';
import { findTraces } from './find-traces.ts';
import { goJson } from './go-value.ts';
import {
  type SearchParams,
  parseDependencyParams,
  parseOperationsParams,
  parseQualityParams,
  parseSearchParams,
  parseTraceParams,
} from './params.ts';
import { presentTraces } from './present-traces.ts';
import { QualityMetrics } from './quality-metrics.ts';
import { respondFault, respondJson, respondPieces } from './respond.ts';
import { sampleTraces } from './sample-traces.ts';
import { type TransformOptions, createTransform } from './transform-route.ts';

const NOT_FOUND = 'trace not found';

export type FirstOptions = JaegerOptions & TransformOptions;

/** One request and what it asks of us. */
type Handle = (request: Request, response: Response) => void | Promise<void>;

/** The first generation of Jaeger's HTTP API, but for its dependencies and metrics. */
export function createFirstRoutes(options: FirstOptions): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const get = (path: string, handle: Handle): void => {
    route(router, ['GET', 'HEAD'], path, handle);
  };
  const post = (path: string, handle: Handle): void => {
    route(router, ['POST'], path, handle);
  };
  get('/api/services', (...exchange) => listServices(options, ...exchange));
  get('/api/services/:service/operations', (...exchange) => listNames(options, ...exchange));
  get('/api/operations', (...exchange) => listOperations(options, ...exchange));
  get('/api/traces', (...exchange) => searchTraces(options, ...exchange));
  get('/api/traces/:traceId', (...exchange) => showTrace(options, ...exchange));
  post('/api/archive/:traceId', (...exchange) => archiveTrace(options, ...exchange));
  post('/api/transform', createTransform(options));
  get('/api/quality-metrics', (...exchange) => showQuality(options, ...exchange));
  get('/api/deep-dependencies', (...exchange) => showPaths(options, ...exchange));
  get('/analytics/v1/dependencies', (...exchange) => showPaths(options, ...exchange));
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      respondFault(fault, response);
    }),
  );
  return router;
}

/** Another method is as if the path were unknown. */
function route(router: Router, methods: readonly string[], path: string, handle: Handle): void {
  const handler: RequestHandler = (request, response) => {
    // Jaeger sends it always: empty where it does not trace itself.
    response.setHeader('traceresponse', '');
    if (methods.includes(request.method)) return handle(request, response);
    respondNotFound(response);
    return undefined;
  };
  router.all(
    PREFIXES.map((prefix) => prefix + path),
    handler,
  );
}

async function listServices(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const { items } = await options.store.services(spaceOf(request, options), callOf(response, options));
  respondJson(request, response, presentEnvelope(goJson(items), { total: items.length }));
}

/** Names alone, over all kinds; null where there are none. */
async function listNames(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const service = unescapeQuery(request.params['service'] as string) ?? '';
  const space = spaceOf(request, options);
  const { items } = await options.store.operations(space, { service }, callOf(response, options));
  const names = [...new Set(items.map(({ name }) => name))];
  const data = names.length === 0 ? 'null' : goJson(names);
  respondJson(request, response, presentEnvelope(data, { total: names.length }));
}

async function listOperations(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const { service, kind } = parseOperationsParams(new GoQuery(request.url));
  const space = spaceOf(request, options);
  const { items } = await options.store.operations(space, { service }, callOf(response, options));
  const operations = items
    .filter((operation) => kind === '' || kind === operation.kind)
    .map((operation) => ({ name: operation.name, spanKind: presentKind(operation.kind) }));
  respondJson(request, response, presentEnvelope(goJson(operations), { total: operations.length }));
}

async function searchTraces(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseSearchParams(new GoQuery(request.url), options.nowMs());
  const asked = params.traceIds.length > 0 ? getTraces : searchPage;
  const pieces = await asked(options, request, response, params);
  await respondPieces(request, response, pieces, options.logger);
}

async function searchPage(
  options: JaegerOptions,
  request: Request,
  response: Response,
  params: SearchParams,
): Promise<AsyncIterable<string>> {
  const space = spaceOf(request, options);
  const call = callOf(response, options);
  const { traceIds, cursor, ranked, total } = await findTraces(options, space, params, call);
  const beyond = params.sort ?? params.cursor ?? params.total;
  return presentTraces(
    new TraceSource(options.store).traces(space, traceIds, call),
    adjuster(options, params),
    () => ({
      ...(total === undefined ? {} : { total }),
      ...(beyond === undefined ? {} : { cursor: cursor ?? null }),
      ...(ranked === undefined ? {} : { ranked }),
    }),
  );
}

/** The traces that are there, in the order of their ids; each of the others is told of as an error. */
function getTraces(
  options: JaegerOptions,
  request: Request,
  response: Response,
  params: SearchParams,
): AsyncIterable<string> {
  const missing = new Set(params.traceIds);
  const space = spaceOf(request, options);
  const traces = new TraceSource(options.store).traces(space, params.traceIds, callOf(response, options));
  return presentTraces(crossingOff(missing, traces), adjuster(options, params), () =>
    missing.size === 0 ? {} : { errors: [...missing].map((traceId) => ({ msg: NOT_FOUND, traceId })) },
  );
}

async function* crossingOff(missing: Set<TraceId>, traces: AsyncIterable<Trace>): AsyncGenerator<Trace> {
  for await (const trace of traces) {
    missing.delete(trace.traceId);
    yield trace;
  }
}

async function showTrace(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseTraceParams(request.params['traceId'] as string, new GoQuery(request.url));
  const space = spaceOf(request, options);
  const source = new TraceSource(options.store);
  const chunks = source.trace(space, params.traceId, callOf(response, options));
  const pieces = await (params.raw ? presentRaw(chunks) : presentAdjusted(chunks, options));
  if (pieces === undefined) throw notFound(params.traceId);
  await respondPieces(request, response, pieces, options.logger);
}

/** As the spans come; undefined if there are none. */
async function presentRaw(chunks: SpanChunks): Promise<AsyncIterable<string> | undefined> {
  const spans = await begun(chunks);
  return spans === undefined ? undefined : presentTraces([{ spans }], rawChunks);
}

async function* rawChunks(chunks: SpanChunks): AsyncGenerator<Iterable<AdjustedSpan>> {
  for await (const spans of chunks) yield rawTrace(spans);
}

/** When all spans are there: each may bear on the others. */
async function presentAdjusted(
  chunks: SpanChunks,
  options: JaegerOptions,
): Promise<AsyncIterable<string> | undefined> {
  const spans = await holdSpans(chunks);
  if (spans.outlines.length === 0) return undefined;
  return presentTraces([{ spans }], (list) => adjustList(list, options));
}

async function archiveTrace(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const { traceId } = parseTraceParams(request.params['traceId'] as string, new GoQuery(request.url));
  const space = spaceOf(request, options);
  const known = await new TraceSource(options.store).archive(space, traceId, callOf(response, options));
  if (!known) throw notFound(traceId);
  respondJson(request, response, presentEnvelope('[]', { errors: [] }));
}

async function showQuality(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseQualityParams(new GoQuery(request.url), options.nowMs());
  const metrics = new QualityMetrics(params.service);
  const traces = sampleTraces(options, spaceOf(request, options), params, callOf(response, options));
  for await (const trace of traces) metrics.add(trace);
  respondJson(request, response, goJson(metrics.present()));
}

async function showPaths(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseDependencyParams(new GoQuery(request.url), options.nowMs());
  const paths = new DependencyPaths(params);
  const traces = sampleTraces(options, spaceOf(request, options), params, callOf(response, options));
  for await (const trace of traces) paths.add(trace);
  respondJson(request, response, goJson(paths.present()));
}

function adjuster(
  { maxSkewAdjustMs }: JaegerOptions,
  { raw }: { readonly raw: boolean },
): (spans: readonly Span[]) => readonly AdjustedSpan[] {
  return raw ? rawTrace : (spans) => adjustTrace(spans, { maxSkewAdjustMs });
}

/** A span without a kind has none, and not one that is called so. */
function presentKind(kind: SpanKind): string {
  return kind === 'unspecified' ? '' : kind;
}

function notFound(traceId: TraceId): Fault {
  return new Fault('not-found', NOT_FOUND, { field: 'traceID', value: traceId });
}
