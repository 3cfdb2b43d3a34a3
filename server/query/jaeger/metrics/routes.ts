import { type Request, type Response, Router } from 'express';
import { handleFaults } from '../../../platform/http-faults.ts';
import type { RateQuery, RateSeries } from '../../../store/trace-store.ts';
import { presentEnvelope } from '../first/envelope.ts';
import { respondFault, respondJson, respondPieces } from '../first/respond.ts';
import { GoQuery } from '../go-query.ts';
import type { JaegerOptions } from '../options.ts';
import { PREFIXES, callOf, spaceOf } from '../../request.ts';
import { type MomentValues, callRates, errorShares, latencies } from './metric-values.ts';
import {
  type MetricsParams,
  parseDependencyParams,
  parseLatencyParams,
  parseMetricsParams,
} from './params.ts';
import { type PointGrid, nanosOf, pointGridOf, windowOf } from './point-grid.ts';
import { presentDependencies } from './present-dependencies.ts';
import {
  CALL_RATE,
  ERROR_RATE,
  type FamilyFacts,
  latenciesOf,
  presentMetricFamily,
} from './present-metric-family.ts';

/** What the Monitor tab and the dependency graph ask for. */
export function createMetricsRoutes(options: JaegerOptions): Router {
  const router = Router();
  const routes: Readonly<Record<string, Handler>> = {
    '/api/metrics/latencies': respondLatencies,
    '/api/metrics/calls': respondCalls,
    '/api/metrics/errors': respondErrors,
    '/api/metrics/minstep': respondMinStep,
    '/api/dependencies': respondDependencies,
  };
  for (const prefix of PREFIXES) {
    for (const [path, respond] of Object.entries(routes)) {
      router.get(`${prefix}${path}`, (request, response) => respond(options, request, response));
    }
  }
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      respondFault(fault, response);
    }),
  );
  return router;
}

type Handler = (options: JaegerOptions, request: Request, response: Response) => Promise<void> | void;

/** How one of the three families is made. */
interface Family {
  readonly params: MetricsParams;
  readonly facts: Omit<FamilyFacts, 'byOperation'>;
  readonly quantiles: readonly number[];
  readonly valuesOf: (series: RateSeries, grid: PointGrid) => MomentValues;
}

function respondLatencies(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseLatencyParams(new GoQuery(request.url), options.nowMs());
  const { quantile } = params;
  const family = { params, facts: latenciesOf(quantile), quantiles: [quantile], valuesOf: latencies };
  return respondFamily(options, request, response, family);
}

function respondCalls(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseMetricsParams(new GoQuery(request.url), options.nowMs());
  const family = { params, facts: CALL_RATE, quantiles: [], valuesOf: callRates };
  return respondFamily(options, request, response, family);
}

function respondErrors(options: JaegerOptions, request: Request, response: Response): Promise<void> {
  const params = parseMetricsParams(new GoQuery(request.url), options.nowMs());
  const family = { params, facts: ERROR_RATE, quantiles: [], valuesOf: errorShares };
  return respondFamily(options, request, response, family);
}

async function respondFamily(
  options: JaegerOptions,
  request: Request,
  response: Response,
  family: Family,
): Promise<void> {
  const { params, valuesOf } = family;
  const grid = pointGridOf(params);
  const space = spaceOf(request, options);
  const facts = { ...family.facts, byOperation: params.byOperation };
  const query: RateQuery = {
    window: windowOf(grid),
    stepNanos: nanosOf(grid.stepMs),
    overNanos: nanosOf(grid.ratePerMs),
    services: params.services,
    kinds: params.kinds,
    by: params.byOperation ? ['service', 'operation'] : ['service'],
    quantiles: family.quantiles,
  };
  const call = callOf(response, options);
  const pieces = async function* (): AsyncGenerator<string> {
    const series = await options.store.rates(space, query, call);
    yield* presentMetricFamily(facts, series, grid.momentsMs, (one) => valuesOf(one, grid));
  };
  await respondPieces(request, response, pieces(), options.logger);
}

/** What Jaeger answered until 2.18: UIs of that age ask before they draw. */
function respondMinStep(_options: JaegerOptions, request: Request, response: Response): void {
  respondJson(request, response, presentEnvelope('1'));
}

async function respondDependencies(
  options: JaegerOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { service, endMs, lookbackMs } = parseDependencyParams(new GoQuery(request.url), options.nowMs());
  const space = spaceOf(request, options);
  const window = { fromNanos: (endMs - lookbackMs) * 1_000_000n, toNanos: endMs * 1_000_000n };
  const edges = await options.store.dependencies(space, window, callOf(response, options));
  respondJson(request, response, presentEnvelope(presentDependencies(edges, service)));
}
