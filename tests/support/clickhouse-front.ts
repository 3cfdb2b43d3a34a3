import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Session } from 'chdb';
import { quoteName, quoteText } from '../../server/clickhouse/literal.ts';

/**
 * ClickHouse's HTTP interface before the embedded engine, as far as a client of ours can tell: the parser and the engine
 * behind it are the server's own. What it cannot show: replicas, distributed tables, users, asynchronous inserts.
 */
export interface ClickHouseFront {
  readonly url: string;
  /** Statements that came, for tests that count them. */
  readonly statements: string[];
  /** While true, every request is cut off before it is answered. */
  away: boolean;
  close(): Promise<void>;
}

/** Where a front stands that is to come back with what it held. */
export interface FrontPlace {
  /** Kept when the front closes. */
  readonly directory: string;
  readonly port: number;
}

export async function openClickHouseFront(place?: FrontPlace): Promise<ClickHouseFront> {
  const directory = place?.directory ?? (await mkdtemp(join(tmpdir(), 'spanhouse-front-')));
  const sessions = new Sessions(join(directory, 'data'));
  const statements: string[] = [];
  const server = createServer((request, response) => {
    if (front.away) {
      request.socket.destroy();
      return;
    }
    answer(request, response, { sessions, directory, statements }).catch((thrown: unknown) => {
      refuse(response, thrown);
    });
  });
  const front: ClickHouseFront = {
    url: await listen(server, place?.port ?? 0),
    statements,
    away: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      sessions.close();
      if (place === undefined) await rm(directory, { recursive: true });
    },
  };
  return front;
}

interface Backend {
  readonly sessions: Sessions;
  readonly directory: string;
  readonly statements: string[];
}

let files = 0;

async function answer(request: IncomingMessage, response: ServerResponse, backend: Backend): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://front');
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const inQuery = url.searchParams.get('query');
  if (inQuery === null || inQuery === '') {
    const sql = Buffer.concat(await request.toArray()).toString('utf8');
    await respond(response, await run(sql, url.searchParams, backend));
    return;
  }
  // The rows come as the body: they become a file, which the engine reads as the server would read the body.
  const path = join(backend.directory, `body-${files++}`);
  await pipeline(request, createWriteStream(path));
  await respond(response, await run(fromFile(inQuery, path), url.searchParams, backend));
  await rm(path);
}

function fromFile(sql: string, path: string): string {
  return sql.replace(/FROM input\('/, `FROM file('${path}', 'Native', '`).replace(/\nFORMAT Native$/, '');
}

async function run(sql: string, parameters: URLSearchParams, backend: Backend): Promise<Uint8Array> {
  backend.statements.push(sql);
  const database = parameters.get('database');
  return backend.sessions.lend(async (session) => {
    if (database !== null && !sql.startsWith('CREATE DATABASE'))
      await session.queryAsync(`USE ${quoteName(database)}`);
    const result = await session.queryAsync(withSettings(sql, parameters), { format: 'Native' });
    return result.bytes();
  });
}

const NO_SETTINGS = new Set(['query', 'database', 'query_id', 'wait_end_of_query', 'session_id', 'enable_http_compression', 'cancel_http_readonly_queries_on_client_close']); // prettier-ignore

function withSettings(sql: string, parameters: URLSearchParams): string {
  const settings = [...parameters].filter(([name]) => !NO_SETTINGS.has(name));
  if (settings.length === 0 || !sql.endsWith('FORMAT Native')) return sql;
  return `${sql} SETTINGS ${settings.map(([name, value]) => `${name} = ${quoteSetting(value)}`).join(', ')}`;
}

function quoteSetting(value: string): string {
  return /^[\d.]+$/.test(value) ? value : quoteText(value);
}

/** Pieces of odd sizes, as a network would make them. */
const PIECE_BYTES = 8191;

async function respond(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  response.setHeader('X-ClickHouse-Format', 'Native');
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (response.destroyed) return;
    if (!response.write(bytes.subarray(at, at + PIECE_BYTES))) {
      await new Promise((resolve) => {
        response.once('drain', resolve).once('close', resolve);
      });
    }
  }
  response.end();
}

function refuse(response: ServerResponse, thrown: unknown): void {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = /Code: (\d+)\./.exec(message)?.[1] ?? '0';
  response.writeHead(500, { 'X-ClickHouse-Exception-Code': code });
  response.end(message);
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A connection runs one statement at a time, so every request has one of its own. */
class Sessions {
  readonly #path: string;
  readonly #idle: Session[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  async lend<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#idle.pop() ?? new Session(this.#path);
    try {
      return await work(session);
    } finally {
      this.#idle.push(session);
    }
  }

  close(): void {
    for (const session of this.#idle) session.close();
  }
}
