/** Where in the UI a path leads: which space it names, if any, and what is left of it. */
export interface Place {
  /** As they stand in the path. */
  readonly space: readonly [tenant: string, db: string, table: string] | undefined;
  /** Begins with a slash, or is empty where the path ends with the space. */
  readonly rest: string;
}

const IN_SPACE = /^\/t\/([^/]+)\/([^/]+)\/([^/]+)(\/.*)?$/;

export function placeOf(path: string): Place {
  const parts = IN_SPACE.exec(path);
  if (parts === null) return { space: undefined, rest: path };
  const [, tenant, db, table, rest = ''] = parts;
  return { space: [tenant!, db!, table!], rest };
}

/**
 * From a page to where the UI begins. Relative, so that it is right too behind a proxy that takes a prefix off the path.
 */
export function baseOf({ rest }: Place): string {
  return '../'.repeat(rest.split('/').length - 2) || './';
}

/** Paths of the API are never pages, also those that nobody serves. */
export function isApiPath({ rest }: Place): boolean {
  return /^\/(?:api|analytics)(?:\/|$)/.test(rest);
}

/** The path without doubled slashes; browsers take a backslash for one. */
export function cleanPath(path: string): string {
  return path.replace(/[/\\]{2,}/g, '/');
}
