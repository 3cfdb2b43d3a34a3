import express, { type Express, type Request, type Response } from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuiltPage } from './build-page.ts';

const PLUGIN_ID = 'spanhouse-traces-datasource';
const DIST = fileURLToPath(new URL(`../../../dist/${PLUGIN_ID}/`, import.meta.url));
const ICONS = join(
  dirname(createRequire(import.meta.url).resolve('@grafana/ui/package.json')),
  'dist',
  'public',
  'img',
);

/** What the plugin's backend answers: by canned frames, or by the real one behind a host. */
export interface PluginBackend {
  /** The body of `/api/ds/query` → its answer, with its status. */
  query(body: DsQuery, settings: SavedSettings): Promise<FrontAnswer>;
  /** A path below `resources/`, with its parameters. */
  resource(url: string, settings: SavedSettings): Promise<FrontAnswer>;
  health(settings: SavedSettings): Promise<FrontAnswer>;
}

export interface FrontAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface DsQuery {
  readonly queries: readonly Readonly<Record<string, unknown>>[];
  readonly from: string;
  readonly to: string;
}

/** A data source as Grafana keeps it: without its secrets, which only the plugin gets. */
export type KeptSettings = Readonly<Record<string, unknown>> & {
  readonly secureJsonFields: Readonly<Record<string, boolean>>;
};

/** The same with its secrets, as the plugin gets it, and how often it was saved. */
export interface SavedSettings {
  readonly kept: KeptSettings;
  readonly secrets: Readonly<Record<string, string>>;
  readonly version: number;
}

export interface GrafanaFront {
  readonly url: string;
  /** Everything that was saved, secrets included, as the plugin gets it. */
  readonly saved: Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/** Grafana's HTTP side, as far as the plugin's pages ask for it. */
export async function openFront(
  page: BuiltPage,
  backend: PluginBackend,
  settings: KeptSettings,
): Promise<GrafanaFront> {
  const app = express();
  app.use(express.json({ limit: '1mb' }));
  const saved: Readonly<Record<string, unknown>>[] = [];
  servePage(app, page);
  serveDataSource(app, backend, settings, saved);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    saved,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Plugin page</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/page.css" />
    <script>
      window.__grafana_public_path__ = '/public/';
      window.grafanaBootData = { settings: {}, user: {}, navTree: [] };
    </script>
  </head>
  <body>
    <div id="root"></div>
    <script src="/page.js"></script>
  </body>
</html>`;

const NO_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"></svg>';

function servePage(app: Express, { script, style }: BuiltPage): void {
  app.get('/', (_request, response) => void response.type('html').send(HTML));
  app.get('/page.js', (_request, response) => void response.type('js').send(Buffer.from(script)));
  app.get('/page.css', (_request, response) => void response.type('css').send(Buffer.from(style)));
  app.use(`/public/plugins/${PLUGIN_ID}`, express.static(DIST));
  app.use('/public/build/img', express.static(ICONS));
  // What Grafana has and its libraries lack: a few drawings, and the fonts, in whose place the system's serve.
  app.get('/public/build/img/*icon', (_request, response) => void response.type('svg').send(NO_DRAWING));
  app.get('/public/fonts/*font', (_request, response) => void response.status(204).end());
}

function serveDataSource(
  app: Express,
  backend: PluginBackend,
  settings: KeptSettings,
  saved: Readonly<Record<string, unknown>>[],
): void {
  let current: SavedSettings = { kept: settings, secrets: {}, version: 1 };
  const own = '/api/datasources/uid/spanhouse';
  app.get(own, (_request, response) => void response.json(current.kept));
  app.put(own, (request: Request, response) => {
    const { secureJsonData, ...open } = request.body as KeptSettings & {
      secureJsonData?: Readonly<Record<string, string>>;
    };
    saved.push(request.body as KeptSettings);
    const configured = Object.entries(secureJsonData ?? {}).map(([name, value]) => [name, value !== '']);
    const secureJsonFields = {
      ...open.secureJsonFields,
      ...(Object.fromEntries(configured) as Record<string, boolean>),
    };
    current = {
      kept: { ...open, secureJsonFields },
      secrets: { ...current.secrets, ...secureJsonData },
      version: current.version + 1,
    };
    response.json(current.kept);
  });
  app.get(`${own}/health`, (_request, response) => void answer(response, backend.health(current)));
  app.get(`${own}/resources/*path`, (request, response) => {
    void answer(response, backend.resource(request.url.slice(`${own}/resources/`.length), current));
  });
  app.post('/api/ds/query', (request, response) => {
    void answer(response, backend.query(request.body as DsQuery, current));
  });
}

async function answer(response: Response, asked: Promise<FrontAnswer>): Promise<void> {
  const { status, body } = await asked.catch((error: unknown) => ({
    status: 500,
    body: { message: String(error) },
  }));
  response.status(status).json(body);
}
