import express, { type Express } from 'express';
import type { Settings } from '../config/setting-table.ts';
import type { OtlpEdge } from '../ingest/otlp/edge.ts';
import { createOtlpGrpcServer } from '../ingest/otlp/grpc-service.ts';
import { createOtlpRoutes } from '../ingest/otlp/routes.ts';
import { type Checks, createHealthRouter } from '../platform/health.ts';
import { listenHttp } from '../platform/http-listener.ts';
import type { ListenAddress, Listener } from '../platform/listener.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Shutdown } from '../platform/shutdown.ts';
import type { TraceStore } from '../store/trace-store.ts';
import type { Listeners } from './announce.ts';
import { createQuery, type Query } from './create-query.ts';
import { listenForGrafana } from './listen-for-grafana.ts';

export interface ListenersOptions {
  readonly settings: Settings;
  readonly store: TraceStore;
  readonly edge: OtlpEdge;
  readonly checks: Checks;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

type Listen = (address: ListenAddress) => Promise<Listener>;

/** Opens every port that is not off. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { settings, edge, shutdown } = options;
  const { host, bodyTimeoutMs, httpPort, grpcPort, otlpHttpPort, otlpGrpcPort, pluginPort } = settings;
  const open: Partial<Record<keyof Listeners, Listener>> = {};
  const query = createQuery({ ...options, listeners: () => open });
  const http =
    (app: Express): Listen =>
    (address) =>
      listenHttp(app, { ...address, bodyTimeoutMs });
  const doors = [
    ['http', httpPort, http(createMainApp(options, query))],
    ['grpc', grpcPort, (address: ListenAddress) => query.grpc.listen(address)],
    ['otlpHttp', otlpHttpPort, http(createOtlpApp(edge))],
    ['otlpGrpc', otlpGrpcPort, (address: ListenAddress) => createOtlpGrpcServer(edge).listen(address)],
    ['plugin', pluginPort, (address: ListenAddress) => listenForGrafana(address, options.logger)],
  ] as const;

  // Together, and first of all: no port still accepts while another one answers what is in flight.
  shutdown.onStop('listeners', () => closeAll(Object.values(open), settings.shutdownTimeoutMs));
  for (const [name, port, listen] of doors) {
    if (port !== 'off') open[name] = await listen({ host, port });
  }
  return open;
}

async function closeAll(listeners: readonly Listener[], timeoutMs: number): Promise<void> {
  // The connections that are left are cut before the step itself is given up.
  await Promise.all(listeners.map((listener) => listener.close(timeoutMs * 0.8)));
}

function createMainApp({ edge, checks, metrics }: ListenersOptions, query: Query): Express {
  return createApp()
    .use(createHealthRouter(checks, metrics))
    .use(createOtlpRoutes({ ...edge, withCnosdbPath: true }))
    .use(...query.routes);
}

function createOtlpApp(edge: OtlpEdge): Express {
  return createApp().use(createOtlpRoutes({ ...edge, withCnosdbPath: false }));
}

function createApp(): Express {
  return express().disable('x-powered-by').disable('etag');
}
