import { SETTING_PREFIX, SETTING_TABLE, type SettingKey, type Settings } from '../config/setting-table.ts';
import { Fault } from '../errors/fault.ts';
import { createDatagramReceiver } from '../ingest/datagram-receiver.ts';
import type { Edge } from '../ingest/edge.ts';
import { createGrpcReceiver } from '../ingest/grpc-receiver.ts';
import { JAEGER_DATAGRAMS } from '../ingest/jaeger/datagrams.ts';
import { JAEGER_GRPC } from '../ingest/jaeger/grpc.ts';
import { OTLP_GRPC } from '../ingest/otlp/grpc.ts';
import { limitWaiting } from '../platform/grpc-message-timeout.ts';
import { createGrpcServer } from '../platform/grpc-server.ts';
import type { Checks } from '../platform/health.ts';
import { listenHttp } from '../platform/http-listener.ts';
import type { ListenAddress, Listener } from '../platform/listener.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Shutdown } from '../platform/shutdown.ts';
import { listenUdp } from '../platform/udp-listener.ts';
import { samplingService } from '../sampling/grpc-service.ts';
import { watchStrategies } from '../sampling/watch-strategies.ts';
import { spaceKey } from '../space/space.ts';
import type { TraceStore } from '../store/trace-store.ts';
import type { ListenerName, Listeners } from './announce.ts';
import { createApps } from './create-apps.ts';
import { createQuery } from './create-query.ts';
import { listenForGrafana } from './listen-for-grafana.ts';

export interface ListenersOptions {
  readonly settings: Settings;
  readonly store: TraceStore;
  readonly edge: Edge;
  readonly checks: Checks;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

type Listen = (address: ListenAddress) => Promise<Listener>;

/** A port that may be opened, and by which setting. */
interface Door {
  readonly name: ListenerName;
  readonly setting: SettingKey;
  readonly port: number | 'off';
  readonly listen: Listen;
}

/** Opens every port that is not off. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { settings, shutdown } = options;
  const open: Partial<Record<ListenerName, Listener>> = {};
  const all: Listener[] = [];
  // Together, and first of all: no port still accepts while another one answers what is in flight.
  shutdown.onStop('listeners', () => closeAll(all, settings.shutdownTimeoutMs));
  const doors = await doorsOf(options, () => open);
  for (const { name, setting, port, listen } of doors) {
    if (port === 'off') continue;
    const listener = await listen({ host: settings.host, port }).catch((thrown: unknown) => {
      throw namingSetting(thrown, setting);
    });
    all.push(listener);
    open[name] = listener;
  }
  return open;
}

async function doorsOf(options: ListenersOptions, listeners: () => Listeners): Promise<readonly Door[]> {
  const { settings, edge, logger } = options;
  const strategies = watchStrategies(settings.samplingFile, logger);
  // A file that cannot be used is told at the start.
  await strategies();
  const sampling = samplingService({ strategies, logger });
  const query = createQuery({ ...options, listeners });
  const apps = createApps({ ...options, query, strategies });
  const http = (app: Parameters<typeof listenHttp>[0]): Listen => {
    const { bodyTimeoutMs } = settings;
    return (address) => listenHttp(app, { ...address, bodyTimeoutMs });
  };
  const door = (name: FixedName, setting: PortKey, listen: Listen): Door => ({
    name,
    setting,
    port: settings[setting],
    listen,
  });
  return [
    door('http', 'httpPort', http(apps.main)),
    door('grpc', 'grpcPort', (address) => query.grpc.listen(address)),
    door('otlpHttp', 'otlpHttpPort', http(apps.otlp)),
    door('otlpGrpc', 'otlpGrpcPort', (address) => createGrpcReceiver(edge, [OTLP_GRPC]).listen(address)),
    door('jaegerHttp', 'jaegerHttpPort', http(apps.jaeger)),
    door('jaegerGrpc', 'jaegerGrpcPort', (address) =>
      createGrpcReceiver(edge, [JAEGER_GRPC], [sampling]).listen(address),
    ),
    door('jaegerCompact', 'jaegerCompactPort', datagrams(edge)),
    door('jaegerBinary', 'jaegerBinaryPort', datagrams(edge)),
    door('sampling', 'samplingPort', http(apps.sampling)),
    door('samplingGrpc', 'samplingGrpcPort', (address) =>
      createGrpcServer({
        services: [sampling],
        interceptors: [limitWaiting(settings.bodyTimeoutMs)],
        maxMessageBytes: MAX_QUESTION_BYTES,
      }).listen(address),
    ),
    door('zipkin', 'zipkinPort', http(apps.zipkin)),
    door('influx', 'influxPort', http(apps.influx)),
    door('cnosdb', 'cnosdbPort', http(apps.cnosdb)),
    door('plugin', 'pluginPort', (address) => listenForGrafana(address, logger)),
    ...settings.spacePorts.map(({ kind, port, space }): Door => {
      const own = { ...edge, portSpace: space };
      const listen = {
        http: http(apps.ofSpace(space)),
        grpc: (address: ListenAddress) => createGrpcReceiver(own, [OTLP_GRPC, JAEGER_GRPC]).listen(address),
        udp: datagrams(own),
      }[kind];
      return { name: `${kind} of ${spaceKey(space)}`, setting: 'spacePorts', port, listen };
    }),
  ];
}

type FixedName = Exclude<ListenerName, `${string} of ${string}`>;
type PortKey = `${FixedName}Port`;

/** Of a call that asks for a strategy: the name of a service. */
const MAX_QUESTION_BYTES = 64 << 10;

function datagrams(edge: Edge): Listen {
  return (address) => listenUdp(createDatagramReceiver(edge, JAEGER_DATAGRAMS), address);
}

/** Which setting to change is what whoever reads that a port is taken wants to know. */
function namingSetting(thrown: unknown, key: SettingKey): unknown {
  if (!(thrown instanceof Fault) || thrown.code !== 'failed-precondition') return thrown;
  const setting = `${SETTING_PREFIX}${SETTING_TABLE[key].name}`;
  return new Fault(thrown.code, `${thrown.message} (${setting})`, { setting, cause: thrown });
}

async function closeAll(listeners: readonly Listener[], timeoutMs: number): Promise<void> {
  // The connections that are left are cut before the step itself is given up.
  await Promise.all(listeners.map((listener) => listener.close(timeoutMs * 0.8)));
}
