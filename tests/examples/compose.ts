import { documentsOf, type Example, type Tree, type YamlDocument } from './read-examples.ts';

export interface Service {
  readonly name: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly published: readonly PublishedPort[];
  readonly tree: Tree;
}

export interface PublishedPort {
  readonly text: string;
  readonly onLoopback: boolean;
  readonly host: number;
  readonly container: number;
  readonly transport: 'tcp' | 'udp';
}

export function isComposeFile({ value }: YamlDocument): boolean {
  return value.at('services').keys.length > 0;
}

export function servicesOf({ value }: YamlDocument): readonly Service[] {
  return value.at('services').entries.map(([name, tree]) => ({
    name,
    image: tree.at('image').text,
    environment: Object.fromEntries(tree.at('environment').entries.map(([key, { text }]) => [key, text])),
    published: tree.at('ports').items.map(({ text }) => publishedPort(text)),
    tree,
  }));
}

export function servicesOfExample(example: Example): readonly Service[] {
  return documentsOf(example).filter(isComposeFile).flatMap(servicesOf);
}

function publishedPort(text: string): PublishedPort {
  const [, address, host, container, transport] =
    /^(?:([\d.]+):)?(\d+):(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  return {
    text,
    onLoopback: address === '127.0.0.1',
    host: Number(host),
    container: Number(container),
    transport: transport === 'udp' ? 'udp' : 'tcp',
  };
}

/** A name, a version with a number in it, and neither of them a variable. */
export function isPinned(image: string): boolean {
  const [, version] = /^[a-z0-9][\w./-]*:([\w.-]+)$/.exec(image) ?? [];
  return version !== undefined && /^v?\d/.test(version);
}

/** What does not fit together in an example's compose files. */
export function composeFlaws(example: Example): readonly string[] {
  return documentsOf(example)
    .filter(isComposeFile)
    .flatMap((document) => fileFlaws(document, example));
}

function fileFlaws(document: YamlDocument, example: Example): readonly string[] {
  const services = servicesOf(document);
  const published = services.flatMap((service) => service.published);
  const twice = published.filter(
    (one, at) =>
      published.findIndex(({ host, transport }) => host === one.host && transport === one.transport) < at,
  );
  return [
    ...services
      .filter(({ image }) => !isPinned(image))
      .map(({ name, image }) => `${name}: image ${image} is not pinned`),
    ...published
      .filter(({ onLoopback }) => !onLoopback)
      .map(({ text }) => `${text} is not published on loopback`),
    ...twice.map(({ text }) => `${text} is published twice`),
    ...services.flatMap((service) => referenceFlaws(service, services)),
    ...services.flatMap((service) => volumeFlaws(service, document, example)),
  ];
}

function referenceFlaws({ name, tree }: Service, services: readonly Service[]): readonly string[] {
  const needed = tree.at('depends_on');
  const shared = /^service:(.+)$/.exec(tree.at('network_mode').text)?.[1];
  return [...needed.keys, ...needed.items.map(({ text }) => text), ...(shared === undefined ? [] : [shared])]
    .filter((other) => services.every((service) => service.name !== other))
    .map((other) => `${name} needs ${other}, which is no service`);
}

interface Mount {
  readonly source: string;
  readonly target: string;
}

/** Variables stand for their defaults. */
export function mountsOf({ tree }: Service): readonly Mount[] {
  return tree.at('volumes').items.map(({ text }) => {
    const [source = '', target = ''] = text.replace(/\$\{\w+:-([^}]*)\}/g, '$1').split(':');
    return { source, target };
  });
}

function volumeFlaws(service: Service, { value }: YamlDocument, { files }: Example): readonly string[] {
  const mounts = mountsOf(service);
  const missing = mounts.filter(({ source }) =>
    source.startsWith('./')
      ? !files.some(({ path }) => path === source.slice(2) || path.startsWith(`${source.slice(2)}/`))
      : !value.at('volumes').keys.includes(source),
  );
  const configured = service.tree
    .at('command')
    .items.map(({ text }) => /^--config=(.+)$/.exec(text)?.[1])
    .filter((path) => path !== undefined && mounts.every(({ target }) => target !== path));
  return [
    ...missing.map(({ source }) => `${service.name} mounts ${source}, which is not there`),
    ...configured.map((path) => `${service.name} reads ${path}, which nobody mounts`),
  ];
}

/** What READMEs say on command lines of `docker compose`. */
export function commandFlaws(example: Example): readonly string[] {
  const services = servicesOfExample(example);
  const names = services.map(({ name }) => name);
  const profiles = services.flatMap(({ tree }) => tree.at('profiles').items.map(({ text }) => text));
  const text = example.files.map((file) => (file.path.endsWith('.md') ? file.text : '')).join('\n');
  const asked = [...text.matchAll(/docker compose --profile (\S+)/g)].map(([, name]) => name!);
  const called = [...text.matchAll(/docker compose (?:run (?:--\S+ )*|stop |start )([a-z][\w-]*)/g)].map(
    ([, name]) => name!,
  );
  return [
    ...asked.filter((name) => !profiles.includes(name)).map((name) => `there is no profile ${name}`),
    ...called.filter((name) => !names.includes(name)).map((name) => `there is no service ${name}`),
  ];
}
