import type { RequestHandler } from 'express';
import type { Settings } from '../config/setting-table.ts';
import type { GrpcServer } from '../platform/grpc-server.ts';
import type { Logger } from '../platform/logger.ts';
import { createEkuiperRoutes } from '../query/ekuiper/routes.ts';
import { createHomeRoutes, type HomeListeners } from '../query/home/routes.ts';
import { createNotFoundRoutes } from '../query/jaeger/first/not-found-routes.ts';
import { createFirstRoutes } from '../query/jaeger/first/routes.ts';
import { createJaegerGrpcServer } from '../query/jaeger/grpc/server.ts';
import { createMetricsRoutes } from '../query/jaeger/metrics/routes.ts';
import { createScrapeRoutes } from '../query/jaeger/metrics/scrape/routes.ts';
import type { JaegerOptions } from '../query/jaeger/options.ts';
import { createSecondRoutes } from '../query/jaeger/second/routes.ts';
import { createUiRoutes } from '../query/jaeger/ui/routes.ts';
import { createSpanhouseRoutes } from '../query/spanhouse/routes.ts';
import { createSpacesRoutes } from '../query/spaces/routes.ts';
import { createSpace, type Space } from '../space/space.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { VERSION } from './version.ts';

export interface QueryOptions {
  readonly settings: Settings;
  readonly store: TraceStore;
  readonly logger: Logger;
  /** The ports that are open, once they are. */
  readonly listeners: () => HomeListeners;
}

/** The faces of the store. */
export interface Query {
  /** In this order, after everything else that the main port serves: the last of them takes every path. */
  readonly routes: readonly RequestHandler[];
  /** Jaeger's first generation alone, for a port whose requests mean another space when they name none. */
  readonly firstRoutes: (spaceDefaults: Space) => readonly RequestHandler[];
  /** What eKuiper's console asks; of the space that the port is for, where it is for one. */
  readonly ekuiperRoutes: (portSpace: Space | undefined) => RequestHandler;
  readonly grpc: GrpcServer;
}

export function createQuery({ settings, store, logger, listeners }: QueryOptions): Query {
  const { queryTimeoutMs: timeoutMs, maxBodyBytes, bodyTimeoutMs, uiDir, uiConfig } = settings;
  const spaceDefaults = createSpace(settings.defaultTenant, settings.defaultDb, settings.defaultTable);
  const jaeger: JaegerOptions = {
    store,
    spaceDefaults,
    timeoutMs,
    tagRegex: settings.tagRegex,
    maxSkewAdjustMs: settings.maxClockSkewMs,
    logger,
    nowMs: Date.now,
  };
  const home = { store, spaceDefaults, listeners, version: VERSION, timeoutMs, logger, nowMs: Date.now };
  const ekuiper = { store, spaceDefaults, timeoutMs, logger, nowMs: Date.now };
  return {
    routes: [
      createSpacesRoutes({ store, timeoutMs, logger }),
      createFirstRoutes({ ...jaeger, maxBodyBytes, bodyTimeoutMs }),
      createSecondRoutes(jaeger),
      createMetricsRoutes(jaeger),
      createScrapeRoutes(jaeger),
      createSpanhouseRoutes({ store, spaceDefaults, version: VERSION, timeoutMs, bodyTimeoutMs, logger, nowMs: Date.now }), // prettier-ignore
      createEkuiperRoutes({ ...ekuiper, base: '/ekuiper' }),
      createNotFoundRoutes(),
      createHomeRoutes({ ...home, uiHosted: uiDir !== undefined }),
      ...(uiDir === undefined
        ? []
        : [createUiRoutes({ ...CAPABLE, directory: uiDir, config: uiConfig, logger })]),
    ],
    firstRoutes: (defaults) => [
      createFirstRoutes({ ...jaeger, spaceDefaults: defaults, maxBodyBytes, bodyTimeoutMs }),
      createNotFoundRoutes(),
    ],
    ekuiperRoutes: (portSpace) => createEkuiperRoutes({ ...ekuiper, base: '', portSpace }),
    grpc: createJaegerGrpcServer({ ...jaeger, bodyTimeoutMs }),
  };
}

/** What the Jaeger UI is told of us. */
const CAPABLE = {
  capabilities: {
    archiveStorage: true,
    metricsStorage: true,
    searchWithoutServiceName: true,
    aiAssistant: false,
  },
  version: VERSION,
} as const;
