import { describe, expect, test } from 'vitest';
import { checkHealth } from './health.ts';
import { contextOfTest } from './instance/context.fixture.ts';
import { parseInstanceSettings } from './instance/instance-settings.ts';
import { type ServerKind, type Upstream, UpstreamError } from './instance/upstream.ts';
import { createPluginLog } from './log.ts';
import { HEALTH_STATUS } from './protocol/messages.ts';
import { cannedUpstream } from './queries/canned-upstream.fixture.ts';

const ACME = { tenant: 'acme', db: 'shop', table: 'traces' };
const ABOUT = { name: 'spanhouse', version: '1.2.3', features: [] };
const URL_OF_TEST = 'http://spanhouse:16686';

interface Checked {
  readonly ok: boolean;
  readonly message: string;
  readonly verbose: string;
  readonly logged: readonly string[];
}

async function check(upstream: Upstream, json: object = {}): Promise<Checked> {
  const logged: string[] = [];
  const context = contextOfTest({ url: URL_OF_TEST, json: { ...json } });
  const settings = parseInstanceSettings(context);
  const instances = { of: () => ({ settings, upstreamFor: () => upstream }), close: () => undefined };
  const { status, message, jsonDetails } = await checkHealth(
    { instances, log: createPluginLog((line) => logged.push(line)) },
    { pluginContext: context, headers: {} },
    { signal: new AbortController().signal, trace: {} },
  );
  const details = JSON.parse(jsonDetails.toString()) as { message: string; verboseMessage: string };
  expect(details.message).toBe(message);
  return { ok: status === HEALTH_STATUS.ok, message, verbose: details.verboseMessage, logged };
}

/** One that says what it is, and then this. */
function server(kind: ServerKind, answers: Readonly<Record<string, unknown>>): Upstream {
  return cannedUpstream(kind, { 'GET /api/v1/about': ABOUT, ...answers });
}

function failing(error: Error): Upstream {
  return { ...server('spanhouse', {}), serverKind: () => Promise.reject(error) };
}

const space = (table: string, spanCount: number): object => ({
  ...ACME,
  table,
  spanCount,
  firstStart: '2026-11-01T00:00:00Z',
  lastStart: '2026-11-21T00:00:00Z',
});

describe('good', () => {
  test.each<[string, Upstream, object, string]>([
    [
      'a space with its number of spans',
      server('spanhouse', { 'GET /api/v1/spaces': { spaces: [space('traces', 48_213)] } }),
      ACME,
      'Spanhouse 1.2.3: tenant acme, db shop, table traces: 48,213 spans',
    ],
    [
      "the server's own space",
      server('spanhouse', { 'GET /api/v1/services': { services: ['cart'] } }),
      {},
      "Spanhouse 1.2.3: the server's default tenant, db and table: 1 service",
    ],
    [
      'a space that is named in part',
      server('spanhouse', { 'GET /api/v1/services': { services: ['cart', 'web'] } }),
      { tenant: 'acme' },
      "Spanhouse 1.2.3: tenant acme, the rest the server's default: 2 services",
    ],
    [
      "Jaeger's first generation",
      server('jaeger-first', { 'GET /api/services': { data: ['a', 'b'] } }),
      {},
      'Jaeger works: 2 services',
    ],
    [
      "Jaeger's second generation",
      server('jaeger-second', { 'GET /api/v3/services': { services: ['a'] } }),
      {},
      'Jaeger works: 1 service',
    ],
    [
      'a Jaeger without services',
      server('jaeger-first', { 'GET /api/services': { data: null } }),
      {},
      'Jaeger works, and has no services yet.',
    ],
  ])('%s', async (_what, upstream, json, message) => {
    expect(await check(upstream, json)).toMatchObject({ ok: true, message, logged: [] });
  });

  test('a Jaeger knows no tenants, and that is said', async () => {
    const jaeger = server('jaeger-first', { 'GET /api/services': { data: ['a'] } });
    expect((await check(jaeger, ACME)).verbose).toContain('headers, which Jaeger ignores');
    expect((await check(jaeger)).verbose).not.toContain('headers');
  });
});

describe('not good', () => {
  test.each<[string, Upstream, object, string]>([
    [
      'cannot be reached',
      failing(new UpstreamError('unreachable', 'cannot reach it: the connection was refused')),
      {},
      'Cannot reach it: the connection was refused',
    ],
    [
      'is no Spanhouse and no Jaeger',
      failing(new UpstreamError('not-jaeger', 'what answers is neither a Spanhouse nor a Jaeger server')),
      {},
      'What answers is neither a Spanhouse nor a Jaeger server',
    ],
    [
      'does not accept the credentials',
      failing(new UpstreamError('unauthorized', `${URL_OF_TEST} forbids this`, { status: 403 })),
      {},
      `${URL_OF_TEST} forbids this`,
    ],
    [
      'refuses the tenant later on',
      server('spanhouse', {
        'GET /api/v1/services': new UpstreamError('unauthorized', 'not for acme', { status: 401 }),
      }),
      { tenant: 'acme' },
      'Not for acme',
    ],
    [
      'knows no such space',
      server('spanhouse', { 'GET /api/v1/spaces': { spaces: [space('tarces', 3)] } }),
      ACME,
      'Spanhouse 1.2.3: tenant acme, db shop, table traces: there are no spans yet, or one of the names is wrong.',
    ],
    [
      'has nothing in the space',
      server('spanhouse', { 'GET /api/v1/spaces': { spaces: [space('traces', 0)] } }),
      ACME,
      'Spanhouse 1.2.3: tenant acme, db shop, table traces: 0 spans',
    ],
    [
      'has nothing in its own space',
      server('spanhouse', { 'GET /api/v1/services': { services: [] } }),
      {},
      "Spanhouse 1.2.3: the server's default tenant, db and table: there are no spans yet, or one of the names is wrong.",
    ],
  ])('a server that %s', async (_what, upstream, json, message) => {
    expect(await check(upstream, json)).toMatchObject({ ok: false, message, logged: [] });
  });

  test('beside an unknown space stand those that there are', async () => {
    const upstream = server('spanhouse', { 'GET /api/v1/spaces': { spaces: [space('tarces', 3)] } });
    expect((await check(upstream, ACME)).verbose).toContain('This tenant and db have "tarces".');
  });

  test('a mistake of ours is logged, and its words are not shown', async () => {
    const { ok, message, logged } = await check(failing(new TypeError('x is undefined')));
    expect(ok).toBe(false);
    expect(message).toBe("Something went wrong in the plugin; Grafana's log has the cause");
    expect(logged).toHaveLength(1);
  });
});
