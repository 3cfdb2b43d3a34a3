import { existsSync, readFileSync } from 'node:fs';

/** Beside `server/` in the sources, and a folder further up from what they are compiled to. */
const CANDIDATES = ['../../package.json', '../../../package.json'].map(
  (path) => new URL(path, import.meta.url),
);

const [found = CANDIDATES[0]!] = CANDIDATES.filter((candidate) => existsSync(candidate));

export const VERSION = (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version;
