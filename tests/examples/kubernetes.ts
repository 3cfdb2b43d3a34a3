import { isComposeFile, isPinned } from './compose.ts';
import {
  documentsOf,
  everyTree,
  type Example,
  type Tree,
  treeOf,
  type YamlDocument,
} from './read-examples.ts';
import { doorsOf, type Transport } from './server-doors.ts';

interface ContainerPort {
  readonly name: string;
  readonly port: number;
  readonly transport: Transport;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  readonly tree: Tree;
}

interface Workload {
  readonly path: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Tree;
  readonly containers: readonly Container[];
}

const SERVER = 'spanhouse';
const CLUSTER_WIDE = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding']);

export function manifestsOf(example: Example): readonly YamlDocument[] {
  return documentsOf(example).filter(
    (document) => !isComposeFile(document) && document.value.at('apiVersion').text.includes('v'),
  );
}

function isKustomization({ value }: YamlDocument): boolean {
  return value.at('kind').text === 'Kustomization';
}

function resourcesOf(example: Example): readonly YamlDocument[] {
  return manifestsOf(example).filter((manifest) => !isKustomization(manifest));
}

function ofKind(manifests: readonly YamlDocument[], kind: string): readonly YamlDocument[] {
  return manifests.filter(({ value }) => value.at('kind').text === kind);
}

function workloadsOf(manifests: readonly YamlDocument[]): readonly Workload[] {
  return manifests
    .map(({ path, value }) => ({ path, value, template: value.at('spec', 'template') }))
    .filter(({ template }) => template.isThere)
    .map(({ path, value, template }) => ({
      path,
      name: value.at('metadata', 'name').text,
      labels: textsOf(template.at('metadata', 'labels')),
      pod: template.at('spec'),
      containers: ['initContainers', 'containers'].flatMap((part) =>
        template.at('spec', part).items.map(containerOf),
      ),
    }));
}

function containerOf(tree: Tree): Container {
  return {
    name: tree.at('name').text,
    image: tree.at('image').text,
    ports: tree.at('ports').items.map((port) => ({
      name: port.at('name').text,
      port: Number(port.at('containerPort').text),
      transport: transportOf(port),
    })),
    tree,
  };
}

function transportOf(port: Tree): Transport {
  return port.at('protocol').text === 'UDP' ? 'udp' : 'tcp';
}

function textsOf(tree: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(tree.entries.map(([key, { text }]) => [key, text]));
}

/** Where the services of a cluster listen, but for the server's own. */
export function servicesOfCluster(example: Example) {
  return ofKind(resourcesOf(example), 'Service')
    .filter(({ value }) => value.at('metadata', 'name').text !== SERVER)
    .flatMap(({ value }) =>
      value.at('spec', 'ports').items.map((port) => ({
        host: value.at('metadata', 'name').text,
        port: Number(port.at('port').text),
        transport: transportOf(port),
      })),
    );
}

/** What a cluster would refuse, or never connect. */
export function kubernetesFlaws(example: Example): readonly string[] {
  const manifests = resourcesOf(example);
  const workloads = workloadsOf(manifests);
  const whole = workloads.filter(({ labels }) => Object.keys(labels).length > 0);
  return [
    ...manifests.flatMap(identityFlaws),
    ...ofKind(manifests, 'Service').flatMap((service) => serviceFlaws(service, whole)),
    ...ofKind(manifests, 'NetworkPolicy').flatMap((policy) => policyFlaws(policy, whole)),
    ...workloads.flatMap((workload) => podFlaws(workload, manifests)),
    ...whole.flatMap((workload) =>
      workload.containers.flatMap((container) => imageFlaws(container, example)),
    ),
    ...serverFlaws(example, whole),
    ...manifestsOf(example)
      .filter(isKustomization)
      .flatMap((file) => kustomizationFlaws(file, example)),
  ];
}

function identityFlaws({ path, value }: YamlDocument): readonly string[] {
  const name = value.at('metadata', 'name').text;
  const isNamed = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name);
  const isVersioned = /^([a-z0-9.-]+\/)?v\d+(alpha\d|beta\d)?$/.test(value.at('apiVersion').text);
  const namespace = value.at('metadata', 'namespace');
  return [
    ...(isVersioned ? [] : [`${path}: ${value.at('apiVersion').text} is no version of an API`]),
    ...(value.at('kind').text === '' ? [`${path}: a manifest has no kind`] : []),
    ...(isNamed ? [] : [`${path}: a manifest has no name`]),
    ...(CLUSTER_WIDE.has(value.at('kind').text) && namespace.isThere
      ? [`${path}: ${name} has a namespace`]
      : []),
  ];
}

function serviceFlaws({ path, value }: YamlDocument, workloads: readonly Workload[]): readonly string[] {
  const selector = Object.entries(textsOf(value.at('spec', 'selector')));
  const ports = workloads
    .filter(({ labels }) => selector.every(([key, text]) => labels[key] === text))
    .flatMap(({ containers }) => containers.flatMap((container) => container.ports));
  return value
    .at('spec', 'ports')
    .items.filter((port) => !isAmong(ports, port.at('targetPort'), transportOf(port)))
    .map((port) => `${path}: no container of the service has port ${port.at('targetPort').text}`);
}

function policyFlaws({ path, value }: YamlDocument, workloads: readonly Workload[]): readonly string[] {
  const ports = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.ports));
  return value
    .at('spec', 'ingress')
    .items.flatMap((rule) => rule.at('ports').items)
    .filter((port) => !isAmong(ports, port.at('port'), transportOf(port)))
    .map((port) => `${path}: no container has port ${port.at('port').text}`);
}

/** By name or by number. */
function isAmong(ports: readonly ContainerPort[], { text }: Tree, transport: Transport): boolean {
  return ports.some((one) => one.transport === transport && (one.name === text || String(one.port) === text));
}

function podFlaws(
  { path, pod, containers }: Workload,
  manifests: readonly YamlDocument[],
): readonly string[] {
  const isThere = (kind: string, name: string) =>
    ofKind(manifests, kind).some(({ value }) => value.at('metadata', 'name').text === name);
  const trees = everyTree(pod);
  const configMaps = trees.flatMap((tree) => [
    tree.at('configMapRef', 'name').text,
    tree.at('configMap', 'name').text,
  ]);
  const secrets = trees.map((tree) => tree.at('secret', 'secretName').text);
  const probes = containers.flatMap((container) =>
    ['startupProbe', 'livenessProbe', 'readinessProbe']
      .map((probe) => container.tree.at(probe, 'httpGet', 'port'))
      .filter((port) => port.isThere && !isAmong(container.ports, port, 'tcp')),
  );
  return [
    ...configMaps
      .filter((name) => name !== '' && !isThere('ConfigMap', name))
      .map((name) => `no ConfigMap ${name}`),
    ...secrets.filter((name) => name !== '' && !isThere('Secret', name)).map((name) => `no Secret ${name}`),
    ...probes.map(({ text }) => `a probe asks port ${text}, which its container does not have`),
  ].map((flaw) => `${path}: ${flaw}`);
}

function imageFlaws({ name, image }: Container, example: Example): readonly string[] {
  const set = manifestsOf(example)
    .filter(isKustomization)
    .flatMap(({ value }) => value.at('images').items)
    .find((one) => one.at('name').text === image);
  const used = set === undefined ? image : `${set.at('newName').text}:${set.at('newTag').text}`;
  return isPinned(used) ? [] : [`${name}: image ${used} is not pinned`];
}

/** The server's own containers and service have each port that its settings open, and no other. */
function serverFlaws(example: Example, workloads: readonly Workload[]): readonly string[] {
  const servers = workloads.filter(({ containers }) => containers.some(({ image }) => image === SERVER));
  if (servers.length === 0) return [];
  const open = doorsOf(example).map(({ port, transport }) => `${port}/${transport}`);
  const service = ofKind(resourcesOf(example), 'Service').find(
    ({ value }) => value.at('metadata', 'name').text === SERVER,
  );
  const served = (service?.value ?? treeOf(undefined))
    .at('spec', 'ports')
    .items.map((port) => `${port.at('port').text}/${transportOf(port)}`);
  const contained = servers.flatMap(({ containers }) =>
    containers.flatMap(({ ports }) => ports.map(({ port, transport }) => `${port}/${transport}`)),
  );
  return [
    ...differences('the container', contained, open),
    ...differences('the service', served, open),
    ...servers
      .filter(({ pod }) => pod.at('enableServiceLinks').text !== 'false')
      .map(({ name }) => `${name} gets SPANHOUSE_ variables from Kubernetes`),
  ];
}

function differences(what: string, has: readonly string[], open: readonly string[]): readonly string[] {
  return [
    ...has
      .filter((port) => !open.includes(port))
      .map((port) => `${what} has port ${port}, which is not open`),
    ...[...new Set(open)].filter((port) => !has.includes(port)).map((port) => `${what} lacks port ${port}`),
  ];
}

function kustomizationFlaws({ path, value }: YamlDocument, { files }: Example): readonly string[] {
  const folder = path.split('/').slice(0, -1).join('/');
  const listed = [
    ...value.at('resources').items.map(({ text }) => text),
    ...value.at('patches').items.map((patch) => patch.at('path').text),
  ].map((name) => (name.startsWith('../') ? `${name.slice(3)}/kustomization.yaml` : `${folder}/${name}`));
  const there = files.map((file) => file.path);
  const own = there.filter((name) => name.startsWith(`${folder}/`) && name !== path);
  return [
    ...listed.filter((name) => !there.includes(name)).map((name) => `${path}: ${name} is not there`),
    ...own.filter((name) => !listed.includes(name)).map((name) => `${path}: ${name} is not listed`),
  ];
}
