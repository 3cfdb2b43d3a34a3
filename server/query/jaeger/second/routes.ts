import { type Request, type Response, Router } from 'express';
import { Fault } from '../../../errors/fault.ts';
import { handleFaults } from '../../../platform/http-faults.ts';
import type { Space } from '../../../space/space.ts';
import type { Span, TraceId } from '../../../span/span.ts';
import type { Call } from '../../../store/trace-store.ts';
import { adjustList, adjustTrace } from '../adjust/adjust-trace.ts';
import { GoQuery } from '../go-query.ts';
import type { JaegerOptions } from '../options.ts';
import { holdSpans } from '../held-spans.ts';
import { PREFIXES, callOf, spaceOf } from '../../request.ts';
import { TraceSource } from '../../trace-source.ts';
import { begun } from '../../begun.ts';
import { carryWarnings } from './carry-warnings.ts';
import { findTraces } from './find-traces.ts';
import { parseOperationsParams, parseSearchParams, parseTraceParams } from './params.ts';
import { presentOperations, presentServices } from './present-lists.ts';
import { presentResourceSpans } from '../../otlp/present-otlp.ts';
import { presentSummaries } from './present-summaries.ts';
import { respondFault, respondJson, respondListing } from './respond.ts';

/** Summaries that are read in one statement, and stand in one line. */
const SUMMARIES_A_READ = 500;

/** Jaeger's second generation of HTTP, `/api/v3/…`. */
export function createSecondRoutes(options: JaegerOptions): Router {
  const handlers = new SecondHandlers(options);
  const router = Router();
  for (const prefix of PREFIXES) {
    router.get(`${prefix}/api/v3/services`, (request, response) => handlers.services(request, response));
    router.get(`${prefix}/api/v3/operations`, (request, response) => handlers.operations(request, response));
    router.get(`${prefix}/api/v3/traces`, (request, response) => handlers.traces(request, response));
    router.get(`${prefix}/api/v3/traces/:traceId`, (request, response) => handlers.trace(request, response));
    router.get(`${prefix}/api/v3/trace-summaries`, (request, response) =>
      handlers.summaries(request, response),
    );
  }
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      respondFault(fault, response);
    }),
  );
  return router;
}

class SecondHandlers {
  readonly #options: JaegerOptions;
  readonly #source: TraceSource;

  constructor(options: JaegerOptions) {
    this.#options = options;
    this.#source = new TraceSource(options.store);
  }

  async services(request: Request, response: Response): Promise<void> {
    const { space, call } = this.#begin(request, response);
    const { items } = await this.#options.store.services(space, call);
    respondJson(response, presentServices(items));
  }

  async operations(request: Request, response: Response): Promise<void> {
    const { space, call, query } = this.#begin(request, response);
    const { service, kinds } = parseOperationsParams(query);
    const lists = await Promise.all(
      kinds.map((kind) =>
        this.#options.store.operations(space, { service, ...(kind === undefined ? {} : { kind }) }, call),
      ),
    );
    respondJson(response, presentOperations(lists.flatMap(({ items }) => items)));
  }

  async trace(request: Request, response: Response): Promise<void> {
    const { space, call, query } = this.#begin(request, response);
    const { traceId, raw } = parseTraceParams(String(request.params['traceId']), query);
    const chunks = raw ? this.#source.trace(space, traceId, call) : this.#adjustedTrace(space, traceId, call);
    await this.#respondTraces(request, response, chunks);
  }

  async traces(request: Request, response: Response): Promise<void> {
    const { space, call, query } = this.#begin(request, response);
    const params = parseSearchParams(query);
    const traceIds = await findTraces(this.#options, space, params, call);
    await this.#respondTraces(request, response, this.#wholeTraces(space, traceIds, params.raw, call));
  }

  async summaries(request: Request, response: Response): Promise<void> {
    const { space, call, query } = this.#begin(request, response);
    const traceIds = await findTraces(this.#options, space, parseSearchParams(query), call);
    const parts = (await begun(this.#summaries(space, traceIds, call))) ?? nothing();
    const document = ['{"summaries":[', ']}'] as const;
    const line = ['{"result":{"summaries":[', ']}}'] as const;
    const listing = { document, line, parts };
    await respondListing(request, response, listing, this.#options.logger);
  }

  #begin(
    request: Request,
    response: Response,
  ): { readonly space: Space; readonly call: Call; readonly query: GoQuery } {
    return {
      space: spaceOf(request, this.#options),
      call: callOf(response, this.#options),
      query: new GoQuery(request.url),
    };
  }

  /** Chunks of one trace, or traces, none of them empty. */
  async #respondTraces(
    request: Request,
    response: Response,
    chunks: AsyncIterable<Iterable<Span>>,
  ): Promise<void> {
    const parts = await begun(presented(chunks));
    if (parts === undefined) throw new Fault('not-found', 'No traces found');
    const envelope = ['{"result":{"resourceSpans":[', ']}}'] as const;
    await respondListing(
      request,
      response,
      { document: envelope, line: envelope, parts },
      this.#options.logger,
    );
  }

  /** When all spans are there: each may bear on the others. */
  async *#adjustedTrace(space: Space, traceId: TraceId, call: Call): AsyncGenerator<Iterable<Span>> {
    const spans = await holdSpans(this.#source.trace(space, traceId, call));
    if (spans.outlines.length > 0) yield carryWarnings(adjustList(spans, this.#options));
  }

  async *#wholeTraces(
    space: Space,
    traceIds: readonly TraceId[],
    raw: boolean,
    call: Call,
  ): AsyncGenerator<Iterable<Span>> {
    for await (const { spans } of this.#source.traces(space, traceIds, call)) {
      yield raw ? spans : carryWarnings(adjustTrace(spans, this.#options));
    }
  }

  async *#summaries(
    space: Space,
    traceIds: readonly TraceId[],
    call: Call,
  ): AsyncGenerator<Iterable<string>> {
    for (let at = 0; at < traceIds.length; at += SUMMARIES_A_READ) {
      const ids = traceIds.slice(at, at + SUMMARIES_A_READ);
      const summaries = await this.#options.store.summaries(space, ids, {}, call);
      if (summaries.length > 0) yield [presentSummaries(summaries)];
    }
  }
}

async function* presented(chunks: AsyncIterable<Iterable<Span>>): AsyncGenerator<Iterable<string>> {
  for await (const spans of chunks) yield presentResourceSpans(spans);
}

async function* nothing(): AsyncGenerator<never> {
  // A search that finds nothing is answered all the same.
}
