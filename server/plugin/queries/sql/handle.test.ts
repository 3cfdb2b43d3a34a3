import { expect, test } from 'vitest';
import type { ServerKind } from '../../instance/upstream.ts';
import { ask, cannedUpstream } from '../canned-upstream.fixture.ts';

test.each<[string, ServerKind, readonly string[], string]>([
  ['without it', 'spanhouse', ['search'], 'this server (Spanhouse 1.2.3) offers no SQL'],
  ['with it', 'spanhouse', ['search', 'sql'], 'needs a newer version of the plugin'],
  ['that is a Jaeger', 'jaeger-second', [], 'cannot run SQL'],
])('a server %s is told by name', async (_what, kind, features, words) => {
  const about = { name: 'spanhouse', version: '1.2.3', features };
  const upstream = cannedUpstream(kind, { 'GET /api/v1/about': about });
  const asked = ask({ queryType: 'sql', sql: 'SELECT 1' }, upstream);
  await expect(asked).rejects.toMatchObject({
    code: 'unimplemented',
    message: expect.stringContaining(words) as string,
  });
});
