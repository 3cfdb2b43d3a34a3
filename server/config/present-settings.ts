import {
  SETTING_KEYS,
  SETTING_PREFIX,
  SETTING_TABLE,
  type SettingKey,
  type Settings,
} from './setting-table.ts';
import type { Origins } from './settings.ts';
import { presentSpacePort } from './space-port.ts';

/** Every setting with its value and where it came from, in aligned columns. Secrets are masked. */
export function presentSettings(settings: Settings, origins: Origins): string {
  const rows = SETTING_KEYS.map((key) => [
    SETTING_PREFIX + SETTING_TABLE[key].name,
    shown(key, settings),
    origins[key],
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, value, origin]) => `${name!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${origin!}`)
    .join('\n');
}

function shown(key: SettingKey, settings: Settings): string {
  if (key === 'retentionRules') return rulesText(settings.retentionRules);
  if (key === 'spacePorts') return portsText(settings.spacePorts);
  const value = settings[key];
  if (value === undefined || value === '') return '(none)';
  if (SETTING_TABLE[key].secret) return '********';
  return `${value}${unitOf(key)}`;
}

function rulesText(rules: Settings['retentionRules']): string {
  return rules.length === 0 ? '(none)' : rules.map(({ pattern, days }) => `${pattern}=${days}d`).join(',');
}

function portsText(ports: Settings['spacePorts']): string {
  return ports.length === 0 ? '(none)' : ports.map(presentSpacePort).join(',');
}

/** Keys end with their unit; a setting is written with it too. */
function unitOf(key: SettingKey): string {
  if (key.endsWith('Ms')) return 'ms';
  if (key.endsWith('Days')) return 'd';
  return key.endsWith('Bytes') ? 'B' : '';
}
