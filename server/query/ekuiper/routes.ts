import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Fault } from '../../errors/fault.ts';
import type { EdgeLogger } from '../../platform/fault-report.ts';
import { handleFaults } from '../../platform/http-faults.ts';
import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import type { Call, SearchQuery, TraceStore } from '../../store/trace-store.ts';
import { callOf, PREFIXES, spaceOf, type SpaceRules } from '../request.ts';
import { TraceSource } from '../trace-source.ts';
import { parseLimit, parseTraceId } from './params.ts';
import { presentTree, RULE_KEY, type ShownSpan, showSpan } from './present-trace.ts';
import { respondFault, respondJson, respondPieces } from './respond.ts';

/** eKuiper and its console name no space: a port of its own is for one. */
export interface EkuiperOptions extends SpaceRules {
  readonly store: TraceStore;
  /** What stands before `/trace`: nothing on a port of its own, `/ekuiper` beside other APIs. */
  readonly base: '' | '/ekuiper';
  /** Of one request, until its last byte is asked of the store. */
  readonly timeoutMs: number;
  readonly logger: EdgeLogger;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

type Handler = (options: EkuiperOptions, request: Request, response: Response) => Promise<void>;

const GETS: Readonly<Record<string, Handler>> = {
  '/trace/rule/:ruleId': listTraces,
  '/trace/:traceId': showTrace,
};

/** A tree has to be there whole before its first child is written. */
const MAX_TRACE_CHARACTERS = 1 << 26;
/** Clocks of senders may be ahead of ours. */
const AHEAD_MS = 86_400_000;
const NANOS_PER_MILLI = 1_000_000n;

/** What eKuiper's console asks of eKuiper about traces, answered from here. */
export function createEkuiperRoutes(options: EkuiperOptions): Router {
  const router = Router();
  const handling =
    (handler: Handler): RequestHandler =>
    (request, response) =>
      handler(options, request, response);
  for (const prefix of PREFIXES) {
    for (const [path, handler] of Object.entries(GETS)) {
      router.route(`${prefix}${options.base}${path}`).get(handling(handler)).all(refuseMethod);
    }
  }
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      respondFault(fault, response);
    }),
  );
  return router;
}

function refuseMethod(request: Request, response: Response): void {
  response.setHeader('allow', 'GET, HEAD');
  throw new Fault('method-not-allowed', `${request.method} is not for ${request.path}: it takes GET`);
}

async function showTrace(options: EkuiperOptions, request: Request, response: Response): Promise<void> {
  const traceId = parseTraceId(String(request.params['traceId']));
  const space = spaceOf(request, options);
  const spans = await readSpans(options.store, space, traceId, callOf(response, options));
  if (spans.length === 0) {
    throw new Fault('not-found', `there is no trace ${traceId}`, { field: 'id', value: traceId });
  }
  await respondPieces(response, presentTree(spans), options.logger);
}

async function readSpans(
  store: TraceStore,
  space: Space,
  traceId: TraceId,
  call: Call,
): Promise<readonly ShownSpan[]> {
  const spans: ShownSpan[] = [];
  let characters = 0;
  for await (const chunk of new TraceSource(store).trace(space, traceId, call)) {
    for (const span of chunk) {
      const shown = showSpan(span);
      characters += shown.opening.length;
      if (characters > MAX_TRACE_CHARACTERS) throw tooLarge(traceId);
      spans.push(shown);
    }
  }
  return spans;
}

function tooLarge(traceId: TraceId): Fault {
  const message = `the trace ${traceId} is too large for one tree, which has at most ${MAX_TRACE_CHARACTERS} characters: read it at /api/v3/traces/${traceId}`;
  return new Fault('too-large', message, { field: 'id', value: traceId });
}

async function listTraces(options: EkuiperOptions, request: Request, response: Response): Promise<void> {
  const query: SearchQuery = {
    window: { fromNanos: 0n, toNanos: BigInt(options.nowMs() + AHEAD_MS) * NANOS_PER_MILLI },
    condition: {
      kind: 'attribute',
      key: RULE_KEY,
      level: 'span',
      type: 'string',
      comparator: '=',
      value: String(request.params['ruleId']),
    },
    order: 'newest',
    limit: parseLimit(request.url),
  };
  const space = spaceOf(request, options);
  const { traces } = await options.store.search(space, query, callOf(response, options));
  respondJson(
    response,
    traces.map(({ traceId }) => traceId),
  );
}
