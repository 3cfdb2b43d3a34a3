import { status as grpcStatus } from '@grpc/grpc-js';
import { format } from 'prettier';
import type { ClientGeneration } from './client-generation.ts';
import { ENDPOINTS, type EndpointName } from './endpoints.ts';
import { GRPC_CLIENTS } from './grpc-clients.ts';
import { HTTP_CLIENTS } from './http-clients.ts';

/** The statuses that came, in the order of each client's exchanges. */
export type Seen = ReadonlyMap<ClientGeneration, readonly number[]>;

const NEVER = '–';

const INTRO = `# Compatibility

Which endpoint which client calls, and what it is answered. Every row is replayed by
\`tests/query/jaeger/compatibility.test.ts\`: for each generation of clients it sends the very requests that such a client
sends, spelled as that client spells them, to the query server over the embedded engine, and checks what the client needs
of the answer. This page is made of the answers: \`UPDATE_GOLDEN=1 npx vitest run
tests/query/jaeger/compatibility.test.ts\` writes it anew, and without that the test fails when it is not as it should be.

A status is what came, over HTTP or over gRPC. Two of them in one place are of two requests, one of which asks for what is
not there or may not be asked: [what was checked](#what-was-checked) tells. ${NEVER} where that client does not call it: what no
client calls is there for scripts, for Prometheus and for people, and is asked by \`isolation.test.ts\` beside it.
`;

/** The whole document, as the formatter wants it. */
export async function presentCompatibility(seen: Seen): Promise<string> {
  const clients = [...HTTP_CLIENTS, ...GRPC_CLIENTS];
  const parts = [
    INTRO,
    '## Clients',
    table(
      ['client', 'column', 'what it asks'],
      clients.map(({ name, column, asks }) => [name, column, asks]),
    ),
    '## HTTP',
    presentStatuses('http', HTTP_CLIENTS, seen),
    '## gRPC',
    presentStatuses('grpc', GRPC_CLIENTS, seen),
    '## What was checked',
    'Besides what stands here: every answer came within ten seconds, after which the Jaeger UI gives up.',
    ...clients.map(presentNeeds),
  ];
  return format(parts.join('\n\n'), { parser: 'markdown', printWidth: 110 });
}

function presentStatuses(
  protocol: ClientGeneration['protocol'],
  clients: readonly ClientGeneration[],
  seen: Seen,
): string {
  const names = (Object.keys(ENDPOINTS) as EndpointName[]).filter(
    (name) => ENDPOINTS[name].protocol === protocol,
  );
  const rows = names.map((name) => [
    presentName(name),
    ...clients.map((client) => presentSeen(client, name, seen)),
  ]);
  return table(['endpoint', ...clients.map(({ column }) => column)], rows);
}

function presentSeen(client: ClientGeneration, name: EndpointName, seen: Seen): string {
  const all = seen.get(client)!;
  const statuses = all.filter((_, at) => client.exchanges[at]!.endpoint === name);
  const distinct = [...new Set(statuses)].sort((a, b) => a - b);
  const shown = distinct.map((code) => (client.protocol === 'http' ? String(code) : grpcStatus[code]!));
  return shown.length === 0 ? NEVER : shown.join(', ');
}

function presentNeeds({ name, exchanges }: ClientGeneration): string {
  const endpoints = [...new Set(exchanges.map(({ endpoint }) => endpoint))];
  const lines = endpoints.map((endpoint) => {
    const needs = exchanges.filter((one) => one.endpoint === endpoint).map((one) => one.needs);
    return `- ${presentName(endpoint)}: ${[...new Set(needs)].join('; ')}.`;
  });
  return `### ${name}\n\n${lines.join('\n')}`;
}

/** What is typed stands in code, and what is said of it does not. */
function presentName(name: EndpointName): string {
  const [, typed, said] = /^((?:GET|POST) \S+?|[^ ]+)((?:,? .*)?)$/.exec(name)!;
  return `\`${typed!}\`${said!}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
