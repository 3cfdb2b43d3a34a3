import type {
  ServerDuplexStream,
  ServerWritableStream,
  ServiceDefinition,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { createGrpcHealth } from '../../platform/grpc-health.ts';
import type { PluginLog } from '../log.ts';
import { definitionOf, type ServiceName } from './interface/interfaces.ts';
import type { PluginHandlers } from './plugin-handlers.ts';
import { createCalls, streamingMethod, unaryMethod } from './serve-methods.ts';

export interface ServicesOptions {
  readonly handlers: PluginHandlers;
  readonly log: PluginLog;
  /** The host asks the process to end. */
  readonly onShutdown: () => void;
}

export interface PluginService {
  readonly definition: ServiceDefinition;
  readonly methods: Readonly<Record<string, UntypedHandleCall>>;
}

export interface PluginServices {
  readonly services: readonly PluginService[];
  /** Gives up what is going on, and lets go of streams that never end by themselves. */
  stop(): void;
}

/** As go-plugin asks for it. */
const HEALTH_NAME = 'plugin';

/** Everything that a host of go-plugin, and Grafana, may call. */
export function createServices({ handlers, log, onShutdown }: ServicesOptions): PluginServices {
  const calls = createCalls();
  const serving = { calls, log };
  const health = createGrpcHealth([HEALTH_NAME]);
  const idle = new Set<{ end(): void }>();

  /** The host listens for what the process prints; that goes through pipes, so nothing is ever said here. */
  const streamStdio = (call: ServerWritableStream<unknown, unknown>): void => {
    hold(idle, call);
  };
  const startBroker = (call: ServerDuplexStream<unknown, unknown>): void => {
    hold(idle, call);
    call
      .on('data', () => undefined)
      .on('end', () => {
        call.end();
      });
  };
  const shutdown = (): Promise<object> => {
    onShutdown();
    return Promise.resolve({});
  };

  const methods: Readonly<Record<ServiceName, PluginService['methods']>> = {
    'pluginv2.Data': {
      QueryData: unaryMethod(serving, handlers.queryData),
      QueryChunkedData: streamingMethod(serving, handlers.queryChunkedData),
    },
    'pluginv2.Resource': { CallResource: streamingMethod(serving, handlers.callResource) },
    'pluginv2.Diagnostics': {
      CheckHealth: unaryMethod(serving, handlers.checkHealth),
      CollectMetrics: unaryMethod(serving, handlers.collectMetrics),
    },
    'pluginv2.Stream': {
      SubscribeStream: unaryMethod(serving, handlers.subscribeStream),
      RunStream: streamingMethod(serving, handlers.runStream),
      PublishStream: unaryMethod(serving, handlers.publishStream),
    },
    'plugin.GRPCController': { Shutdown: unaryMethod(serving, shutdown) },
    'plugin.GRPCStdio': { StreamStdio: streamStdio as UntypedHandleCall },
    'plugin.GRPCBroker': { StartStream: startBroker as UntypedHandleCall },
  };
  const own = (Object.keys(methods) as ServiceName[]).map((name) => ({
    definition: definitionOf(name),
    methods: methods[name],
  }));
  const checks = Object.entries(health.service.methods);
  return {
    services: [
      ...own,
      {
        definition: health.service.methods,
        methods: Object.fromEntries(checks.map(([name, { handle }]) => [name, handle])),
      },
    ],
    stop() {
      health.stop();
      calls.abortAll();
      for (const call of idle) call.end();
    },
  };
}

/** Until either side has enough of it. */
function hold(
  idle: Set<{ end(): void }>,
  call: { end(): void; on(event: string, listener: () => void): unknown },
): void {
  idle.add(call);
  for (const event of ['cancelled', 'close', 'error']) call.on(event, () => idle.delete(call));
}
