import { SETTING_PREFIX, SETTING_TABLE, type SettingKey, type Settings } from './setting-table.ts';

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

function samePorts(settings: Settings): string[] {
  const ports = (['httpPort', 'grpcPort', 'otlpHttpPort', 'otlpGrpcPort', 'pluginPort'] as const).filter(
    (key) => settings[key] !== 'off' && settings[key] !== 0,
  );
  return ports
    .filter((key, index) => ports.findIndex((other) => settings[other] === settings[key]) < index)
    .map((key) => `${nameOf(key)} is ${settings[key]}, which is another listener's port already`);
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

function nameOf(key: SettingKey): string {
  return SETTING_PREFIX + SETTING_TABLE[key].name;
}
