import { isComposeFile, mountsOf, servicesOf } from './compose.ts';
import { documentsOf, everyTree, type Example, parseYaml, type Tree, treeOf } from './read-examples.ts';
import type { Speech } from './server-doors.ts';

export interface CollectorConfig {
  /** The file, and the manifest in it where it is one. */
  readonly where: string;
  /** Hosts by which others in the example know it. */
  readonly hosts: readonly string[];
  readonly tree: Tree;
}

/** Files by themselves, in ConfigMaps, and of the operator. */
export function collectorConfigsOf(example: Example): readonly CollectorConfig[] {
  const documents = documentsOf(example);
  const services = documents.filter(isComposeFile).flatMap(servicesOf);
  return documents.flatMap(({ path, value }) => {
    const name = value.at('metadata', 'name').text;
    if (isConfig(value)) {
      const users = services.filter((service) =>
        mountsOf(service).some(({ source }) => source === `./${path}`),
      );
      return [{ where: path, hosts: users.map((user) => user.name), tree: value }];
    }
    if (value.at('kind').text === 'OpenTelemetryCollector') {
      return [{ where: `${path}, ${name}`, hosts: [`${name}-collector`], tree: value.at('spec', 'config') }];
    }
    return value
      .at('data')
      .entries.flatMap(([, { text }]) =>
        parseYaml(text).map((document) => treeOf(document.toJS() as unknown)),
      )
      .filter(isConfig)
      .map((tree) => ({ where: `${path}, ${name}`, hosts: [], tree }));
  });
}

function isConfig(tree: Tree): boolean {
  return tree.at('service', 'pipelines').isThere;
}

export interface ListeningPort {
  readonly port: number;
  readonly speech: Speech;
}

/** Of the receivers for OTLP, and of the health check. */
export function listeningPortsOf({ tree }: CollectorConfig): readonly ListeningPort[] {
  const protocols = tree.at('receivers').entries.flatMap(([, receiver]) => receiver.at('protocols').entries);
  return [
    ...protocols.map(([name, protocol]) => ({
      port: portOf(protocol.at('endpoint').text),
      speech: name === 'grpc' ? ('grpc' as const) : ('http' as const),
    })),
    ...tree
      .at('extensions')
      .entries.filter(([name]) => typeOf(name) === 'health_check')
      .map(([, extension]) => ({ port: portOf(extension.at('endpoint').text), speech: 'http' as const })),
  ];
}

function portOf(endpoint: string): number {
  return Number(endpoint.split(':').at(-1));
}

export function typeOf(name: string): string {
  return name.split('/')[0]!;
}

/** Names that the pinned Collector still takes, with a warning, and what it calls them itself. */
const OLD_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  exporters: { otlp: 'otlp_grpc', otlphttp: 'otlp_http', loadbalancing: 'load_balancing' },
  processors: { resourcedetection: 'resource_detection', k8sattributes: 'k8s_attributes' },
};
const KINDS = ['receivers', 'processors', 'exporters', 'extensions', 'connectors'] as const;

/** What a Collector would refuse, or never use. */
export function collectorFlaws(example: Example): readonly string[] {
  return collectorConfigsOf(example).flatMap((config) =>
    [...wiringFlaws(config.tree), ...nameFlaws(config.tree)].map((flaw) => `${config.where}: ${flaw}`),
  );
}

function wiringFlaws(tree: Tree): readonly string[] {
  const pipelines = tree.at('service', 'pipelines').entries;
  const listed = (part: string) => pipelines.flatMap(([, pipeline]) => textsOf(pipeline.at(part)));
  const connectors = tree.at('connectors').keys;
  const [received, exported] = [listed('receivers'), listed('exporters')];
  const extensions = textsOf(tree.at('service', 'extensions'));
  const isConnector = (name: string) => connectors.includes(name);
  const notConnectors = (names: readonly string[]) => names.filter((name) => !isConnector(name));
  const asked = everyTree(tree).flatMap((inner) => [
    inner.at('auth', 'authenticator').text,
    inner.at('sending_queue', 'storage').text,
  ]);
  const routed = everyTree(tree.at('connectors')).flatMap((inner) =>
    [...inner.at('pipelines').items, ...inner.at('default_pipelines').items].map(({ text }) => text),
  );
  const names = pipelines.map(([name]) => name);
  return [
    ...unequal('receivers', tree.at('receivers').keys, notConnectors(received)),
    ...unequal('processors', tree.at('processors').keys, listed('processors')),
    ...unequal('exporters', tree.at('exporters').keys, notConnectors(exported)),
    ...unequal('extensions', tree.at('extensions').keys, extensions),
    ...unequal('connectors, read from', connectors, received.filter(isConnector)),
    ...unequal('connectors, written to', connectors, exported.filter(isConnector)),
    ...asked
      .filter((name) => name !== '' && !extensions.includes(name))
      .map((name) => `${name} is no extension of the service`),
    ...routed.filter((name) => !names.includes(name)).map((name) => `${name} is no pipeline`),
    ...pipelines
      .filter(([, pipeline]) =>
        ['receivers', 'exporters'].some((part) => pipeline.at(part).items.length === 0),
      )
      .map(([name]) => `${name} has no beginning or no end`),
  ];
}

function unequal(what: string, defined: readonly string[], used: readonly string[]): readonly string[] {
  return [
    ...used
      .filter((name) => !defined.includes(name))
      .map((name) => `${what}: ${name} is used and not defined`),
    ...defined
      .filter((name) => !used.includes(name))
      .map((name) => `${what}: ${name} is defined and not used`),
  ];
}

function nameFlaws(tree: Tree): readonly string[] {
  return KINDS.flatMap((kind) =>
    tree
      .at(kind)
      .keys.map((name) => [typeOf(name), OLD_NAMES[kind]?.[typeOf(name)]] as const)
      .filter(([, current]) => current !== undefined)
      .map(([old, current]) => `${kind}: ${old} is called ${current} now`),
  );
}

function textsOf(tree: Tree): readonly string[] {
  return tree.items.map(({ text }) => text);
}

export interface Destination {
  readonly where: string;
  /** `host:port`, or a URL. */
  readonly address: string;
  readonly speech: Speech;
}

/** Where a Collector's exporters send, and how they speak. */
export function destinationsOf(example: Example): readonly Destination[] {
  return collectorConfigsOf(example).flatMap(({ where, tree }) =>
    tree.at('exporters').entries.flatMap(([name, exporter]) => {
      const speech: Speech = ['otlp_grpc', 'load_balancing'].includes(typeOf(name)) ? 'grpc' : 'http';
      const balanced = textsOf(exporter.at('resolver', 'static', 'hostnames'));
      return [exporter.at('endpoint').text, exporter.at('traces_endpoint').text, ...balanced]
        .filter((address) => address !== '')
        .map((address) => ({ where: `${where}: ${name}`, address, speech }));
    }),
  );
}
