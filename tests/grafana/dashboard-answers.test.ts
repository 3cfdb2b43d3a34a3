import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard, Panel, Target } from '../../src/dashboards/dashboard.ts';
import { dashboardFiles } from '../../src/dashboards/files.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { filled, initialValues } from './filled-query.ts';
import { getResource, queryData, type QueryAnswer } from './host/ask.ts';
import { buildPluginBackend, type BuiltPlugin } from './host/built-plugin.ts';
import type { SavedDataSource } from './host/data-source.ts';
import { killPlugins, type PluginHost, startPlugin } from './host/plugin-host.ts';
import { type ReadFrame, valuesOf } from './host/read-frame.ts';

/** The provisioned dashboards, asked as Grafana would ask them, of the demo's traffic. */
const DEMO = fileURLToPath(new URL('../../dist/tests/load/demo.js', import.meta.url));
const VISITS = 200;

let built: BuiltPlugin;
let host: PluginHost;
let server: ServerProcess;
let source: SavedDataSource;
let traceId: string;

beforeAll(async () => {
  built = buildPluginBackend();
  host = await startPlugin({ executable: built.executable });
  server = await startServer();
  source = { url: server.addresses.http, json: { tenant: 'default', db: 'public', table: 'traces' } };
  const visits = ['--visits', String(VISITS), '--rate', String(VISITS), '--seed', '1'];
  execFileSync(process.execPath, [DEMO, '--url', server.addresses.otlpHttp, ...visits]);
  await server.settled();
  const { A } = await queryData(host, source, { A: { queryType: 'search', limit: 1 } });
  traceId = String(valuesOf(A!.frames[0]!, 'traceID')[0]);
});

afterAll(async () => {
  await host.stop();
  killPlugins();
  tidyUp();
  built.remove();
});

const PANELS = Object.entries(dashboardFiles())
  .filter(([path]) => path.startsWith('provisioning/'))
  .flatMap(([, dashboard]) =>
    dashboard.panels.map((panel): [string, Panel, Dashboard] => [
      `${dashboard.title}, ${panel.title}`,
      panel,
      dashboard,
    ]),
  )
  .filter(([, panel, dashboard]) => targetsOf(panel, dashboard).length > 0);

/** Of the panel, or of the one whose answer it shows. */
function targetsOf({ targets = [] }: Panel, { panels }: Dashboard): readonly Target[] {
  const asked = targets.flatMap((target) => {
    const other = panels.find(({ id }) => id === target['panelId']);
    return other === undefined ? [target] : (other.targets ?? []);
  });
  return asked.filter(({ datasource }) => datasource.type === 'spanhouse-traces-datasource');
}

async function answerOf(panel: Panel, dashboard: Dashboard): Promise<readonly QueryAnswer[]> {
  const values = initialValues(dashboard.templating.list, traceId);
  const queries = targetsOf(panel, dashboard).map(
    (target) => [target.refId, filled(target, values)] as const,
  );
  return Object.values(await queryData(host, source, Object.fromEntries(queries)));
}

describe.each(PANELS)('%s', (_name, panel, dashboard) => {
  test('is answered with something', async () => {
    for (const { error, status, frames } of await answerOf(panel, dashboard)) {
      expect(error).toBe('');
      expect(status).toBe(200);
      expect(Math.max(...frames.map(({ length }) => length))).toBeGreaterThan(0);
    }
  });

  test('has the columns that it names', async () => {
    const frames = (await answerOf(panel, dashboard)).flatMap((answer) => answer.frames);
    for (const name of namedBy(panel)) expect(namesIn(frames)).toContain(name);
  });
});

function namesIn(frames: readonly ReadFrame[]): readonly string[] {
  return frames.flatMap(({ fields }) => fields.map(({ name }) => name));
}

/** In overrides, axes, transformations, links and choices of a column. */
function namedBy({ fieldConfig, options, transformations }: Panel): readonly string[] {
  const json = JSON.stringify([fieldConfig, options]);
  const matched = [...json.matchAll(/"id":"byName","options":"(\w+)"/g)].map(([, name]) => name!);
  const linked = [...json.matchAll(/\$\{__data\.fields\.(\w+)\}/g)].map(([, name]) => name!);
  const reduced = [...json.matchAll(/"fields":"\/\^(\w+)\$\/i"/g)].map(([, name]) => name!);
  const organized = ((transformations ?? []) as readonly { readonly options: Organized }[]).flatMap(
    (transformation) => Object.values(transformation.options).flatMap((names) => Object.keys(names)),
  );
  return [...matched, ...linked, ...reduced, ...organized];
}

type Organized = Readonly<Record<string, object>>;

test('a dashboard can be downloaded for two services', async () => {
  const path = 'dashboards/service-overview?service=cart&service=catalog';
  const { code, text } = await getResource(host, source, path);
  expect(code).toBe(200);
  const { title, templating } = JSON.parse(text) as Dashboard;
  expect(title).toBe('Service overview: cart and catalog');
  const { current } = templating.list.find(({ name }) => name === 'service')!;
  expect(current).toEqual({ text: ['cart', 'catalog'], value: ['cart', 'catalog'] });
});
