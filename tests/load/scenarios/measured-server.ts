import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/wait.ts';
import { peakMemoryMib } from '../process-cost.ts';
import { type ProtocolName, PROTOCOLS } from '../traffic/protocols.ts';
import type { ReplayOptions } from '../traffic/replay.ts';
import { forgetPeakMemory, readCpuMs, residentMib } from './process-reading.ts';

/** Settings without their prefix. */
export type ServerSettings = Readonly<Record<string, string>>;

export interface ListedSpace {
  readonly tenant: string;
  readonly spanCount: number;
  /** RFC 3339, as the last. */
  readonly firstStart: string;
  readonly lastStart: string;
}

const PROGRAM = fileURLToPath(new URL('../../../server/bin/spanhouse.cjs', import.meta.url));
const PICK_PORTS: ServerSettings = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  OTLP_HTTP_PORT: '0',
  OTLP_GRPC_PORT: '0',
  JAEGER_HTTP_PORT: '0',
  JAEGER_GRPC_PORT: '0',
  ZIPKIN_PORT: '0',
};
const READY_MS = 120_000;
const STOP_MS = 120_000;
const SETTLE_MS = 600_000;
const STORY_LINES = 15;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the built program on a data directory, on ports that it picks, and waits until it is ready. */
export async function startServer(dataDir: string, settings: ServerSettings = {}): Promise<MeasuredServer> {
  const server = new MeasuredServer({ ...PICK_PORTS, ...settings, DATA_DIR: dataDir });
  await server.ready();
  return server;
}

/** The built program in a process of its own, and what it costs. */
export class MeasuredServer {
  readonly #startMs = performance.now();
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #listeners: Readonly<Record<string, string>> | undefined;
  #readyMs = Number.NaN;
  #ended = false;

  constructor(settings: ServerSettings) {
    this.#child = spawn(process.execPath, [PROGRAM], {
      env: environmentOf(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    for (const output of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: output }).on('line', (line) => {
        this.#take(line);
      });
    }
    this.#child.once('close', () => {
      this.#ended = true;
      running.delete(this.#child);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** From the start of the process to its word that it is ready. */
  get readyMs(): number {
    return this.#readyMs;
  }

  get otlpUrl(): string {
    return `http://${this.#address('otlpHttp')}`;
  }

  get httpUrl(): string {
    return `http://${this.#address('http')}`;
  }

  /** Where to replay a load to. */
  target(protocol: ProtocolName = 'otlp-protobuf'): Pick<ReplayOptions, 'protocol' | 'address'> {
    return { protocol, address: this.#address(PROTOCOLS[protocol].listener) };
  }

  async ready(): Promise<void> {
    await until('the server to be ready', () => this.#listeners !== undefined || this.#ended, {
      timeoutMs: READY_MS,
      everyMs: 5,
    });
    if (this.#listeners === undefined) throw new Error(`the server did not start: ${this.#story()}`);
  }

  cpuMs(): number {
    return readCpuMs(this.pid);
  }

  residentMib(): number {
    return residentMib(this.pid);
  }

  peakMib(): number {
    return peakMemoryMib(this.pid) ?? Number.NaN;
  }

  /** The peak is from now on: starting takes memory for a moment. */
  forgetPeak(): void {
    forgetPeakMemory(this.pid);
  }

  async spaces(): Promise<readonly ListedSpace[]> {
    return (await this.#get<{ spaces: ListedSpace[] }>('/api/v1/spaces')).spaces;
  }

  /** Spans that were acknowledged since it was started. */
  async acceptedSpans(): Promise<number> {
    const response = await fetch(`${this.httpUrl}/metrics`);
    const line = /^spanhouse_spans_accepted_total (.*)$/m.exec(await response.text());
    if (line === null) throw new Error('the server does not say how many spans it has accepted');
    return Number(line[1]);
  }

  /** Spans that are acknowledged and not yet in the engine. */
  async unloadedSpans(): Promise<number> {
    const { checks } = await this.#get<{ checks: { log: { detail: { spans: number } } } }>('/readyz');
    return checks.log.detail.spans;
  }

  /** Resolves when every span that was acknowledged is in the engine. */
  async settled(): Promise<void> {
    await until('the log to be empty', async () => (await this.unloadedSpans()) === 0, {
      timeoutMs: SETTLE_MS,
    });
  }

  /** SIGTERM; a stop that is not clean is a failure. */
  async stop(): Promise<void> {
    const closed = once(this.#child, 'close') as Promise<[number | null]>;
    this.#child.kill('SIGTERM');
    const late = new AbortController();
    const timeout = sleep(STOP_MS, 'late' as const, { signal: late.signal });
    timeout.catch(() => undefined);
    const outcome = await Promise.race([closed, timeout]);
    late.abort();
    if (outcome === 'late' || outcome[0] !== 0) throw new Error(`the server did not stop: ${this.#story()}`);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }

  #address(listener: string): string {
    const address = this.#listeners![listener];
    if (address === undefined) throw new Error(`the server has no listener ${listener}`);
    return address;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.httpUrl}${path}`);
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    return (await response.json()) as T;
  }

  #take(line: string): void {
    if (this.#listeners === undefined && line.includes('"msg":"ready"')) {
      this.#readyMs = performance.now() - this.#startMs;
      this.#listeners = (JSON.parse(line) as { listeners: Record<string, string> }).listeners;
    }
    this.#lines.push(line);
    if (this.#lines.length > STORY_LINES) this.#lines.shift();
  }

  /** The end of what it said, for failures. */
  #story(): string {
    return ['', ...this.#lines].join('\n  ');
  }
}

function environmentOf(settings: ServerSettings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SPANHOUSE_'));
  const own = Object.entries(settings).map(([name, value]) => [`SPANHOUSE_${name}`, value] as const);
  return Object.fromEntries([...inherited, ...own]);
}
