import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Exits with 0 if node_modules holds what package-lock.json says, as npm's own record of it tells. */
const ROOT = join(import.meta.dirname, '..');
const RECORD = join(ROOT, 'node_modules', '.package-lock.json');

process.exitCode = existsSync(RECORD) && matches() ? 0 : 1;

function matches() {
  const wanted = packages(join(ROOT, 'package-lock.json'));
  const installed = packages(RECORD);
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    if (path === '') return true;
    return installed[path]?.version === version || (installed[path] === undefined && (optional || peer));
  });
}

function packages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
