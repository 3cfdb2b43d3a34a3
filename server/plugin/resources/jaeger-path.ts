import { Fault } from '../../errors/fault.ts';

/** What of Jaeger's query API is passed on: reading, and nothing else. A star is one part of a path. */
const SERVED: readonly (readonly string[])[] = [
  'api/services',
  'api/services/*/operations',
  'api/operations',
  'api/traces',
  'api/traces/*',
  'api/dependencies',
  'api/metrics/*',
  'api/v3/services',
  'api/v3/operations',
  'api/v3/traces',
  'api/v3/traces/*',
  'api/v3/trace-summaries',
].map((path) => path.split('/'));

export interface ResourcePath {
  /** Decoded, without slashes at its ends. */
  readonly parts: readonly string[];
  readonly params: URLSearchParams;
}

/**
 * Reads where a request goes. The host tells the path twice: decoded, and as it was sent with the query behind it. Both
 * have to say the same, so that nothing is checked in one spelling and sent in another.
 */
export function parseResourcePath(path: string, url: string): ResourcePath {
  const end = url.search(/[?#]/);
  const raw = trimmed(end === -1 ? url : url.slice(0, end));
  const query = end === -1 || url[end] === '#' ? '' : url.slice(end + 1).replace(/#.*$/, '');
  const spelling = raw === '' ? trimmed(path) : raw;
  if (ODD.test(spelling)) refuse(spelling);
  const parts = spelling.split('/').map((part) => decoded(part, raw !== ''));
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[/\\\0]/.test(part))) {
    refuse(spelling);
  }
  if (raw !== '' && path !== '' && parts.join('/') !== trimmed(path)) refuse(spelling);
  return { parts, params: new URLSearchParams(query) };
}

/** The path on the server, or undefined where nothing of Jaeger's is. */
export function jaegerPath(parts: readonly string[]): string | undefined {
  const isServed = SERVED.some(
    (served) =>
      served.length === parts.length && served.every((name, at) => name === '*' || name === parts[at]),
  );
  return isServed ? `/${parts.map(encodeURIComponent).join('/')}` : undefined;
}

/** Slashes and backslashes in disguise, dots in disguise, other hosts, and characters no path holds. */
const ODD = /%2f|%5c|%2e|%00|\\|\/\/|:\/\/|[\x00-\x1f\x7f]/i;

/** One slash before it may stand or not; a dot and a slash come from a host that writes a path as a relative URL. */
function trimmed(path: string): string {
  return path.replace(/^(?:\.?\/)/, '');
}

function decoded(part: string, isEncoded: boolean): string {
  if (!isEncoded) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse(part);
  }
}

function refuse(path: string): never {
  throw new Fault(
    'invalid',
    `the path ${JSON.stringify(path.slice(0, 200))} is refused: it may hold no empty parts, no "." and "..", and no encoded slashes; give names with slashes as parameters`,
    { field: 'path' },
  );
}
