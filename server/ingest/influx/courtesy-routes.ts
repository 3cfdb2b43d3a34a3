import { type RequestHandler, Router } from 'express';
import { Fault } from '../../errors/fault.ts';
import { respondFault } from './respond.ts';

/** InfluxDB's last release of the first generation: what its clients make of the number is what they may send. */
const VERSION = '1.8.10';
const CREATE_DATABASE = /^\s*create\s+database\s/i;

/** What InfluxDB's clients ask before they write, or on the way. */
export function createCourtesyRoutes(): Router {
  const router = Router();
  router.get('/ping', (_request, response) => {
    response.status(204).setHeader('x-influxdb-version', VERSION).end();
  });
  router.get('/health', (_request, response) => {
    response.json({
      name: 'influxdb',
      message: 'ready for writes',
      status: 'pass',
      checks: [],
      version: VERSION,
    });
  });
  router.all('/query', answerQuery);
  return router;
}

/** Databases come into being by themselves; clients that make sure of theirs are told that all is well. */
const answerQuery: RequestHandler = (request, response) => {
  const { q } = request.query;
  if (typeof q === 'string' && CREATE_DATABASE.test(q)) {
    response.json({ results: [{ statement_id: 0 }] });
    return;
  }
  const fault = new Fault(
    'unimplemented',
    "InfluxQL is not answered here: read with Jaeger's API or with Grafana",
  );
  const { status, headers, body } = respondFault(fault);
  response.writeHead(status, headers).end(body);
};
