import { expect, test } from 'vitest';
import type { ServerKind } from '../instance/upstream.ts';
import { cannedUpstream } from '../queries/canned-upstream.fixture.ts';
import { describeServer } from './about.ts';
import type { ResourceRequest } from './resource.ts';

test.each<[ServerKind, object, object]>([
  [
    'spanhouse',
    { name: 'spanhouse', version: '1.2.3', api: 1, features: ['search'] },
    { version: '1.2.3', features: ['search'] },
  ],
  ['spanhouse', { name: 'spanhouse' }, { version: '', features: [] }],
  ['jaeger-first', { features: ['not asked'] }, { version: '', features: [] }],
])('%s that says %j', async (kind, about, expected) => {
  const upstream = cannedUpstream(kind, { 'GET /api/v1/about': about });
  const request = { upstream, signal: new AbortController().signal } as unknown as ResourceRequest;
  expect(await describeServer(request)).toEqual({ kind, ...expected });
});
