import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './wait.ts';

/** Settings without their prefix. */
export type ServerSettings = Readonly<Record<string, string>>;

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: string };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Memory {
  readonly residentMib: number;
  readonly peakMib: number;
}

export interface Readiness {
  readonly status: number;
  readonly ready: boolean;
  readonly checks: Readonly<
    Record<string, { ready: boolean; reason?: string; detail?: Readonly<Record<string, number>> }>
  >;
}

export interface SpaceCount {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
  readonly spanCount: number;
  readonly firstStart: string;
  readonly lastStart: string;
}

export const PROGRAM = fileURLToPath(new URL('../../dist/server/bin/spanhouse.cjs', import.meta.url));
const PICK_PORTS: ServerSettings = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  OTLP_HTTP_PORT: '0',
  OTLP_GRPC_PORT: '0',
  JAEGER_HTTP_PORT: '0',
  JAEGER_GRPC_PORT: '0',
  ZIPKIN_PORT: '0',
};
const PORT_SETTINGS = {
  http: 'HTTP_PORT',
  grpc: 'GRPC_PORT',
  otlpHttp: 'OTLP_HTTP_PORT',
  otlpGrpc: 'OTLP_GRPC_PORT',
  jaegerHttp: 'JAEGER_HTTP_PORT',
  jaegerGrpc: 'JAEGER_GRPC_PORT',
  jaegerCompact: 'JAEGER_COMPACT_PORT',
  jaegerBinary: 'JAEGER_BINARY_PORT',
  sampling: 'SAMPLING_PORT',
  samplingGrpc: 'SAMPLING_GRPC_PORT',
  zipkin: 'ZIPKIN_PORT',
  influx: 'INFLUX_PORT',
  cnosdb: 'CNOSDB_PORT',
  plugin: 'PLUGIN_PORT',
} as const;
type FixedName = keyof typeof PORT_SETTINGS;
/** Also of ports that are for one space: `udp of acme/iot/traces`. */
type ListenerName = FixedName | `${'http' | 'grpc' | 'udp'} of ${string}`;
const HTTP_LISTENERS: ReadonlySet<string> = new Set<FixedName>([
  'http',
  'otlpHttp',
  'jaegerHttp',
  'zipkin',
  'influx',
  'cnosdb',
  'sampling',
]);
const READY_MS = 30_000;
const STOP_MS = 60_000;
const CRASHES: ReadonlySet<unknown> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL']);

const running = new Set<ChildProcess>();
const directories = new Set<string>();
process.once('exit', tidyUp);

/** Starts the built program and waits until it says that it is ready. Its ports are picked, its directory is new. */
export async function startServer(settings: ServerSettings = {}): Promise<ServerProcess> {
  const server = spawnServer(settings);
  await server.ready();
  return server;
}

/** Starts the built program and does not wait for it. */
export function spawnServer(settings: ServerSettings = {}): ServerProcess {
  const dataDir = settings['DATA_DIR'] ?? makeDataDir();
  return new ServerProcess({ ...PICK_PORTS, ...settings, DATA_DIR: dataDir });
}

/** A new directory that is gone when the tests are. */
export function makeDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spanhouse-e2e-'));
  directories.add(directory);
  return directory;
}

/** Ends what a test has left behind, each process by its own id. For `afterEach`, and for when the tests themselves end. */
export function tidyUp(): void {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  directories.clear();
}

/** The built program in a process of its own. */
export class ServerProcess {
  readonly dataDir: string;
  readonly exited: Promise<Exit>;
  readonly lines: LogLine[] = [];
  /** Of both outputs, what is not a line of the log. */
  readonly noise: string[] = [];
  readonly #settings: ServerSettings;
  readonly #child: ChildProcess;
  #exit: Exit | undefined;

  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.dataDir = settings['DATA_DIR']!;
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
    this.exited = this.#untilExit();
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Base URLs of the HTTP ports, `host:port` of the others; one that is off unless its setting says otherwise is not there. */
  get addresses(): Readonly<Record<ListenerName, string>> {
    const addresses = Object.entries(this.#listeners()).map(([name, address]) => [
      name,
      HTTP_LISTENERS.has(name) || name.startsWith('http of ') ? `http://${address}` : address,
    ]);
    return Object.fromEntries(addresses) as Record<ListenerName, string>;
  }

  async ready(): Promise<void> {
    await until(
      'the server to be ready',
      () => {
        if (this.#exit !== undefined) return true;
        return this.#find('ready') !== undefined;
      },
      { timeoutMs: READY_MS, everyMs: 10 },
    );
    if (this.#find('ready') === undefined)
      throw new Error(`the server ended before it was ready: ${this.story()}`);
  }

  /** SIGTERM; the exit code has to be 0. A crash of the engine while the process ends is told apart. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const { code, signal } = await this.#exitWithin(STOP_MS);
    if (code === 0) return;
    const crashed = CRASHES.has(signal) || code === 134 || code === 139;
    const when =
      this.#find('stopped') === undefined ? 'before everything was closed' : 'after everything was closed';
    const what = crashed ? `the engine crashed at exit, ${when}` : 'the stop was not clean';
    throw new Error(`${what} (code ${String(code)}, signal ${String(signal)}): ${this.story()}`);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** The program again, on the same directory and, so that senders find it, on the same ports. */
  spawnAgain(change: ServerSettings = {}): ServerProcess {
    return new ServerProcess({ ...this.#settings, ...this.#samePorts(), ...change });
  }

  async startAgain(change: ServerSettings = {}): Promise<ServerProcess> {
    const server = this.spawnAgain(change);
    await server.ready();
    return server;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  memory(): Memory {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) / 1024;
    return { residentMib: mib('VmRSS'), peakMib: mib('VmHWM') };
  }

  /** User and system time of all its threads so far. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const TICK_MS = 10;
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  async readiness(): Promise<Readiness> {
    const response = await fetch(`${this.addresses.http}/readyz`);
    return { status: response.status, ...((await response.json()) as Omit<Readiness, 'status'>) };
  }

  async spaces(): Promise<readonly SpaceCount[]> {
    const response = await fetch(`${this.addresses.http}/api/v1/spaces`);
    if (!response.ok) throw new Error(`the list of spaces: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { spaces: SpaceCount[] }).spaces;
  }

  /** Value of a metric, summed over its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.addresses.http}/metrics`)).text();
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    if (values.length === 0) throw new Error(`there is no metric ${name}`);
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Resolves when every span that was acknowledged is in the store. */
  async settled(timeoutMs = 60_000): Promise<void> {
    await until(
      'the log to be empty',
      async () => (await this.readiness()).checks['log']?.detail?.['spans'] === 0,
      { timeoutMs },
    );
  }

  /** The end of what it said, for failures. */
  story(): string {
    const lines = this.lines.slice(-15).map((line) => JSON.stringify(line));
    return ['', ...lines, ...this.noise.slice(-15)].join('\n  ');
  }

  #take(line: string): void {
    try {
      this.lines.push(JSON.parse(line) as LogLine);
    } catch {
      this.noise.push(line);
    }
  }

  async #untilExit(): Promise<Exit> {
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
    running.delete(this.#child);
    this.#exit = { code, signal };
    return this.#exit;
  }

  async #exitWithin(timeoutMs: number): Promise<Exit> {
    return until('the server to end', () => this.#exit, { timeoutMs, everyMs: 10 });
  }

  #find(message: string): LogLine | undefined {
    return this.lines.find(({ msg }) => msg === message);
  }

  #listeners(): Readonly<Record<string, string>> {
    const line = this.#find('ready');
    if (line === undefined) throw new Error('the server is not ready');
    return line['listeners'] as Readonly<Record<string, string>>;
  }

  #samePorts(): ServerSettings {
    if (this.#find('ready') === undefined) return {};
    const listeners = this.#listeners();
    const settings = Object.entries(PORT_SETTINGS).flatMap(([name, setting]) => {
      const address = listeners[name];
      return address === undefined ? [] : [[setting, address.slice(address.lastIndexOf(':') + 1)] as const];
    });
    return Object.fromEntries(settings);
  }
}

function environmentOf(settings: ServerSettings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SPANHOUSE_'));
  const own = Object.entries(settings).map(([name, value]) => [`SPANHOUSE_${name}`, value] as const);
  return Object.fromEntries([...inherited, ...own]);
}
