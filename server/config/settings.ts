import { z } from 'zod';
import { findConflicts } from './conflicts.ts';
import { nearestName } from './nearest-name.ts';
import {
  type Machine,
  SETTING_KEYS,
  SETTING_PREFIX,
  SETTING_TABLE,
  type SettingKey,
  type Settings,
} from './setting-table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What settings are read from; nothing else of the process is looked at. */
export interface SettingSources {
  readonly environment: Environment;
  readonly machine: Machine;
  readonly readFile: (path: string) => string;
}

/** Where a value came from, for people: `default`, `environment` or `file /run/secrets/…`. */
export type Origins = Readonly<Record<SettingKey, string>>;

export type SettingsOutcome =
  | { readonly ok: true; readonly settings: Settings; readonly origins: Origins }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Found {
  readonly text: string;
  readonly origin: string;
}

/** Only secrets are worth a file: the rest is not hidden by one. */
const FILE_SUFFIX = '_FILE';

/** Settings of an environment, or everything that is wrong with it at once. An empty variable is one that is not set. */
export function readSettings(sources: SettingSources): SettingsOutcome {
  const problems = unknownNames(sources.environment);
  const found = collect(sources, problems);
  const parsed = SCHEMA.safeParse(mapKeys((key) => found[key].text));
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => presentIssue(issue, found)));
  else problems.push(...findConflicts(parsed.data as Settings));

  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    settings: Object.freeze(parsed.data as Settings),
    origins: mapKeys((key) => found[key].origin),
  };
}

const SCHEMA = z.object(mapKeys((key) => SETTING_TABLE[key].kind.schema as z.ZodType<unknown, string>));

function collect(sources: SettingSources, problems: string[]): Record<SettingKey, Found> {
  return mapKeys((key) => {
    const { name, fallback } = SETTING_TABLE[key];
    const text = given(sources.environment, name);
    const file = SETTING_TABLE[key].secret ? given(sources.environment, name + FILE_SUFFIX) : undefined;
    if (text !== undefined && file !== undefined) {
      problems.push(
        `${SETTING_PREFIX}${name} and ${SETTING_PREFIX}${name}${FILE_SUFFIX} are both set: keep one`,
      );
    }
    if (file !== undefined) return fromFile(sources, name, file, problems);
    if (text !== undefined) return { text, origin: 'environment' };
    return { text: fallback(sources.machine), origin: 'default' };
  });
}

function given(environment: Environment, name: string): string | undefined {
  const value = environment[SETTING_PREFIX + name];
  return value === '' ? undefined : value;
}

/** Files made by editors and `echo` end with a line break that is not part of the secret. */
function fromFile(sources: SettingSources, name: string, path: string, problems: string[]): Found {
  try {
    return { text: sources.readFile(path).replace(/\r?\n$/, ''), origin: `file ${path}` };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    problems.push(`${SETTING_PREFIX}${name}${FILE_SUFFIX} names a file that cannot be read: ${reason}`);
    return { text: '', origin: `file ${path}` };
  }
}

function unknownNames(environment: Environment): string[] {
  const known = SETTING_KEYS.flatMap((key) => namesOf(key));
  return Object.keys(environment)
    .filter((name) => name.startsWith(SETTING_PREFIX))
    .map((name) => name.slice(SETTING_PREFIX.length))
    .filter((name) => !known.includes(name))
    .sort()
    .map((name) => {
      const meant = nearestName(name, known) ?? nearestName(name.replace(/_FILE$/, ''), known);
      const hint = meant === undefined ? '' : `; did you mean ${SETTING_PREFIX}${meant}?`;
      return `${SETTING_PREFIX}${name} is not a setting${hint}`;
    });
}

function namesOf(key: SettingKey): string[] {
  const { name, secret } = SETTING_TABLE[key];
  return secret ? [name, name + FILE_SUFFIX] : [name];
}

function presentIssue(issue: z.core.$ZodIssue, found: Record<SettingKey, Found>): string {
  const key = issue.path[0] as SettingKey;
  const { name, secret } = SETTING_TABLE[key];
  const value = secret ? '(hidden)' : JSON.stringify(withoutCredentials(found[key].text));
  return `${SETTING_PREFIX}${name} is ${value}, but ${issue.message}`;
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//(hidden)@');
}

function mapKeys<T>(valueOf: (key: SettingKey) => T): Record<SettingKey, T> {
  return Object.fromEntries(SETTING_KEYS.map((key) => [key, valueOf(key)])) as Record<SettingKey, T>;
}
