import type { TimeRange } from '@grafana/data';
import type { Level } from '../contract/query.ts';

/** What the data source's resource endpoints answer while somebody types: never more than a list to choose from. */
export interface Completion {
  services(prefix?: string): Promise<readonly string[]>;
  /** Names that any of the services has; of every service where none is named. */
  operationsOf(services: readonly string[]): Promise<readonly string[]>;
  attributeKeys(asked: AskedKeys): Promise<readonly FoundKey[]>;
  attributeValues(asked: AskedValues): Promise<readonly FoundValue[]>;
  spaces(): Promise<readonly FoundSpace[]>;
  /** What the server can do beyond what every server does: `sql`, say. */
  features(): Promise<readonly string[]>;
}

export interface AskedKeys {
  readonly level?: Level;
  readonly prefix?: string;
}

export interface AskedValues {
  readonly key: string;
  readonly level?: Level;
  readonly prefix?: string;
  readonly service?: string;
  readonly range?: TimeRange;
}

export interface FoundKey {
  readonly key: string;
  readonly level: Level;
}

export interface FoundValue {
  readonly value: string;
  readonly count?: number | string;
}

export interface FoundSpace {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
  readonly spanCount?: number | string;
}

/** `DataSourceWithBackend.getResource`. */
export type GetResource = (path: string, params: Record<string, string>) => Promise<unknown>;

export function createCompletion(getResource: GetResource): Completion {
  const list = async <T>(path: string, params: Params, field: string): Promise<readonly T[]> => {
    const answer = (await getResource(path, stated(params))) as Readonly<Record<string, unknown>> | undefined;
    const found = answer?.[field];
    return Array.isArray(found) ? (found as T[]) : [];
  };
  return {
    services: (prefix) => list('services', { prefix }, 'services'),
    operationsOf: async (services) => {
      const asked = services.length === 0 ? [undefined] : services;
      const found = await Promise.all(
        asked.map((service) => list<{ name: string }>('operations', { service }, 'operations')),
      );
      return [...new Set(found.flat().map(({ name }) => name))].sort();
    },
    attributeKeys: ({ level, prefix }) => list('attributes/keys', { level, prefix }, 'keys'),
    attributeValues: ({ range, ...asked }) =>
      list('attributes/values', { ...asked, ...boundsOf(range) }, 'values'),
    spaces: () => list('spaces', {}, 'spaces'),
    features: () => list('about', {}, 'features'),
  };
}

type Params = Readonly<Record<string, string | undefined>>;

function stated(params: Params): Record<string, string> {
  const entries = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}

/** The server's times are nanoseconds. */
function boundsOf(range: TimeRange | undefined): Params {
  if (range === undefined) return {};
  return { from: `${range.from.valueOf()}000000`, to: `${range.to.valueOf()}000000` };
}
