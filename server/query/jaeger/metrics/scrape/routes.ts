import { type Request, type Response, Router } from 'express';
import { handleFaults } from '../../../../platform/http-faults.ts';
import type { JaegerOptions } from '../../options.ts';
import { PREFIXES, callOf, spaceOf, writePieces } from '../../../request.ts';
import { presentSpanMetrics } from './present-span-metrics.ts';
import { SpanMetricsReader } from './span-metrics.ts';

const PATH = '/api/v1/metrics/spans';
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
/** Lines are short: so many go out in one write. */
const LINES_A_WRITE = 500;

/** `GET /api/v1/metrics/spans`: span metrics and service-graph metrics of one space, for Prometheus to scrape. */
export function createScrapeRoutes(options: JaegerOptions): Router {
  const reader = new SpanMetricsReader(options.store);
  const router = Router();
  for (const prefix of PREFIXES) {
    router.get(`${prefix}${PATH}`, (request, response) =>
      respondSpanMetrics(reader, options, request, response),
    );
  }
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      response.status(fault.kind.http).json({ error: { code: fault.code, message: fault.message } });
    }),
  );
  return router;
}

async function respondSpanMetrics(
  reader: SpanMetricsReader,
  options: JaegerOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const space = spaceOf(request, options);
  const metrics = await reader.read(space, options.nowMs(), callOf(response, options));
  response.status(200).setHeader('content-type', TEXT_FORMAT);
  await writePieces(response, gather(presentSpanMetrics(metrics)));
  response.end();
}

function* gather(lines: Iterable<string>): Generator<string> {
  let gathered: string[] = [];
  for (const line of lines) {
    if (gathered.push(line) < LINES_A_WRITE) continue;
    yield gathered.join('');
    gathered = [];
  }
  yield gathered.join('');
}
