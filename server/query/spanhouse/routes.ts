import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Fault } from '../../errors/fault.ts';
import type { EdgeLogger } from '../../platform/fault-report.ts';
import { handleFaults } from '../../platform/http-faults.ts';
import type { Space } from '../../space/space.ts';
import type { Span } from '../../span/span.ts';
import type { TraceStore } from '../../store/trace-store.ts';
import { PREFIXES, callOf, spaceOf } from '../request.ts';
import { begun } from '../begun.ts';
import { presentResourceSpans } from '../otlp/present-otlp.ts';
import { TraceSource } from '../trace-source.ts';
import { readJson } from './body.ts';
import { type FoundPage, type FoundRow, findPage, findSpans } from './find-page.ts';
import { findRates } from './find-rates.ts';
import {
  parseDependenciesParams,
  parseKeysParams,
  parseOperationsParams,
  parseTraceId,
  parseValuesParams,
  refuseParams,
} from './params.ts';
import { presentEdge, presentSeries, presentSpan, presentTrace } from './present.ts';
import { type Column, parseRatesQuestion, parseSearchQuestion, parseSpansQuestion } from './questions.ts';
import { respondFault, respondList } from './respond.ts';

export interface SpanhouseOptions {
  readonly store: TraceStore;
  readonly spaceDefaults: Space;
  readonly version: string;
  /** Of one request, until its last byte is asked of the store. */
  readonly timeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly logger: EdgeLogger;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** What a client may count on. A word never changes its meaning. */
const FEATURES = ['search', 'spans', 'rates', 'dependencies', 'attributes', 'spaces'];
const API_VERSION = 1;
/** Items that are written together. */
const ITEMS_A_PART = 100;

type Handler = (options: SpanhouseOptions, request: Request, response: Response) => Promise<void> | void;

const GETS: Readonly<Record<string, Handler>> = {
  '/about': showAbout,
  '/services': listServices,
  '/operations': listOperations,
  '/attributes/keys': listKeys,
  '/attributes/values': listValues,
  '/dependencies': listDependencies,
  '/traces/:traceId': showTrace,
};

const POSTS: Readonly<Record<string, Handler>> = {
  '/search': search,
  '/spans': listSpans,
  '/rates': showRates,
};

/** The API of our own, at `/api/v1`. */
export function createSpanhouseRoutes(options: SpanhouseOptions): Router {
  const router = Router();
  const handling =
    (handler: Handler): RequestHandler =>
    (request, response) =>
      handler(options, request, response);
  for (const prefix of PREFIXES) {
    for (const [path, handler] of Object.entries(GETS)) {
      const route = router.route(`${prefix}/api/v1${path}`);
      route.get(handling(handler)).all(allowing('GET, HEAD'));
    }
    for (const [path, handler] of Object.entries(POSTS)) {
      router.route(`${prefix}/api/v1${path}`).post(handling(handler)).all(allowing('POST'));
    }
  }
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      respondFault(fault, response);
    }),
  );
  return router;
}

function allowing(methods: string): RequestHandler {
  return (request, response) => {
    response.setHeader('allow', methods);
    throw new Fault(
      'method-not-allowed',
      `${request.method} is not for ${request.path}: it takes ${methods}`,
    );
  };
}

function showAbout({ version }: SpanhouseOptions, request: Request, response: Response): void {
  refuseParams(request.url);
  response.json({ name: 'spanhouse', version, api: API_VERSION, features: FEATURES });
}

async function listServices(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  refuseParams(request.url);
  const { items, cut } = await options.store.services(spaceOf(request, options), callOf(response, options));
  response.json({ services: items, cut });
}

async function listOperations(
  options: SpanhouseOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const query = parseOperationsParams(request.url);
  const { items, cut } = await options.store.operations(
    spaceOf(request, options),
    query,
    callOf(response, options),
  );
  response.json({ operations: items, cut });
}

async function listKeys(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  const query = parseKeysParams(request.url);
  const { items, cut } = await options.store.attributeKeys(
    spaceOf(request, options),
    query,
    callOf(response, options),
  );
  response.json({ keys: items, cut });
}

async function listValues(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  const query = parseValuesParams(request.url, options.nowMs());
  const space = spaceOf(request, options);
  response.json({ values: await options.store.attributeValues(space, query, callOf(response, options)) });
}

async function listDependencies(
  options: SpanhouseOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const window = parseDependenciesParams(request.url, options.nowMs());
  const space = spaceOf(request, options);
  const edges = await options.store.dependencies(space, window, callOf(response, options));
  response.json({ edges: edges.map(presentEdge) });
}

async function showTrace(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  refuseParams(request.url);
  const traceId = parseTraceId(String(request.params['traceId']));
  const space = spaceOf(request, options);
  const chunks = await begun(new TraceSource(options.store).trace(space, traceId, callOf(response, options)));
  if (chunks === undefined) {
    throw new Fault('not-found', `there is no trace ${traceId}`, { field: 'traceId', value: traceId });
  }
  const document = { before: '{"resourceSpans":[', after: ']}', parts: presentChunks(chunks) };
  await respondList(response, document, options.logger);
}

async function search(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  const space = spaceOf(request, options);
  const question = parseSearchQuestion(await readJson(request, options.bodyTimeoutMs));
  const page = await findPage(options.store, space, question, callOf(response, options));
  const parts = presentRows(page.rows, question.columns);
  await respondList(response, { before: '{"traces":[', after: endOf(page), parts }, options.logger);
}

async function listSpans(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  const space = spaceOf(request, options);
  const question = parseSpansQuestion(await readJson(request, options.bodyTimeoutMs));
  const page = await findSpans(options.store, space, question, callOf(response, options));
  const parts = inParts(page.spans, (span) => presentSpan(span, question));
  await respondList(response, { before: '{"spans":[', after: endOf(page), parts }, options.logger);
}

async function showRates(options: SpanhouseOptions, request: Request, response: Response): Promise<void> {
  const space = spaceOf(request, options);
  const question = parseRatesQuestion(await readJson(request, options.bodyTimeoutMs));
  const { series, cut } = await findRates(options.store, space, question, callOf(response, options));
  const parts = inParts(series, (one) => presentSeries(one, question.labels), 1);
  const after = `],"cut":${cut},"stepNanos":"${question.query.stepNanos}"}`;
  await respondList(response, { before: '{"series":[', after, parts }, options.logger);
}

function endOf({ cursor, ranked }: Partial<Pick<FoundPage, 'cursor' | 'ranked'>>): string {
  const among = ranked === undefined ? '' : `,"ranked":${ranked}`;
  return `],"cursor":${JSON.stringify(cursor ?? null)}${among}}`;
}

async function* presentChunks(chunks: AsyncIterable<Iterable<Span>>): AsyncGenerator<Iterable<string>> {
  for await (const spans of chunks) yield presentResourceSpans(spans);
}

async function* presentRows(
  parts: AsyncIterable<readonly FoundRow[]>,
  columns: readonly Column[],
): AsyncGenerator<Iterable<string>> {
  for await (const rows of parts) yield* inParts(rows, (row) => presentTrace(row, columns));
}

/** Written as they are presented, so that a long list is not held as text whole. */
function* inParts<T>(
  items: readonly T[],
  present: (item: T) => string,
  size = ITEMS_A_PART,
): Generator<Iterable<string>> {
  for (let at = 0; at < items.length; at += size)
    yield [
      items
        .slice(at, at + size)
        .map(present)
        .join(','),
    ];
}
