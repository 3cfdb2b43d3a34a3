import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type * as Chdb from 'chdb';
import type { ChdbQueryStream, Session } from 'chdb';
import { Fault } from '../../errors/fault.ts';
import type { Call } from '../../store/trace-store.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { remainingMs, withinCall } from '../../store/deadline.ts';
import { compileEngineConfig } from './engine-config.ts';
import { faultOfCode } from './engine-fault.ts';
import { type Engine, type Lane, MAX_STATEMENT_BYTES, type NativeFile, type ReadLimits } from './engine.ts';
import { SessionPool } from './session-pool.ts';

export interface EmbeddedOptions {
  /** Directory of the engine's files; made if it is not there. One process at a time. */
  readonly dataDir: string;
  readonly memoryBytes: number;
  /** Statements of the read lane that may run side by side. */
  readonly readSessions: number;
  /** Threads of one statement. */
  readonly threads: number;
}

/** The database of an embedded store: the directory is its own, so the name need not be a setting. */
const DATABASE = 'spanhouse';

/** Merges beside inserts and reads; more would only take turns with them on small machines. */
const BACKGROUND_THREADS = 2;

/** A statement that gave up is ended in the engine too; that must not take long itself. */
const KILL_TIMEOUT_MS = 5000;

/** What the engine takes for `max_execution_time`; a call without a deadline gets a day. */
const MAX_STATEMENT_SECONDS = 86_400;

/**
 * ClickHouse inside this process. Every lane has connections of its own, on threads of their own, so a person who looks
 * up a trace never waits behind a segment that is loaded or a report that is computed.
 */
export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<Engine> {
  const { Session } = await importChdb();
  const dataDir = resolve(options.dataDir);
  const configPath = join(dataDir, 'engine.xml');
  await mkdir(dataDir, { recursive: true });
  const { memoryBytes } = options;
  await writeFile(configPath, compileEngineConfig({ memoryBytes, backgroundThreads: BACKGROUND_THREADS }));
  const connectionArgs = [
    `--config-file=${configPath}`,
    `--max_threads=${options.threads}`,
    `--max_query_size=${MAX_STATEMENT_BYTES}`,
  ];
  const engine = new EmbeddedEngine(options.readSessions, async () => {
    const session = connect(() => new Session(dataDir, { connectionArgs }), dataDir);
    await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${DATABASE}`);
    await session.queryAsync(`USE ${DATABASE}`);
    return session;
  });
  await engine.prove();
  return engine;
}

class EmbeddedEngine implements Engine {
  readonly kind = 'embedded';
  readonly #pools: Readonly<Record<Lane | 'stream' | 'control', SessionPool>>;

  constructor(readSessions: number, open: () => Promise<Session>) {
    this.#pools = {
      read: new SessionPool(open, readSessions),
      // Whoever reads a stream asks other things meanwhile: these must not wait for it to end.
      stream: new SessionPool(open, readSessions),
      load: new SessionPool(open, 1),
      job: new SessionPool(open, 1),
      control: new SessionPool(open, 1),
    };
  }

  /** Opens the first connection, so that a directory that cannot be used is told at the start. */
  async prove(): Promise<void> {
    await this.command('SELECT 1', 'read', { deadlineMs: Number.POSITIVE_INFINITY });
  }

  async command(sql: string, lane: Lane, call: Call): Promise<void> {
    remainingMs(call);
    await this.#pools[lane].run(call, (session) => query(session, sql));
  }

  async read(sql: string, call: Call, limits?: ReadLimits): Promise<Uint8Array> {
    const statement = bound(sql, call, limits);
    const result = this.#pools.read.run(call, (session) => query(session, statement.sql));
    return this.#endingWith(result, statement);
  }

  async *stream(sql: string, call: Call, limits?: ReadLimits): AsyncGenerator<Uint8Array> {
    const statement = bound(sql, call, limits);
    const session = await this.#pools.stream.acquire(call);
    let chunks: ChdbQueryStream | undefined;
    let step: Promise<unknown> = Promise.resolve();
    try {
      chunks = session.queryStream(statement.sql, { format: 'Native' });
      for (const iterator = chunks[Symbol.asyncIterator](); ;) {
        const next = iterator.next();
        step = next;
        const chunk = await this.#endingWith(withinCall(call, next), statement);
        if (chunk.done === true) return;
        yield chunk.value.raw();
      }
    } catch (thrown) {
      throw translate(thrown);
    } finally {
      this.#pools.stream.releaseAfter(session, endStream(session, chunks, step));
    }
  }

  async load(sql: (source: string) => string, file: NativeFile, call: Call): Promise<void> {
    const source = `file(${quoteText(resolve(file.path))}, 'Native', ${quoteText(file.structure)})`;
    await this.command(sql(source), 'load', call);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()));
  }

  /** When the caller has given up, the statement is ended too, so that its connection is soon free again. */
  async #endingWith<T>(work: Promise<T>, { tag }: Bound): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      if (thrown instanceof Fault && (thrown.code === 'cancelled' || thrown.code === 'too-slow'))
        this.#kill(tag);
      throw thrown;
    }
  }

  #kill(tag: string): void {
    const call = { deadlineMs: performance.now() + KILL_TIMEOUT_MS };
    const sql = `KILL QUERY WHERE Settings['log_comment'] = ${quoteText(tag)} ASYNC`;
    // Nobody waits for it, and a statement that has ended by itself is as good.
    this.#pools.control.run(call, (session) => query(session, sql)).catch(() => undefined);
  }
}

/** A statement that ends by itself at the call's deadline and can be told apart from all others. */
interface Bound {
  readonly sql: string;
  readonly tag: string;
}

/** Settings may stand after FORMAT too, so the statement's own SETTINGS are left alone. */
function bound(sql: string, call: Call, { maxRows }: ReadLimits = {}): Bound {
  const seconds = Math.min(remainingMs(call) / 1000, MAX_STATEMENT_SECONDS);
  const tag = randomUUID();
  const settings = [
    `max_execution_time = ${seconds.toFixed(3)}`,
    `log_comment = ${quoteText(tag)}`,
    ...(maxRows === undefined
      ? []
      : [`max_rows_to_read = ${quoteInteger(maxRows)}`, `read_overflow_mode = 'throw'`]),
  ];
  return { sql: `${sql}\nFORMAT Native SETTINGS ${settings.join(', ')}`, tag };
}

async function query(session: Session, sql: string): Promise<Uint8Array> {
  try {
    const result = await session.queryAsync(sql, { format: 'Native' });
    return result.bytes();
  } catch (thrown) {
    await flush(session);
    throw translate(thrown);
  }
}

/** Frees what the stream holds in the engine, when its last step has ended. */
async function endStream(
  session: Session,
  chunks: ChdbQueryStream | undefined,
  step: Promise<unknown>,
): Promise<void> {
  try {
    await step;
    chunks?.cancel();
  } catch {
    await flush(session);
  }
}

/** A statement that failed lives on in the engine, with its memory, until its connection runs another. */
async function flush(session: Session): Promise<void> {
  await session.queryAsync('SELECT 1').catch(() => undefined);
}

async function importChdb(): Promise<typeof Chdb> {
  try {
    return await import('chdb');
  } catch (cause) {
    throw new Fault(
      'failed-precondition',
      'the embedded engine does not run on this system (it needs glibc Linux or macOS): set SPANHOUSE_CLICKHOUSE_URL to a ClickHouse server',
      { setting: 'SPANHOUSE_CLICKHOUSE_URL', cause },
    );
  }
}

function connect(create: () => Session, dataDir: string): Session {
  try {
    return create();
  } catch (cause) {
    const holder = holderOf(dataDir);
    if (holder === undefined) throw translate(cause);
    throw new Fault(
      'failed-precondition',
      `process ${holder} holds the data directory ${dataDir}: stop it, or set SPANHOUSE_DATA_DIR to another directory`,
      { setting: 'SPANHOUSE_DATA_DIR', value: dataDir, cause },
    );
  }
}

/** The living process that has locked the directory. The engine does not say it; its lock file does. */
function holderOf(dataDir: string): number | undefined {
  try {
    const holder = Number(/^PID: (\d+)$/m.exec(readFileSync(join(dataDir, 'status'), 'utf8'))?.[1]);
    process.kill(holder, 0);
    return holder === process.pid ? undefined : holder;
  } catch {
    return undefined;
  }
}

function translate(thrown: unknown): Fault {
  return thrown instanceof Fault ? thrown : faultOfCode(codeOf(thrown), thrown);
}

/** Errors of streams and of connecting carry ClickHouse's number in their text alone, always in this form. */
function codeOf(thrown: unknown): number {
  if (!(thrown instanceof Error)) return 0;
  const known = (thrown as { clickhouseCode?: number }).clickhouseCode;
  return known ?? Number(/\bCode: (\d+)\. DB::/.exec(thrown.message)?.[1] ?? 0);
}
