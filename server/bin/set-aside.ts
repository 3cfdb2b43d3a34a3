import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/setting-table.ts';
import { toFault } from '../errors/fault.ts';
import { acquireDirectoryLock } from '../platform/directory-lock.ts';
import { nodeDisk } from '../wal/disk.ts';
import { type PutBackFile, putBack } from '../wal/put-back.ts';
import { listSetAside, type SetAsideFile } from '../wal/set-aside.ts';
import { logOptions } from './open-write-path.ts';

const UNKNOWN = '-';
const HEAD = ['file', 'rows', 'bytes', 'when', 'reason'];
const NOTHING = 'nothing is set aside\n';

/** Prints what is set aside, also while a server runs; resolves with whether it could be read. */
export function printSetAside(settings: Settings): Promise<boolean> {
  return told(async () => {
    const directory = setAsideDirectoryOf(settings);
    const files = await listSetAside(nodeDisk, directory);
    const lines = await Promise.all(files.map((file) => presentFile(directory, file)));
    process.stdout.write(lines.length === 0 ? NOTHING : presentTable([HEAD, ...lines]));
    return true;
  });
}

/** Puts everything back for the next start to load; resolves with whether nothing had to stay. */
export function retrySetAside(settings: Settings): Promise<boolean> {
  return told(async () => {
    const lock = await acquireDirectoryLock(settings.dataDir);
    try {
      const files = await putBack(logOptions(settings, () => undefined));
      process.stdout.write(files.length === 0 ? NOTHING : presentOutcome(files));
      return files.every(({ obstacle }) => obstacle === undefined);
    } finally {
      await lock.release();
    }
  });
}

async function told(task: () => Promise<boolean>): Promise<boolean> {
  try {
    return await task();
  } catch (thrown) {
    const { message, cause } = toFault(thrown);
    process.stderr.write(`spanhouse: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
    return false;
  }
}

function setAsideDirectoryOf(settings: Settings): string {
  return logOptions(settings, () => undefined).setAsideDirectory;
}

async function presentFile(directory: string, { name, reason }: SetAsideFile): Promise<readonly string[]> {
  const { size, mtime } = await stat(join(directory, name));
  // How many rows damaged bytes were, nobody can say.
  const rows = reason === undefined || reason.kind === 'damaged' ? UNKNOWN : String(reason.rows);
  return [name, rows, String(size), reason?.time ?? mtime.toISOString(), presentReason(reason)];
}

/** On one line: an engine's own words may have many. */
function presentReason(reason: SetAsideFile['reason']): string {
  if (reason === undefined) return UNKNOWN;
  const { message, cause } = reason;
  return (cause === undefined ? message : `${message}: ${cause}`).replaceAll(/\s+/g, ' ');
}

function presentTable(lines: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function presentOutcome(files: readonly PutBackFile[]): string {
  const stayed = files.filter(({ obstacle }) => obstacle !== undefined).length;
  const lines = files.map(({ name, obstacle }) =>
    obstacle === undefined ? `${name} is back in the log` : `${name} stays set aside: ${obstacle}`,
  );
  lines.push(
    `${files.length - stayed} to be loaded by the next start of the server, ${stayed} still set aside`,
  );
  return lines.map((line) => `${line}\n`).join('');
}
