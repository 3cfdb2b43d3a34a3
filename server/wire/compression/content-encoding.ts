import { Fault } from '../../errors/fault.ts';

export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd' | 'snappy' | 'lz4';

/** Every spelling senders use; `zlib` and `x-snappy-framed` are the OpenTelemetry Collector's. */
const CODINGS: ReadonlyMap<string, Coding | 'identity'> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zlib', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
  ['snappy', 'snappy'],
  ['x-snappy-framed', 'snappy'],
  ['lz4', 'lz4'],
  ['identity', 'identity'],
]);

/** A sender packs once; a proxy may do it again. More is somebody trying how deep we dig. */
const MAX_CODINGS = 2;
const SHOWN_CHARACTERS = 80;

/** The codings of a `content-encoding` header in the order in which they were applied; `identity` is left out. */
export function parseContentEncoding(header: string | undefined): readonly Coding[] {
  const names = (header ?? '').split(',').filter((name) => name.trim() !== '');
  const codings = names.map(parseCoding).filter((coding) => coding !== 'identity');
  if (codings.length > MAX_CODINGS) {
    const message = `content-encoding ${shown(header ?? '')} packs the body ${codings.length} times; at most ${MAX_CODINGS} are undone`;
    throw new Fault('unsupported-media', message, { field: 'content-encoding' });
  }
  return codings;
}

function parseCoding(name: string): Coding | 'identity' {
  const coding = CODINGS.get(name.trim().toLowerCase());
  if (coding !== undefined) return coding;
  const message = `content-encoding ${shown(name.trim())} is not known; send one of ${[...CODINGS.keys()].join(', ')}`;
  throw new Fault('unsupported-media', message, { field: 'content-encoding' });
}

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value);
}
