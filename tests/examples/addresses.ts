import { collectorConfigsOf, destinationsOf, listeningPortsOf } from './collector.ts';
import { type Service, servicesOfExample } from './compose.ts';
import { servicesOfCluster } from './kubernetes.ts';
import type { Example } from './read-examples.ts';
import { type Door, doorsOf, serves, type Speech, type Transport } from './server-doors.ts';

/** An address as it stands in some file. */
interface Address {
  readonly path: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** With a query, where there is one. */
  readonly route: string;
}

/** What listens where in images that are not ours. */
const PORTS_OF_IMAGES: Readonly<Record<string, readonly number[]>> = {
  'emqx/emqx-enterprise': [1883, 18083],
  'emqx/neuronex': [8085],
  'grafana/grafana': [3000],
  'jaegertracing/example-hotrod': [8080],
  'lfedge/ekuiper': [9081, 10081],
  'springcommunity/spring-petclinic-rest': [9966],
  telegraf: [4317],
};

/** Hosts that no example runs: what was there before Spanhouse, and what somebody else has to bring. */
const ELSEWHERE: Readonly<Record<string, number>> = {
  datalayers: 8361,
  cnosdb: 8902,
  'clickhouse.clickhouse': 8123,
};

const ADDRESS =
  /(?:([a-z]+):\/\/|(?<![\w./$-]))([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*|\d{1,3}(?:\.\d{1,3}){3}):(\d{2,5})(?![\d.=\w])((?:\/[^\s'"`)>|;,\]]*)?)/g;
const SERVER = 'spanhouse';
const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

/** Addresses at which nobody would answer. */
export function addressFlaws(example: Example): readonly string[] {
  const neighbours = neighboursOf(example);
  return [
    ...addressesIn(example).flatMap((address) =>
      flawsOf(address, neighbours).map((flaw) => `${address.path}: ${flaw}`),
    ),
    ...publishedFlaws(example, neighbours),
    ...speechFlaws(example, neighbours),
    ...agentFlaws(example, neighbours),
  ];
}

interface Neighbours {
  readonly doors: readonly Door[];
  /** Of everything but the server, by host. */
  readonly others: readonly Neighbour[];
  readonly services: readonly Service[];
}

interface Neighbour {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** Empty where it is not known. */
  readonly speech?: Speech;
}

function neighboursOf(example: Example): Neighbours {
  const services = servicesOfExample(example);
  const collectors = collectorConfigsOf(example).flatMap((config) =>
    config.hosts.flatMap((host) =>
      listeningPortsOf(config).map((listening) => ({ host, transport: 'tcp' as const, ...listening })),
    ),
  );
  const images = services.flatMap(({ name, image }) =>
    (PORTS_OF_IMAGES[image.replace(/:[^:]*$/, '')] ?? []).map((port) => ({
      host: name,
      port,
      transport: 'tcp' as const,
    })),
  );
  return {
    doors: doorsOf(example),
    others: [...collectors, ...images, ...servicesOfCluster(example)],
    services,
  };
}

function addressesIn({ files }: Example): readonly Address[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(ADDRESS)]
      .map(([, scheme = '', host, port, route = '']) => ({
        path,
        scheme,
        host: host!.replace(/\.svc\.cluster\.local$/, ''),
        port: Number(port),
        route,
      }))
      .filter(({ host }) => host !== '0.0.0.0'),
  );
}

function flawsOf(address: Address, neighbours: Neighbours): readonly string[] {
  const { host, port } = address;
  if (LOOPBACK.has(host)) return localFlaws(address, neighbours);
  if (ELSEWHERE[host] === port) return [];
  const name = host.split('.')[0]!;
  if (name === SERVER) return serverFlaws(address, port, neighbours.doors);
  if (neighbours.others.some((other) => other.host === name && other.port === port)) return [];
  return [`nobody listens at ${host}:${port}`];
}

/** On the machine of whoever follows the README: what a service publishes, or a server that was started by hand. */
function localFlaws(address: Address, { doors, others, services }: Neighbours): readonly string[] {
  const { host, port } = address;
  const publisher = services.find(({ published }) => published.some((one) => one.host === port));
  const container = publisher?.published.find((one) => one.host === port)?.container;
  if (publisher?.name === SERVER) return serverFlaws(address, container!, doors);
  if (publisher !== undefined || others.some((other) => other.port === port)) return [];
  if (doors.some((door) => door.port === port)) return serverFlaws(address, port, doors);
  return [`nothing is published at ${host}:${port}`];
}

function serverFlaws(
  { scheme, route, host }: Address,
  port: number,
  doors: readonly Door[],
): readonly string[] {
  const open = doors.filter((door) => door.port === port);
  if (open.length === 0) return [`the server does not open ${host}:${port}`];
  if (scheme === '' || open.some((door) => serves(door, route))) return [];
  return [`the server does not serve ${route} on port ${port}`];
}

function publishedFlaws(example: Example, { doors, others }: Neighbours): readonly string[] {
  return servicesOfExample(example).flatMap(({ name, published }) =>
    published
      .filter(({ container, transport }) => {
        const listening = name === SERVER ? doors : others.filter(({ host }) => host === name);
        return listening.every((one) => one.port !== container || one.transport !== transport);
      })
      .map(({ text }) => `${name} publishes ${text}, where nothing listens`),
  );
}

/** Exporters that would speak gRPC to a port for HTTP, or the other way round. */
function speechFlaws(example: Example, { doors, others }: Neighbours): readonly string[] {
  return destinationsOf(example).flatMap(({ where, address, speech }) => {
    const [, host = '', port = ''] = /^(?:https?:\/\/)?([\w-]+)[\w.-]*:(\d+)/.exec(address) ?? [];
    const listening = host === SERVER ? doors : others.filter((other) => other.host === host);
    const there = listening.filter((one) => one.port === Number(port));
    return there.some((one) => one.speech === speech)
      ? []
      : [`${where} speaks ${speech} to ${address}, which does not`];
  });
}

/** Jaeger's clients name host and port apart. */
function agentFlaws({ files }: Example, { doors }: Neighbours): readonly string[] {
  return files
    .flatMap(({ text }) =>
      [...text.matchAll(/JAEGER_AGENT_PORT[=:]\s*'?(\d+)/g)].map(([, port]) => Number(port)),
    )
    .filter((port) => !doors.some((door) => door.port === port && door.transport === 'udp'))
    .map((port) => `the server takes no datagrams on port ${port}`);
}
