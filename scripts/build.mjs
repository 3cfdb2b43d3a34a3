import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** What the last build was made of: one line per source, so that a changed, a new and a removed file all show. */
const STAMP = join(DIST, '.sources');
const LOCK = join(ROOT, 'node_modules', '.build-lock');
const CONFIG = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles what is not compiled. Does nothing, quickly, when the sources are those of the last build. */
export function build() {
  if (isFresh(sources())) return;
  withLock(() => {
    const found = sources();
    if (isFresh(found)) return;
    removeOrphans(found);
    compile();
    writeAtomically(STAMP, found.join('\n'));
  });
}

function compile() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function isFresh(found) {
  return readOr(STAMP, '') === found.join('\n');
}

function sources() {
  const files = ['server', 'src/contract', 'tests'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(folder, file)),
  );
  const compiled = files.filter((file) => /\.[cm]?ts$/.test(file) && !file.endsWith('.test.ts'));
  return [...CONFIG, ...compiled.sort()].map((file) => `${file} ${statSync(join(ROOT, file)).mtimeMs}`);
}

/** What a removed source was compiled to must not be imported by accident. */
function removeOrphans(found) {
  const name = (line) => line.slice(0, line.lastIndexOf(' '));
  const now = new Set(found.map(name));
  const gone = readOr(STAMP, '')
    .split('\n')
    .map(name)
    .filter((file) => file !== '' && !now.has(file));
  for (const file of gone) {
    const output = join(DIST, file.replace(/ts$/, 'js'));
    rmSync(output, { force: true });
    rmSync(`${output}.map`, { force: true });
  }
}

/** One build at a time: another waits for it and then finds its work done. */
function withLock(work) {
  while (!acquire()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  process.once('exit', release);
  work();
  release();
}

/** The lock appears with its holder's id in it, or not at all. */
function acquire() {
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(Number(readOr(LOCK, process.pid)))) rmSync(LOCK, { force: true });
    return false;
  } finally {
    rmSync(mine);
  }
}

function release() {
  if (readOr(LOCK, '') === String(process.pid)) rmSync(LOCK, { force: true });
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function writeAtomically(path, content) {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
