import { createReadStream } from 'node:fs';
import { type Readable, addAbortSignal } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import { Fault } from '../../errors/fault.ts';
import type { Call } from '../../store/trace-store.ts';
import { type Deployment, onCluster } from '../deployment.ts';
import { quoteName, quoteText } from '../literal.ts';
import { remainingMs, withinCall } from '../../store/deadline.ts';
import { faultOfAbsence, faultOfCode } from './engine-fault.ts';
import { type Engine, type Lane, MAX_STATEMENT_BYTES, type NativeFile, type ReadLimits } from './engine.ts';

export interface RemoteOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Made if it is not there. */
  readonly database: string;
  readonly deployment: Deployment;
  /** Statements of each lane that may run side by side. */
  readonly connections: number;
}

/** The client's own limit is for all statements alike; the deadline of each call is kept here instead. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

const READ_SETTINGS: ClickHouseSettings = {
  // A statement that gave up is ended by the server when its connection closes.
  cancel_http_readonly_queries_on_client_close: 1,
  max_query_size: String(MAX_STATEMENT_BYTES),
};

/** Traces are whole on a shard, so joins and subqueries by trace id need not leave it. */
const CLUSTER_SETTINGS: ClickHouseSettings = { distributed_product_mode: 'local' };

/** A ClickHouse server, or a cluster of them, over HTTP. */
export async function openRemoteEngine(options: RemoteOptions): Promise<Engine> {
  const engine = new RemoteEngine(options);
  try {
    await engine.createDatabase();
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
  return engine;
}

class RemoteEngine implements Engine {
  readonly kind = 'remote';
  readonly #options: RemoteOptions;
  readonly #clients: Readonly<Record<Lane | 'stream', ClickHouseClient>>;

  constructor(options: RemoteOptions) {
    this.#options = options;
    // A pool of connections each: a lookup waits neither for a load nor for a job, nor for a stream whose reader asks it.
    this.#clients = {
      read: connect(options, options.database),
      stream: connect(options, options.database),
      load: connect(options, options.database),
      job: connect(options, options.database),
    };
  }

  async createDatabase(): Promise<void> {
    const { database, deployment } = this.#options;
    const client = connect(this.#options, 'default');
    const call: Call = { deadlineMs: Number.POSITIVE_INFINITY };
    try {
      await run(call, (signal) =>
        client.command({
          query: `CREATE DATABASE IF NOT EXISTS ${quoteName(database)}${onCluster(deployment)}`,
          abort_signal: signal,
        }),
      );
    } finally {
      await client.close();
    }
  }

  async command(sql: string, lane: Lane, call: Call): Promise<void> {
    await run(call, (signal) =>
      this.#clients[lane].command({
        query: sql,
        abort_signal: signal,
        clickhouse_settings: { wait_end_of_query: 1 },
      }),
    );
  }

  /** The server holds the answer back until it is whole, so that a failure half way is a failure and not half an answer. */
  async read(sql: string, call: Call, limits?: ReadLimits): Promise<Uint8Array> {
    return run(call, async (signal) => {
      const settings = { wait_end_of_query: 1, ...rowLimit(limits) } as const;
      const stream = await this.#select('read', sql, call, signal, settings);
      return Buffer.concat(await stream.toArray());
    });
  }

  async *stream(sql: string, call: Call, limits?: ReadLimits): AsyncGenerator<Uint8Array> {
    const abort = new AbortController();
    const stream = await run(call, (signal) =>
      this.#select('stream', sql, call, AbortSignal.any([signal, abort.signal]), rowLimit(limits)),
    );
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const chunk = await run(call, () => chunks.next());
        if (chunk.done === true) return;
        yield chunk.value;
      }
    } finally {
      abort.abort();
      stream.destroy();
    }
  }

  async load(sql: (source: string) => string, file: NativeFile, call: Call): Promise<void> {
    await run(call, async (signal) => {
      const { stream } = await this.#clients.load.exec({
        query: `${sql(`input(${quoteText(file.structure)})`)}\nFORMAT Native`,
        values: addAbortSignal(signal, createReadStream(file.path)),
        abort_signal: signal,
        clickhouse_settings: { wait_end_of_query: 1 },
      });
      await stream.toArray();
    });
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#clients).map((client) => client.close()));
  }

  async #select(
    pool: 'read' | 'stream',
    sql: string,
    call: Call,
    signal: AbortSignal,
    settings: ClickHouseSettings,
  ): Promise<Readable> {
    const seconds = Math.max(remainingMs(call) / 1000, 0.001);
    const { stream } = await this.#clients[pool].exec({
      query: `${sql}\nFORMAT Native`,
      abort_signal: signal,
      clickhouse_settings: {
        ...READ_SETTINGS,
        ...settings,
        ...(Number.isFinite(seconds) ? { max_execution_time: seconds } : {}),
      },
    });
    return stream;
  }
}

function rowLimit({ maxRows }: ReadLimits = {}): ClickHouseSettings {
  return maxRows === undefined ? {} : { max_rows_to_read: String(maxRows), read_overflow_mode: 'throw' };
}

function connect(options: RemoteOptions, database: string): ClickHouseClient {
  return createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database,
    application: 'spanhouse',
    max_open_connections: options.connections,
    request_timeout: NO_TIMEOUT_MS,
    // Faults are logged where they are answered.
    log: { LoggerClass: SilentLogger },
    clickhouse_settings: options.deployment.kind === 'cluster' ? CLUSTER_SETTINGS : {},
  });
}

class SilentLogger {
  trace(): void {
    return undefined;
  }
  debug(): void {
    return undefined;
  }
  info(): void {
    return undefined;
  }
  warn(): void {
    return undefined;
  }
  error(): void {
    return undefined;
  }
}

/** Runs one request, and ends it when the call gives up. */
async function run<T>(call: Call, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  remainingMs(call);
  const abort = new AbortController();
  try {
    return await withinCall(call, request(abort.signal));
  } catch (thrown) {
    abort.abort();
    throw translate(thrown);
  }
}

function translate(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof ClickHouseError) return faultOfCode(Number(thrown.code), thrown);
  return faultOfAbsence(thrown);
}
