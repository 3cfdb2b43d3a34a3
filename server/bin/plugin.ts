import { setLogger } from '@grpc/grpc-js';
import { createPluginBackend } from '../plugin/create-plugin-backend.ts';
import { createPluginLog, type PluginLog } from '../plugin/log.ts';
import { type Handshake, readHandshake } from '../plugin/protocol/handshake.ts';
import { openEndpoint } from '../plugin/protocol/open-endpoint.ts';
import { createServices } from '../plugin/protocol/services.ts';
import { loadQueryEngine } from './load-query-engine.ts';

/** The host kills what has not ended two seconds after it was asked to. */
const STOP_MS = 1_500;

/** How soon it is seen that Grafana was killed. */
const WATCH_MS = 2_000;

/** The plugin's backend as a process of its own, as Grafana starts it. */
async function run(handshake: Handshake): Promise<void> {
  const log = createPluginLog((line) => process.stderr.write(line));
  setLogger(grpcLogOf(log));
  const backend = createPluginBackend(log, loadQueryEngine);
  const services = createServices({ handlers: backend.handlers, log, onShutdown: () => void stop() });
  const endpoint = await openEndpoint(handshake, services, log);
  let stopping = false;

  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    // The answer to whoever asked goes out first.
    await new Promise(setImmediate);
    await endpoint.close(STOP_MS);
    backend.close();
    process.exit(0);
  }

  process.on('exit', () => {
    endpoint.removeSocket();
  });
  process.on('SIGTERM', () => void stop());
  whenOrphaned(() => void stop());
  // Ctrl-C at Grafana's terminal comes to us too; Grafana ends us itself, when it is done with us.
  process.on('SIGINT', () => undefined);
  // The host would start us again each second, for ever: one lost call is better than all of them.
  process.on('uncaughtException', (error) => {
    log.error('something failed that nobody waited for', { error });
  });
  // Node's own way of saying it is no line of Grafana's log; the launcher has silenced that.
  process.on('warning', (error) => {
    log.warn('a warning of Node', { error });
  });
  // Nobody reads what Grafana has left behind.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.stdout.write(endpoint.line);
}

/** A Grafana that is killed asks nobody to end; the next one starts plugins of its own. */
function whenOrphaned(act: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) act();
  }, WATCH_MS).unref();
}

/** What the library would say on stderr is no line of Grafana's log either. */
function grpcLogOf(log: PluginLog): Partial<Console> {
  const say = (message: unknown): void => {
    log.debug('from the gRPC library', { said: String(message) });
  };
  return { error: say, info: say, debug: say };
}

const handshake = readHandshake(process.env);
if ('refusal' in handshake) {
  process.stderr.write(`${handshake.refusal}\n`);
  process.exitCode = 1;
} else {
  void run(handshake);
}
