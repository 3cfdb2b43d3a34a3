import type { RequestHandler } from 'express';
import express from 'express';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQuery, type Query } from '../../server/bin/create-query.ts';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Settings } from '../../server/config/setting-table.ts';
import { readSettings } from '../../server/config/settings.ts';
import { listenHttp } from '../../server/platform/http-listener.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { PAGE_2_17, PAGE_2_20 } from '../../server/query/jaeger/ui/index-page.fixture.ts';
import { MINUTE, NOW } from '../../server/store/conformance.fixture.ts';
import { type TestStore, openTestStore } from './open-test-store.ts';

/** Where the query server of a test is reached. */
export interface QueryAddresses {
  /** Base URLs: of a server without a UI, and of two that host what is left of a UI of either age. */
  readonly http: string;
  readonly hosting: Readonly<Record<UiRelease, string>>;
  /** `host:port`. */
  readonly grpc: string;
}

export interface QueryServer extends TestStore {
  readonly addresses: QueryAddresses;
  /** The paths that the routers have registered, with a UI and without one, as express writes them. */
  readonly paths: ReadonlySet<string>;
}

export type UiRelease = '2.17' | '2.20';

const HOUR = 60n * MINUTE;
/** The full hour in which spans of tests begin: what is counted by minutes and by days is there at any time of day. */
export const BEGIN = (NOW / HOUR) * HOUR;
export const BEGIN_MS = Number(BEGIN / 1_000_000n);
/** Of the server, at all times. */
export const SERVER_NOW_MS = BEGIN_MS + 200_000;

const HOST = '127.0.0.1';
const UI_PAGES: Readonly<Record<UiRelease, string>> = { '2.17': PAGE_2_17, '2.20': PAGE_2_20 };
const CLOSE_MS = 1_000;

/** The faces of the store as the program puts them together, in this process, over an embedded engine of its own. */
export async function openQueryServer(): Promise<QueryServer> {
  const directory = await mkdtemp(join(tmpdir(), 'spanhouse-query-'));
  const dataDir = join(directory, 'data');
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  const opened = await openTestStore(engine);
  const bare = compose(opened, {});
  const old = compose(opened, { SPANHOUSE_UI_DIR: await writeUi(directory, '2.17') });
  const current = compose(opened, { SPANHOUSE_UI_DIR: await writeUi(directory, '2.20') });
  const listeners = await Promise.all([
    ...[bare, old, current].map(({ routes }) =>
      listenHttp(appOf(routes), { ...PICKED, bodyTimeoutMs: 10_000 }),
    ),
    bare.grpc.listen(PICKED),
  ]);
  const [http, ui17, ui20, grpc] = listeners.map(({ port }) => `${HOST}:${port}`) as [string, string, string, string]; // prettier-ignore
  return {
    ...opened,
    addresses: {
      http: `http://${http}`,
      hosting: { '2.17': `http://${ui17}`, '2.20': `http://${ui20}` },
      grpc,
    },
    paths: new Set([bare, current].flatMap(({ routes }) => routes.flatMap(registeredPaths))),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close(CLOSE_MS)));
      await opened.close();
      await rm(directory, { recursive: true });
    },
  };
}

const PICKED = { host: HOST, port: 0 } as const;

/** The routes take the clock when they are made, so it stands still for them alone. */
function compose({ store }: TestStore, environment: Readonly<Record<string, string>>): Query {
  const clock = Object.getOwnPropertyDescriptor(Date, 'now')!;
  Object.defineProperty(Date, 'now', { ...clock, value: () => SERVER_NOW_MS });
  try {
    const logger = createLogger('silent');
    return createQuery({ settings: settingsOf(environment), store, logger, listeners: () => ({}) });
  } finally {
    Object.defineProperty(Date, 'now', clock);
  }
}

function settingsOf(environment: Readonly<Record<string, string>>): Settings {
  const readFile = (path: string): never => {
    throw new Error(`nothing is to be read from ${path}`);
  };
  const outcome = readSettings({ environment, machine: { memoryBytes: 2 ** 32 }, readFile });
  if (!outcome.ok) throw new Error(outcome.problems.join('; '));
  return outcome.settings;
}

function appOf(routes: readonly RequestHandler[]): express.Express {
  return express()
    .disable('x-powered-by')
    .disable('etag')
    .use(...routes);
}

async function writeUi(directory: string, release: UiRelease): Promise<string> {
  const folder = join(directory, `ui-${release}`);
  await mkdir(join(folder, 'static'), { recursive: true });
  await writeFile(join(folder, 'index.html'), UI_PAGES[release]);
  await writeFile(join(folder, 'static', 'favicon-12345678.ico'), 'icon');
  return folder;
}

/** What express keeps of a route. */
interface RouterParts {
  readonly stack: readonly { readonly route?: { readonly path: string | readonly string[] } }[];
}

function registeredPaths(router: RequestHandler): readonly string[] {
  return (router as unknown as RouterParts).stack.flatMap(({ route }) => route?.path ?? []);
}
