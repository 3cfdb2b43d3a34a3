import express, { type Express, type RequestHandler } from 'express';
import type { Edge } from '../ingest/edge.ts';
import { createHttpReceiver } from '../ingest/http-receiver.ts';
import { createCourtesyRoutes } from '../ingest/influx/courtesy-routes.ts';
import { INFLUX_HTTP } from '../ingest/influx/http.ts';
import { JAEGER_HTTP } from '../ingest/jaeger/http.ts';
import { OTLP_HTTP } from '../ingest/otlp/http.ts';
import { ZIPKIN_V1, ZIPKIN_V2 } from '../ingest/zipkin/http.ts';
import { type Checks, createHealthRouter } from '../platform/health.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { answerUnknownPath } from '../platform/unknown-path.ts';
import { createSamplingRoutes } from '../sampling/routes.ts';
import type { StrategiesNow } from '../sampling/watch-strategies.ts';
import { createSpace, type Space } from '../space/space.ts';
import type { Query } from './create-query.ts';

export interface AppsOptions {
  readonly edge: Edge;
  readonly query: Query;
  readonly strategies: StrategiesNow;
  readonly checks: Checks;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What each HTTP port serves. */
export interface Apps {
  readonly main: Express;
  readonly otlp: Express;
  readonly jaeger: Express;
  readonly zipkin: Express;
  readonly influx: Express;
  readonly sampling: Express;
  readonly cnosdb: Express;
  /** Every receiver for one space, and eKuiper's way to read it. */
  readonly ofSpace: (space: Space) => Express;
}

const OTLP_PATHS = ['/v1/traces'];
/** OTLP's, and CnosDB's own. */
const ALL_OTLP_PATHS = [...OTLP_PATHS, '/api/v1/traces'];
const JAEGER_PATHS = ['/api/traces'];
const ZIPKIN_V2_PATHS = ['/api/v2/spans'];
const ZIPKIN_V1_PATHS = ['/api/v1/spans'];
const INFLUX_PATHS = ['/write', '/api/v2/write'];
const CNOSDB_TENANT = 'cnosdb';
const CNOSDB_DB = 'public';

export function createApps({ edge, query, strategies, checks, metrics, logger }: AppsOptions): Apps {
  const otlp = (paths: readonly string[]) => createHttpReceiver(edge, OTLP_HTTP, { paths });
  return {
    main: createApp(
      createHealthRouter(checks, metrics),
      otlp(ALL_OTLP_PATHS),
      // Whoever asks there with GET searches.
      createHttpReceiver(edge, JAEGER_HTTP, { paths: JAEGER_PATHS, isShared: true }),
      createHttpReceiver(edge, INFLUX_HTTP, { paths: INFLUX_PATHS }),
      ...query.routes,
    ),
    otlp: createApp(otlp(OTLP_PATHS)),
    jaeger: createApp(
      createHttpReceiver(edge, JAEGER_HTTP, { paths: JAEGER_PATHS }),
      createSamplingRoutes({ strategies, as: 'collector', logger }),
    ),
    zipkin: createApp(...zipkin(edge)),
    influx: createApp(createHttpReceiver(edge, INFLUX_HTTP, { paths: INFLUX_PATHS }), createCourtesyRoutes()),
    sampling: createApp(createSamplingRoutes({ strategies, as: 'agent', logger })),
    cnosdb: createCnosdbApp(edge, query),
    ofSpace: (space) => createSpaceApp({ ...edge, portSpace: space }, query),
  };
}

function zipkin(edge: Edge) {
  return [
    createHttpReceiver(edge, ZIPKIN_V2, { paths: ZIPKIN_V2_PATHS }),
    createHttpReceiver(edge, ZIPKIN_V1, { paths: ZIPKIN_V1_PATHS }),
  ];
}

/** CnosDB's port for its users: what they leave out of their headers means what it means there, to write and to read. */
function createCnosdbApp(edge: Edge, query: Query): Express {
  const spaceDefaults = createSpace(CNOSDB_TENANT, CNOSDB_DB, edge.spaceDefaults.table);
  const own = { ...edge, spaceDefaults };
  return createApp(
    createHttpReceiver(own, OTLP_HTTP, { paths: ALL_OTLP_PATHS }),
    createHttpReceiver(own, INFLUX_HTTP, { paths: ['/write', '/api/v1/write'] }),
    ...query.firstRoutes(spaceDefaults),
  );
}

function createSpaceApp(edge: Edge, query: Query): Express {
  return createApp(
    createHttpReceiver(edge, OTLP_HTTP, { paths: ALL_OTLP_PATHS }),
    createHttpReceiver(edge, JAEGER_HTTP, { paths: JAEGER_PATHS }),
    ...zipkin(edge),
    createHttpReceiver(edge, INFLUX_HTTP, { paths: INFLUX_PATHS }),
    query.ekuiperRoutes(edge.portSpace),
  );
}

function createApp(...handlers: readonly RequestHandler[]): Express {
  const app = express().disable('x-powered-by').disable('etag');
  return app.use(...handlers, answerUnknownPath);
}
