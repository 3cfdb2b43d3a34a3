import { type ListenAddress, type Listener, presentAddress } from '../platform/listener.ts';
import type { Logger } from '../platform/logger.ts';
import type { LogFields, PluginLog } from '../plugin/log.ts';

/**
 * The backend of Grafana's data source in this process, for launchers that are told of it. A Grafana that ends, or many
 * of them, are no reason for it to end.
 */
export async function listenForGrafana(address: ListenAddress, logger: Logger): Promise<Listener> {
  // Not before it is needed, which is hardly ever.
  const [{ createPluginBackend }, { createServices }, { listenPlugin }, { loadQueryEngine }] =
    await Promise.all([
      import('../plugin/create-plugin-backend.ts'),
      import('../plugin/protocol/services.ts'),
      import('../plugin/protocol/listen.ts'),
      import('./load-query-engine.ts'),
    ]);
  const log = pluginLogOf(logger);
  const backend = createPluginBackend(log, loadQueryEngine);
  const services = createServices({ handlers: backend.handlers, log, onShutdown: () => undefined });
  const listener = await listenPlugin({ target: presentAddress(address), services });
  return {
    host: address.host,
    port: listener.port,
    async close(timeoutMs) {
      await listener.close(timeoutMs);
      backend.close();
    },
  };
}

function pluginLogOf(logger: Logger): PluginLog {
  const named = logger.child({ part: "Grafana's plugin" });
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, { error, ...fields }: LogFields = {}): void => {
      named[level](error === undefined ? fields : { ...fields, err: error }, message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
