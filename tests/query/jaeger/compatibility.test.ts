import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpace } from '../../../server/space/space.ts';
import { call } from '../../../server/store/conformance.fixture.ts';
import { type Answer, NAMINGS, QueryClient } from '../../support/query-client.ts';
import { BEGIN_MS, openQueryServer, type QueryServer } from '../../support/query-server.ts';
import type { ClientGeneration } from './client-generation.ts';
import { ENDPOINTS } from './endpoints.ts';
import { GRPC_CLIENTS } from './grpc-clients.ts';
import { HTTP_CLIENTS } from './http-clients.ts';
import { presentCompatibility } from './present-compatibility.ts';
import { shopSpans } from './shop-spans.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));
const SPACE = createSpace('acme', 'shop', 'traces');
const CLIENTS = [...HTTP_CLIENTS, ...GRPC_CLIENTS];
/** Then the Jaeger UI gives up. */
const BUDGET_MS = 10_000;

let server: QueryServer;
/** In the order of each client's exchanges. */
const answers = new Map<ClientGeneration, readonly Answer[]>();

beforeAll(async () => {
  server = await openQueryServer();
  await server.store.write(SPACE, shopSpans(), call());
  await server.closeMinutes(BEGIN_MS + 120_000);
  for (const client of CLIENTS) answers.set(client, await replay(client));
});
afterAll(() => server.close());

async function replay({ naming, exchanges }: ClientGeneration): Promise<readonly Answer[]> {
  const client = new QueryClient(server.addresses, NAMINGS[naming](SPACE));
  const all: Answer[] = [];
  // One after the other: what is archived is asked for again.
  for (const { ask } of exchanges) all.push(await ask(client));
  client.close();
  return all;
}

describe.each(CLIENTS)('$name', (client) => {
  const { exchanges } = client;

  test.each(exchanges.map(({ endpoint, needs, holds }, at) => [endpoint, needs, at, holds] as const))(
    '%s: %s',
    (_endpoint, _needs, at, holds) => {
      const answer = answers.get(client)![at]!;
      holds(answer);
      expect(answer.tookMs).toBeLessThan(BUDGET_MS);
    },
  );

  test('asks for nothing that is not in the table of endpoints', () => {
    expect(exchanges.map(({ endpoint }) => endpoint).filter((name) => !(name in ENDPOINTS))).toEqual([]);
  });
});

test('docs/compatibility.md tells what was seen', async () => {
  const seen = new Map([...answers].map(([client, all]) => [client, all.map(({ status }) => status)]));
  const document = await presentCompatibility(seen);
  if (isUpdating()) writeFileSync(DOCUMENT, document);
  expect(existsSync(DOCUMENT), `${DOCUMENT} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(document).toBe(readFileSync(DOCUMENT, 'utf8'));
});

function isUpdating(): boolean {
  if (env['UPDATE_GOLDEN'] !== '1') return false;
  if (env['CI'] !== undefined) throw new Error('goldens are changed by people, not by CI');
  return true;
}
