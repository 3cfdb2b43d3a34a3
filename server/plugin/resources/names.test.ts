import { describe, expect, test } from 'vitest';
import type { Instance } from '../instance/instances.ts';
import type { ServerKind, Upstream } from '../instance/upstream.ts';
import { listAttributeKeys, listAttributeValues, listOperations, listServices, listSpaces } from './names.ts';
import type { Resource } from './resource.ts';

interface Asked {
  readonly answer: unknown;
  readonly paths: readonly string[];
}

interface Scene {
  readonly kind: ServerKind;
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly tenant?: string;
}

async function ask(
  resource: Resource,
  { kind, answers = {}, params = {}, role = '', tenant }: Scene,
): Promise<Asked> {
  const paths: string[] = [];
  const upstream = {
    serverKind: () => Promise.resolve(kind),
    getJson: (path: string, sent: URLSearchParams) => {
      const asked = sent.size === 0 ? path : `${path}?${sent.toString()}`;
      paths.push(asked);
      return Promise.resolve(answers[path]);
    },
  } as unknown as Upstream;
  const answer = await resource({
    upstream,
    params: new URLSearchParams(params),
    instance: { settings: { json: { tenant } } } as unknown as Instance,
    role,
    signal: new AbortController().signal,
  });
  return { answer, paths };
}

describe('of a Jaeger', () => {
  const kind = 'jaeger-first';

  test.each([
    [{ data: ['b', 'a'] }, ['b', 'a']],
    [{ data: null }, []],
  ])('services of %j', async (answer, services) => {
    const asked = await ask(listServices, { kind, answers: { '/api/services': answer } });
    expect(asked.answer).toEqual({ services, cut: false });
  });

  test('operations, in the words of ours', async () => {
    const answers = { '/api/operations': { data: [{ name: 'GET', spanKind: 'server' }] } };
    const params = { service: 'a b', kind: 'server', other: 'x' };
    const { answer, paths } = await ask(listOperations, { kind, answers, params });
    expect(answer).toEqual({ operations: [{ service: 'a b', name: 'GET', kind: 'server' }], cut: false });
    expect(paths).toEqual(['/api/operations?service=a+b&spanKind=server']);
  });

  test('what it cannot tell is empty, and is not asked for', async () => {
    const params = { key: 'a' };
    for (const resource of [listOperations, listAttributeKeys, listAttributeValues, listSpaces]) {
      const { answer, paths } = await ask(resource, { kind, params, role: 'Admin' });
      for (const value of Object.values(answer as object)) expect([false, []]).toContainEqual(value);
      expect(paths).toEqual([]);
    }
  });
});

describe('of a Spanhouse', () => {
  const kind = 'spanhouse';

  test('only what is known of parameters goes on', async () => {
    const params = { key: 'http.route', level: 'span', limit: '5', tenant: 'globex', empty: '' };
    const { paths } = await ask(listAttributeValues, { kind, params });
    expect(paths).toEqual(['/api/v1/attributes/values?key=http.route&level=span&limit=5']);
  });

  test('values of no attribute are refused', async () => {
    await expect(ask(listAttributeValues, { kind })).rejects.toThrow('the parameter "key" is missing');
  });

  test.each([
    ['Admin', undefined, ['acme', 'globex']],
    ['Admin', 'acme', ['acme', 'globex']],
    ['Editor', 'acme', ['acme']],
    ['Viewer', undefined, []],
    ['', 'acme', ['acme']],
  ])('spaces for the role %j of a data source of %j', async (role, tenant, want) => {
    const spaces = ['acme', 'globex'].map((name) => ({ tenant: name, db: 'd', table: 't' }));
    const answers = { '/api/v1/spaces': { spaces } };
    const scene = { kind, answers, role, ...(tenant === undefined ? {} : { tenant }) } as const;
    const { answer } = await ask(listSpaces, scene);
    expect((answer as { spaces: { tenant: string }[] }).spaces.map((space) => space.tenant)).toEqual(want);
  });
});
