import { type Client, credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, type ServiceName, type Services } from './interfaces.ts';
import { type PluginLogLine, readLogLine } from './log-lines.ts';

export interface HostOptions {
  readonly executable: string;
  /** What stands in Grafana's configuration for this plugin, as it is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a plugin's process gets: nothing of Grafana's own environment. */
const ENVIRONMENT = {
  grafana_plugin_type: 'datasource',
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
  PLUGIN_PROTOCOL_VERSIONS: '2',
  GF_VERSION: '13.2.2',
  GF_EDITION: 'Open Source',
  GF_PLUGIN_VERSION: '0.1.0',
};
const HANDSHAKE_MS = 60_000;
const STOP_MS = 2_000;
const WATCH_MS = 1_000;

/** Starts the plugin as Grafana does, and waits until it has said where it listens. */
export async function startPlugin(options: HostOptions): Promise<PluginHost> {
  const host = new PluginHost(options);
  await host.start();
  return host;
}

interface Handshake {
  readonly network: string;
  readonly address: string;
}

/** Grafana's side of a plugin's process. */
export class PluginHost {
  readonly #options: HostOptions;
  #child: ChildProcess | undefined;
  #services: Services | undefined;
  #handshake: Handshake | undefined;
  #watcher: AbortController | undefined;
  /** Of every process that was started. */
  readonly logLines: PluginLogLine[] = [];
  /** Lines that Grafana could not read. */
  readonly oddLines: string[] = [];
  starts = 0;
  startedInMs = 0;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get handshake(): Handshake {
    return this.#handshake!;
  }

  get residentMib(): number {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))![1]) / 1024;
  }

  async start(): Promise<void> {
    const began = performance.now();
    this.starts++;
    const child = spawn(this.#options.executable, [], {
      env: { ...ENVIRONMENT, ...this.#options.environment },
      stdio: ['inherit', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(child);
    child.once('close', () => running.delete(child));
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#takeLogLine(line);
    });
    const line = await firstLine(child);
    this.startedInMs = performance.now() - began;
    this.#handshake = parseHandshake(line);
    const { network, address } = this.#handshake;
    this.#services = dial(network === 'unix' ? `unix:${address}` : address, credentials.createInsecure());
    await this.#openIdleStreams();
  }

  /** Looks every second whether the process is gone, and starts it again, as Grafana does for ever. */
  watch(): void {
    const watcher = new AbortController();
    this.#watcher = watcher;
    void (async () => {
      while (!watcher.signal.aborted) {
        await sleep(WATCH_MS, undefined, { signal: watcher.signal }).catch(() => undefined);
        if (this.#watcher === watcher && this.hasExited) await this.start();
      }
    })();
  }

  get hasExited(): boolean {
    return this.#child!.exitCode !== null || this.#child!.signalCode !== null;
  }

  /** A call with one answer. */
  call<Answer>(
    service: ServiceName,
    method: string,
    request: object,
    { metadata, signal }: { readonly metadata?: Metadata; readonly signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const client = this.#client(service);
    const invoke = (client as unknown as Record<string, Unary>)[method]!.bind(client);
    return new Promise((resolve, reject) => {
      const answered = (error: ServiceError | null, answer: unknown): void => {
        if (error === null) resolve(answer as Answer);
        else reject(error);
      };
      const call = metadata === undefined ? invoke(request, answered) : invoke(request, metadata, answered);
      signal?.addEventListener('abort', () => {
        call.cancel();
      });
    });
  }

  /** A call with a stream of answers. */
  stream<Message>(
    service: ServiceName,
    method: string,
    request: object,
  ): AsyncIterable<Message> & { cancel(): void } {
    const client = this.#client(service);
    const invoke = (client as unknown as Record<string, (request: object) => unknown>)[method]!.bind(client);
    return invoke(request) as AsyncIterable<Message> & { cancel(): void };
  }

  /** Asks the plugin to end, gives it two seconds, and then ends it. Resolves with whether it went by itself. */
  async stop(): Promise<boolean> {
    this.#watcher?.abort();
    this.#watcher = undefined;
    const child = this.#child!;
    const exited = this.hasExited ? Promise.resolve([]) : once(child, 'exit');
    await this.call('plugin.GRPCController', 'Shutdown', {}).catch(() => undefined);
    const went = await Promise.race([exited.then(() => true), sleep(STOP_MS, false, { ref: false })]);
    if (!went) child.kill('SIGKILL');
    await exited;
    for (const client of Object.values(this.#services!)) client.close();
    return went;
  }

  signal(name: NodeJS.Signals): void {
    this.#child!.kill(name);
  }

  #client(service: ServiceName): Client {
    return this.#services![service];
  }

  /** Grafana opens both and lives without either. */
  async #openIdleStreams(): Promise<void> {
    await this.#ping();
    for (const call of [
      this.stream<unknown>('plugin.GRPCStdio', 'StreamStdio', {}),
      (this.#client('plugin.GRPCBroker') as unknown as { StartStream(): object }).StartStream(),
    ]) {
      (call as NodeJS.EventEmitter).on('error', (error: ServiceError) => {
        const isTolerated = [status.UNIMPLEMENTED, status.UNAVAILABLE, status.CANCELLED].includes(error.code);
        if (!isTolerated) this.oddLines.push(`a stream of the host failed: ${error.message}`);
      });
      (call as NodeJS.ReadableStream).resume();
    }
  }

  async #ping(): Promise<void> {
    const answer = await this.call<{ status: number | string }>('grpc.health.v1.Health', 'Check', {
      service: 'plugin',
    });
    if (answer.status !== 1 && answer.status !== 'SERVING') throw new Error('the plugin does not serve');
  }

  #takeLogLine(line: string): void {
    try {
      this.logLines.push(readLogLine(line));
    } catch (thrown) {
      this.oddLines.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}

type Answered = (error: ServiceError | null, answer: unknown) => void;
type Unary = (request: object, ...rest: [Answered] | [Metadata, Answered]) => { cancel(): void };

const running = new Set<ChildProcess>();
process.once('exit', killPlugins);

/** Ends what a test has left behind, each process by its own id. */
export function killPlugins(): void {
  for (const child of running) child.kill('SIGKILL');
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const line = once(lines, 'line').then(([text]) => text as string);
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`the plugin ended with ${String(code)} before it said where it listens`);
  });
  const late = sleep(HANDSHAKE_MS, undefined, { ref: false }).then((): never => {
    throw new Error(`the plugin did not say within ${HANDSHAKE_MS} ms where it listens`);
  });
  ended.catch(() => undefined);
  return Promise.race([line, ended, late]);
}

function parseHandshake(line: string): Handshake {
  const [core, app, network = '', address = '', protocol, ...rest] = line.split('|');
  if (core !== '1' || app !== '2' || protocol !== 'grpc' || !['unix', 'tcp'].includes(network)) {
    throw new Error(`this is no handshake: ${line}`);
  }
  if (rest.length > 0) throw new Error(`the plugin wants TLS that nobody asked for: ${line}`);
  return { network, address };
}
