import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Fault } from '../errors/fault.ts';
import type { EdgeLogger } from '../platform/fault-report.ts';
import { handleFaults } from '../platform/http-faults.ts';
import { presentLegacyStrategy, presentStrategy } from './present-strategy.ts';
import { type Strategy, strategyOf } from './strategies.ts';
import type { StrategiesNow } from './watch-strategies.ts';

export interface SamplingRoutesOptions {
  readonly strategies: StrategiesNow;
  /** `agent`: the port is for nothing else, so `/` is for the oldest clients. `collector`: `/api/sampling` alone. */
  readonly as: 'agent' | 'collector';
  readonly logger: EdgeLogger;
}

type Present = (strategy: Strategy) => string;

/** What a client of Jaeger's asks before it sends anything: which traces to keep. */
export function createSamplingRoutes({ strategies, as, logger }: SamplingRoutesOptions): Router {
  const answering =
    (present: Present): RequestHandler =>
    async (request, response) => {
      const service = parseService(request.url);
      sendJson(response, present(strategyOf(await strategies(), service)));
    };
  const gets: Readonly<Record<string, RequestHandler>> = {
    '/api/sampling': answering(presentStrategy),
    ...(as === 'collector'
      ? {}
      : {
          '/sampling': answering(presentStrategy),
          '/': answering(presentLegacyStrategy),
          '/baggageRestrictions': answerNoRestrictions,
        }),
  };
  const router = Router();
  for (const [path, handler] of Object.entries(gets)) router.route(path).get(handler).all(refuseMethod);
  router.use(
    handleFaults(logger, ({ kind, message }, _request, response) => {
      respondText(response, kind.http, message);
    }),
  );
  return router;
}

/** Keys of baggage are not restricted. */
function answerNoRestrictions(request: Request, response: Response): void {
  parseService(request.url);
  sendJson(response, '[]');
}

/** Anything will do for a name, also none: Jaeger takes it, and some clients have none. */
function parseService(url: string): string {
  const at = url.indexOf('?');
  const services = new URLSearchParams(at < 0 ? '' : url.slice(at + 1)).getAll('service');
  if (services.length === 1) return services[0]!;
  throw new Fault('invalid', "'service' parameter must be provided once", { field: 'service' });
}

function refuseMethod(request: Request, response: Response): void {
  response.setHeader('allow', 'GET, HEAD');
  throw new Fault('method-not-allowed', `${request.method} is not for ${request.path}: it takes GET`);
}

/** Not by `json()` or `send()`: they add a charset, which Jaeger does not send. */
function sendJson(response: Response, json: string): void {
  response.setHeader('content-type', 'application/json');
  response.end(json);
}

/** As Go's http.Error. */
function respondText(response: Response, status: number, message: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('x-content-type-options', 'nosniff');
  response.end(`${message}\n`);
}
