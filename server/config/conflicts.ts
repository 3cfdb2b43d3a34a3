import type { Port } from './kind.ts';
import { SETTING_PREFIX, SETTING_TABLE, type SettingKey, type Settings } from './setting-table.ts';
import { presentSpacePort } from './space-port.ts';

const TCP_PORTS = [
  'httpPort',
  'grpcPort',
  'otlpHttpPort',
  'otlpGrpcPort',
  'jaegerHttpPort',
  'jaegerGrpcPort',
  'samplingPort',
  'samplingGrpcPort',
  'zipkinPort',
  'influxPort',
  'cnosdbPort',
  'pluginPort',
] as const satisfies readonly SettingKey[];
const UDP_PORTS = ['jaegerCompactPort', 'jaegerBinaryPort'] as const satisfies readonly SettingKey[];
type PortKey = (typeof TCP_PORTS | typeof UDP_PORTS)[number];

/** Sentences about settings that are each fine but do not go together. */
export function findConflicts(settings: Settings): string[] {
  return [
    ...exposure(settings),
    ...samePorts(settings),
    ...largerThan(settings, 'maxBodyBytes', 'maxInflightBytes'),
    ...largerThan(settings, 'maxSpanBytes', 'maxBodyBytes'),
    ...largerThan(settings, 'maxAttributeBytes', 'maxSpanBytes'),
    ...largerThan(settings, 'segmentMaxBytes', 'logMaxBytes'),
    ...withoutServer(settings),
    ...withoutUi(settings),
    ...withoutSampling(settings),
  ];
}

function exposure({ host, allowAnonymous }: Settings): string[] {
  if (allowAnonymous || isLoopback(host)) return [];
  return [
    `${nameOf('host')} is ${host}, where others can reach it, and there is no authentication: ` +
      `set ${nameOf('allowAnonymous')}=true if that is meant`,
  ];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** A datagram and a connection may share a number. */
function samePorts(settings: Settings): string[] {
  const taken = [...portsOf(settings, TCP_PORTS, 'tcp'), ...portsOf(settings, UDP_PORTS, 'udp')];
  for (const one of settings.spacePorts) {
    const name = `${nameOf('spacePorts')} (${presentSpacePort(one)})`;
    taken.push({ name, transport: one.kind === 'udp' ? 'udp' : 'tcp', port: one.port });
  }
  return taken
    .filter(({ port }) => port !== 'off' && port !== 0)
    .filter((one, index, all) => all.findIndex((other) => isSamePort(one, other)) < index)
    .map(({ name, port }) => `${name} is ${port}, which is another listener's port already`);
}

interface TakenPort {
  readonly name: string;
  readonly transport: 'tcp' | 'udp';
  readonly port: Port;
}

function isSamePort(one: TakenPort, other: TakenPort): boolean {
  return one.transport === other.transport && one.port === other.port;
}

function portsOf(
  settings: Settings,
  keys: readonly PortKey[],
  transport: TakenPort['transport'],
): TakenPort[] {
  return keys.map((key) => ({ name: nameOf(key), transport, port: settings[key] }));
}

function largerThan(
  settings: Settings,
  part: 'maxBodyBytes' | 'maxSpanBytes' | 'maxAttributeBytes' | 'segmentMaxBytes',
  whole: 'maxInflightBytes' | 'maxBodyBytes' | 'maxSpanBytes' | 'logMaxBytes',
): string[] {
  if (settings[part] <= settings[whole]) return [];
  return [
    `${nameOf(part)} is ${settings[part]} bytes, more than ${nameOf(whole)}, which is ${settings[whole]}`,
  ];
}

function withoutServer({ clickhouseUrl, clickhouseCluster, clickhousePassword }: Settings): string[] {
  if (clickhouseUrl !== undefined) return [];
  const given: SettingKey[] = [];
  if (clickhouseCluster !== undefined) given.push('clickhouseCluster');
  if (clickhousePassword !== '') given.push('clickhousePassword');
  return given.map(
    (key) =>
      `${nameOf(key)} is set, but ${nameOf('clickhouseUrl')} is not: the embedded engine has no use for it`,
  );
}

function withoutUi({ uiDir, uiConfig }: Settings): string[] {
  if (uiConfig === undefined || uiDir !== undefined) return [];
  return [`${nameOf('uiConfig')} is set, but ${nameOf('uiDir')} is not: there is no UI to configure`];
}

function withoutSampling({
  samplingFile,
  samplingPort,
  samplingGrpcPort,
  jaegerGrpcPort,
  jaegerHttpPort,
}: Settings): string[] {
  const ports = [samplingPort, samplingGrpcPort, jaegerGrpcPort, jaegerHttpPort];
  if (samplingFile === undefined || ports.some((port) => port !== 'off')) return [];
  return [`${nameOf('samplingFile')} is set, but every port that would answer by it is off`];
}

function nameOf(key: SettingKey): string {
  return SETTING_PREFIX + SETTING_TABLE[key].name;
}
