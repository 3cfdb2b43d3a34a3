import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFilterText } from '../../src/contract/filter-text.ts';
import { parseQuery } from '../../src/contract/parse-query.ts';
import { QUERY_TYPES } from '../../src/contract/query.ts';
import type { Dashboard, GridPos, Panel, Target, Variable } from '../../src/dashboards/dashboard.ts';
import { dashboardFiles } from '../../src/dashboards/files.ts';
import { buildServiceOverview } from '../../src/dashboards/service-overview.ts';
import { createMetrics, scrape } from '../../server/platform/metrics.ts';
import { presentSpanMetrics } from '../../server/query/jaeger/metrics/scrape/present-span-metrics.ts';
import { eachChoice, filled } from './filled-query.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['src/dashboards', 'provisioning/dashboards'];
const SPANHOUSE = 'spanhouse-traces-datasource';

const paths = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${folder}/${name}`),
).sort();
const dashboards = paths.map((path): [string, Dashboard] => [path, JSON.parse(read(path)) as Dashboard]);

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

test('files are those that the builders make', () => {
  const built = dashboardFiles();
  expect(Object.keys(built).sort()).toEqual(paths);
  for (const [path, dashboard] of dashboards) expect(dashboard, path).toEqual(built[path]);
  expect(() => execFileSync('node', ['scripts/dashboards.mjs', '--check'], { cwd: ROOT })).not.toThrow();
});

test('the plugin includes each of its dashboards', () => {
  const { includes } = JSON.parse(read('plugin.json')) as { readonly includes: readonly Include[] };
  const own = dashboards.filter(([path]) => path.startsWith('src/'));
  expect(includes.map(({ type, name, path }) => ({ type, name, path: `src/${path}` })).sort(byPath)).toEqual(
    own.map(([path, { title }]) => ({ type: 'dashboard', name: title, path })).sort(byPath),
  );
});

interface Include {
  readonly type: string;
  readonly name: string;
  readonly path: string;
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}

/** What Grafana itself knows by these names. */
const BUILT_IN = /^(__\w+|timeFilter)$/;

describe.each([
  ...dashboards,
  ['one built for two services', buildServiceOverview(choice(['cart', 'stock', 'a "b", c']))] as const,
  ['one built for all services', buildServiceOverview(choice([]))] as const,
])('%s', (path, dashboard) => {
  const { panels } = dashboard;
  const variables = dashboard.templating.list;
  const targets = panels.flatMap((panel) => panel.targets ?? []);

  test('every query parses, at first and whatever its variables stand at', () => {
    const own = targets.filter(({ datasource }) => datasource.type === SPANHOUSE);
    for (const target of own) {
      expect(QUERY_TYPES, path).toContain(target['queryType']);
      for (const values of eachChoice(variables)) {
        expect(() => parseQuery(filled(target, values)), JSON.stringify(target)).not.toThrow();
      }
    }
  });

  test('every expression is one', () => {
    for (const target of targets.filter(({ datasource }) => datasource.type === 'prometheus')) {
      const expression = target['expr'] as string;
      expect(balance(expression), expression).toBe(0);
    }
  });

  test('every variable that is used is there, and has a data source before it', () => {
    const names = variables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const used of usedIn([dashboard.panels, dashboard.templating])) {
      if (!BUILT_IN.test(used) && used !== 'DS_SPANHOUSE') expect(names, used).toContain(used);
    }
    for (const [at, variable] of variables.entries()) {
      const before = names.slice(0, at);
      for (const used of usedIn([variable['query'], variable['datasource']]))
        expect(before, used).toContain(used);
    }
  });

  test('every variable asks something', () => {
    for (const variable of variables) expect(flawOf(variable), variable.name).toBeUndefined();
  });

  test('it names no data source by its uid', () => {
    const uids = uidsIn(dashboard).filter((uid) => uid !== '-- Dashboard --');
    for (const uid of uids) expect(uid).toMatch(/^\$\{(datasource|prometheus)\}$/);
    expect(uids.length).toBeGreaterThan(0);
    const inputs = (dashboard.__inputs ?? []).map(({ name }) => name);
    const isImported = JSON.stringify(variables).includes('${DS_SPANHOUSE}');
    expect(inputs).toEqual(isImported ? ['DS_SPANHOUSE'] : []);
  });

  test('panels have ids and titles of their own, and lie beside each other', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const [at, { title, gridPos }] of panels.entries()) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (const other of panels.slice(0, at))
        expect(overlap(gridPos, other.gridPos), `${title} and ${other.title}`).toBe(false);
    }
  });

  test('a panel that shows the answer of another one names one that asks', () => {
    const asking = panels.filter((panel) => panel.targets?.some((target) => !('panelId' in target)));
    for (const { panelId } of targets.filter(
      (target): target is Target & { panelId: number } => 'panelId' in target,
    ))
      expect(asking.map(({ id }) => id)).toContain(panelId);
  });

  test('every table of traces leads to them', () => {
    const searches = panels.filter(
      ({ type, targets: asked }) => type === 'table' && asksFor(asked, 'search'),
    );
    for (const { fieldConfig, title } of searches)
      expect(JSON.stringify(fieldConfig), title).toContain('var-traceId=${__data.fields.traceID}');
  });
});

function choice(services: readonly string[]): Parameters<typeof buildServiceOverview>[0] {
  return { services, dataSource: { uid: '${datasource}', name: 'Traces' } };
}

function asksFor(targets: Panel['targets'], queryType: string): boolean {
  return targets?.some((target) => target['queryType'] === queryType) ?? false;
}

test('every metric that the dashboards ask for is one of the server’s', async () => {
  const operation = { service: 's', operation: 'o', kind: 'server', calls: 1, errors: 1 } as const;
  const spanMetrics = presentSpanMetrics({
    operations: { items: [operation], known: 1 },
    edges: { items: [], known: 0 },
  });
  const text = (await scrape(createMetrics())) + [...spanMetrics].join('');
  const known = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) => seriesOf(name!, type!)),
  );
  const asked = dashboards.flatMap(([, { panels, templating }]) => metricsIn([panels, templating]));
  expect(asked.length).toBeGreaterThan(20);
  for (const metric of asked) expect(known).toContain(metric);
});

function seriesOf(name: string, type: string): readonly string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
}

function metricsIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/\b(?:spanhouse|process|nodejs|traces)_\w+(?=\{|,)/g)].map(
    ([metric]) => metric,
  );
}

function usedIn(value: unknown): readonly string[] {
  const names = JSON.stringify(value ?? '').matchAll(/\$\{(\w+)(?:[:.][^}]*)?\}|\$(\w+)/g);
  return [...names].map(([, braced, bare]) => braced ?? bare!);
}

const VARIABLE_KINDS = ['services', 'operations', 'attributeKeys', 'attributeValues', 'traceIds'];

/** Why a variable has nothing to offer. */
function flawOf(variable: Variable): string | undefined {
  switch (variable.type) {
    case 'datasource':
      return variable['query'] === '' ? 'of no type' : undefined;
    case 'query':
      return queryFlaw(variable);
    case 'custom':
      return customFlaw(variable);
    case 'adhoc':
      return variable['datasource'] === undefined ? 'no data source' : undefined;
    case 'textbox':
      return undefined;
  }
}

function queryFlaw({ query, datasource }: Variable): string | undefined {
  const { type } = datasource as { readonly type: string };
  if (type === 'prometheus') {
    const { query: text } = query as { readonly query: string };
    return /^label_values\(\w+, \w+\)$/.test(text) ? undefined : text;
  }
  const { kind, text } = query as { readonly kind: string; readonly text?: string };
  if (!VARIABLE_KINDS.includes(kind)) return `kind ${kind}`;
  if (text !== undefined) parseFilterText(text);
  return undefined;
}

/** As Grafana reads it: commas between options, `text : value` in them. */
function customFlaw({ query, options, current }: Variable): string | undefined {
  const parts = (query as string).match(/(?:\\,|[^,])+/g) ?? [];
  const found = parts.map((part) => {
    const [, text, value] = /^\s*(.+)\s:\s(.+)$/.exec(part.replaceAll('\\,', ',')) ?? [];
    return { text: text?.trim(), value: value?.trim() };
  });
  const listed = (options as readonly { readonly text: string; readonly value: string }[]).map(
    ({ text, value }) => ({ text, value }),
  );
  expect(found).toEqual(listed);
  expect(listed).toContainEqual(current);
  return listed.length === 0 ? 'no options' : undefined;
}

function uidsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(uidsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (name !== 'datasource') return uidsIn(inner);
    return typeof inner === 'string' ? [inner] : [(inner as { readonly uid: string }).uid];
  });
}

function overlap(one: GridPos, other: GridPos): boolean {
  return (
    one.x < other.x + other.w &&
    other.x < one.x + one.w &&
    one.y < other.y + other.h &&
    other.y < one.y + one.h
  );
}

/** Brackets that are opened and not closed. */
function balance(expression: string): number {
  return (expression.match(/[([{]/g) ?? []).length - (expression.match(/[)\]}]/g) ?? []).length;
}
