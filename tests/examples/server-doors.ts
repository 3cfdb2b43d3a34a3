import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../server/config/settings.ts';
import type { SettingKey, Settings } from '../../server/config/setting-table.ts';
import { isComposeFile, servicesOf } from './compose.ts';
import { documentsOf, everyTree, type Example } from './read-examples.ts';

export type Transport = 'tcp' | 'udp';
export type Speech = 'http' | 'grpc' | 'datagrams';

/** A port that the server opens, as an example sets it up. */
export interface Door {
  readonly port: number;
  readonly transport: Transport;
  readonly speech: Speech;
  /** What of a URL it serves, without a space in front. */
  readonly paths: readonly RegExp[];
}

type PortKey = Extract<SettingKey, `${string}Port`>;

/** Clients append the rest by themselves: exporters, data sources, Telegraf. People find the UI there. */
const BASE = /^\/?$/;
const OTLP = [BASE, /^\/v1\/traces$/];
const OTLP_OF_CNOSDB = /^\/api\/v1\/traces$/;
const JAEGER = /^\/api\/traces$/;
const JAEGER_READS = [
  /^\/api\/services(\/[^/]+\/operations)?$/,
  /^\/api\/operations$/,
  /^\/api\/traces(\/([0-9a-f]+|\$\w+))?$/,
  /^\/api\/dependencies$/,
];
const ZIPKIN = [BASE, /^\/api\/v[12]\/spans$/];
const INFLUX = [BASE, /^\/(api\/v2\/)?write$/];
const EKUIPER = [/^\/trace\/(rule\/)?[^/]+$/];

/** As server/bin/create-apps.ts mounts them. */
const HTTP_PATHS: Partial<Record<PortKey, readonly RegExp[]>> = {
  httpPort: [
    ...OTLP,
    OTLP_OF_CNOSDB,
    JAEGER,
    ...INFLUX,
    ...JAEGER_READS,
    /^\/api\/v1\/spaces$/,
    /^\/(healthz|readyz|metrics)$/,
  ],
  otlpHttpPort: OTLP,
  jaegerHttpPort: [JAEGER],
  zipkinPort: ZIPKIN,
  influxPort: INFLUX,
  cnosdbPort: [BASE, OTLP_OF_CNOSDB, ...JAEGER_READS],
  samplingPort: [/^\/sampling$/],
};
const SPACE_PATHS = [...OTLP, OTLP_OF_CNOSDB, JAEGER, ...ZIPKIN, ...INFLUX, ...EKUIPER];
const GRPC_KEYS = ['grpcPort', 'otlpGrpcPort', 'jaegerGrpcPort', 'samplingGrpcPort'] as const;
const UDP_KEYS = ['jaegerCompactPort', 'jaegerBinaryPort'] as const;

export type Environment = Readonly<Record<string, string>>;

export const ROOT = join(import.meta.dirname, '..', '..');

/** What the image sets before anybody else does. */
const IMAGE = Object.fromEntries(
  [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/(SPANHOUSE_\w+)=(\S+)/g)]
    .filter(([, name]) => name === 'SPANHOUSE_HOST' || name === 'SPANHOUSE_DATA_DIR')
    .map(([, name, value]) => [name!, value!]),
);

/** Every environment that an example gives the server: as a service, in a cluster, and in what its README says. */
export function environmentsOf(example: Example): readonly Environment[] {
  const documents = documentsOf(example);
  const services = documents.filter(isComposeFile).flatMap(servicesOf);
  const composed = services
    .filter(({ image }) => image.startsWith('spanhouse:'))
    .map(({ environment }) => ({ ...IMAGE, ...environment }));
  const clustered = Object.fromEntries(
    documents
      .filter((document) => !isComposeFile(document))
      .flatMap(({ value }) => settingsInManifest(value)),
  );
  return [
    ...composed,
    ...(Object.keys(clustered).length > 0 ? [{ ...IMAGE, ...clustered }] : []),
    ...settingsInWords(example),
  ];
}

function settingsInManifest(manifest: ReturnType<typeof documentsOf>[number]['value']) {
  const data = manifest.at('data').entries.map(([name, { text }]) => [name, text] as const);
  const variables = everyTree(manifest)
    .flatMap((tree) => tree.at('env').items)
    .map((variable) => [variable.at('name').text, variable.at('value').text] as const);
  return [...data, ...variables].filter(([name]) => name.startsWith('SPANHOUSE_'));
}

function settingsInWords({ files }: Example): readonly Environment[] {
  return files
    .filter(({ path }) => !path.endsWith('.yaml'))
    .flatMap(({ text }) => [...text.matchAll(/\b(SPANHOUSE_\w+)=([^\s`'"]+)/g)])
    .map(([, name, value]) => ({ [name!]: value! }));
}

export function readEnvironment(environment: Environment) {
  return readSettings({ environment, machine: { memoryBytes: 2 ** 33 }, readFile: () => 'secret' });
}

/** What is open with any of an example's settings, or with none. */
export function doorsOf(example: Example): readonly Door[] {
  return [{}, ...environmentsOf(example)].flatMap((environment) => {
    const outcome = readEnvironment(environment);
    return outcome.ok ? doorsOfSettings(outcome.settings) : [];
  });
}

export function doorsOfSettings(settings: Settings): readonly Door[] {
  const http = (Object.keys(HTTP_PATHS) as PortKey[]).map((key) =>
    door(settings[key], 'tcp', 'http', HTTP_PATHS[key]),
  );
  const grpc = GRPC_KEYS.map((key) => door(settings[key], 'tcp', 'grpc', [BASE]));
  const udp = UDP_KEYS.map((key) => door(settings[key], 'udp', 'datagrams'));
  const ofSpaces = settings.spacePorts.map(({ kind, port }) => {
    if (kind === 'http') return door(port, 'tcp', 'http', SPACE_PATHS);
    return kind === 'grpc' ? door(port, 'tcp', 'grpc', [BASE]) : door(port, 'udp', 'datagrams');
  });
  return [...http, ...grpc, ...udp, ...ofSpaces].flat();
}

function door(
  port: number | 'off',
  transport: Transport,
  speech: Speech,
  paths: readonly RegExp[] = [],
): readonly Door[] {
  return port === 'off' ? [] : [{ port, transport, speech, paths }];
}

/** Whether it serves a URL's path, with or without a space in front. */
export function serves({ paths }: Door, path: string): boolean {
  const [bare = ''] = path.replace(/^\/t(\/[\w.-]+){3}(?=\/|$)/, '').split('?');
  return paths.some((pattern) => pattern.test(bare));
}
