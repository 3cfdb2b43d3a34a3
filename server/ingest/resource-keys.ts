/**
 * Attributes that are known to tell who made a span, for protocols that put them among the span's own: by the beginnings of
 * their names, and of `faas.` only those that do not change from call to call.
 */
const PREFIXES = [
  'aws.',
  'azure.',
  'cloud.',
  'container.',
  'deployment.',
  'device.',
  'gcp.',
  'host.',
  'k8s.',
  'os.',
  'process.',
  'service.',
  'telemetry.',
  'webengine.',
].map((prefix) => Buffer.from(prefix));
const DOT = 0x2e;
const WHOLE = ['faas.id', 'faas.instance', 'faas.max_memory', 'faas.name', 'faas.version'].map((key) =>
  Buffer.from(key),
);
/** Begins as a resource's does, and tells who was called. */
const PEER = Buffer.from('service.peer.');
/** By first byte, so that nearly every other key is told by one look. */
const CANDIDATES: readonly (readonly Buffer[])[] = Array.from({ length: 256 }, (_, byte) =>
  [...PREFIXES, ...WHOLE].filter((name) => name[0] === byte),
);

/** Whether the key names an attribute of a resource. */
export function isResourceKey(source: Uint8Array, from: number, to: number): boolean {
  for (const name of CANDIDATES[source[from] ?? 0]!) {
    if (startsWith(source, from, to, name) && (name.at(-1) === DOT || to - from === name.length))
      return !startsWith(source, from, to, PEER);
  }
  return false;
}

function startsWith(source: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (to - from < name.length) return false;
  for (let index = 0; index < name.length; index++) if (source[from + index] !== name[index]) return false;
  return true;
}
