import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../errors/fault.ts';
import { within } from './clock.ts';

/**
 * One process per data directory. The lock is a listening Unix socket inside it: the kernel lets go of it when the
 * process ends, however it ends, and until then whoever connects is told who holds it. A socket file that nobody
 * listens on is left from a killed process and taken over.
 */
export interface DirectoryLock {
  release(): Promise<void>;
}

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

const SOCKET_NAME = 'lock.sock';
/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with a zero at the end. */
const MAX_SOCKET_PATH_BYTES = 103;
/** Makes the name of a socket that is to take another's place; twice as many characters, and a dot. */
const SUFFIX_BYTES = 4;
/** The answer comes from the holder's event loop, which a paused process does not run. */
const ANSWER_TIMEOUT_MS = 1_000;
/** Two starts that find the same dead socket may both replace it; the one whose socket is gone after this has lost. */
const SETTLE_MS = 50;

/** Rejects with Fault `failed-precondition` that says who holds the directory. Makes the directory if it is not there. */
export async function acquireDirectoryLock(directory: string): Promise<DirectoryLock> {
  await makeDirectory(directory);
  const handle = await open(directory, 'r');
  try {
    const socketPath = shortSocketPath(directory, handle.fd);
    const server = (await listen(socketPath)) ?? (await takeOver(directory, socketPath));
    const mine = await socketId(socketPath);
    return {
      release: async () => {
        await close(server);
        if (mine !== undefined && (await socketId(socketPath)) === mine) await unlink(socketPath);
        await handle.close();
      },
    };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('failed-precondition', `the data directory cannot be made: ${reason}`, {
      setting: 'SPANHOUSE_DATA_DIR',
      value: directory,
      cause,
    });
  }
}

/** A name for the socket that fits the kernel's limit; Linux can reach any directory through an open descriptor of it. */
function shortSocketPath(directory: string, descriptor: number): string {
  const absolute = join(directory, SOCKET_NAME);
  const candidates = [absolute, relative(process.cwd(), absolute)];
  if (process.platform === 'linux') candidates.push(`/proc/self/fd/${descriptor}/${SOCKET_NAME}`);
  const short = candidates.find(
    (path) => Buffer.byteLength(path) + 1 + 2 * SUFFIX_BYTES <= MAX_SOCKET_PATH_BYTES,
  );
  if (short !== undefined) return short;
  throw new Fault(
    'failed-precondition',
    `the path of the data directory is too long for its lock: a socket's may have ${MAX_SOCKET_PATH_BYTES} bytes`,
    { setting: 'SPANHOUSE_DATA_DIR', value: directory },
  );
}

/**
 * Puts a living socket in the place of a dead one. It is made under a name of its own and moved, since a socket that is
 * closed removes what stands under the name it was made with: by then that may be somebody else's.
 */
async function takeOver(directory: string, socketPath: string): Promise<Server> {
  const found = await socketId(socketPath);
  const holder = await askHolder(socketPath);
  if (holder !== 'nobody') throw heldBy(directory, holder);

  const ownPath = `${socketPath}.${randomBytes(SUFFIX_BYTES).toString('hex')}`;
  const server = (await listen(ownPath))!;
  const mine = await socketId(ownPath);
  // Only the very socket that was found dead is replaced, not one that another start has put there since.
  if ((await socketId(socketPath)) === found) await rename(ownPath, socketPath);
  await sleep(SETTLE_MS);
  if ((await socketId(socketPath)) === mine) return server;
  await close(server);
  throw heldBy(directory, await askHolder(socketPath));
}

/** Undefined when the name is taken, by a living process or a dead one. */
async function listen(socketPath: string): Promise<Server | undefined> {
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(holder));
  });
  server.listen(socketPath).unref();
  try {
    await once(server, 'listening');
    return server;
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.code === 'EADDRINUSE') return undefined;
    throw new Fault('failed-precondition', `the data directory cannot be locked: ${error.message}`, {
      setting: 'SPANHOUSE_DATA_DIR',
      cause: error,
    });
  }
}

/** Who listens: `nobody` if the socket is dead, undefined if somebody does but does not say who in time. */
async function askHolder(socketPath: string): Promise<LockHolder | 'nobody' | undefined> {
  const socket = connect(socketPath);
  try {
    return JSON.parse(await within(ANSWER_TIMEOUT_MS, () => text(socket))) as LockHolder;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code === 'ECONNREFUSED' || code === 'ENOENT' ? 'nobody' : undefined;
  } finally {
    socket.destroy();
  }
}

function heldBy(directory: string, holder: LockHolder | 'nobody' | undefined): Fault {
  const who =
    holder === undefined || holder === 'nobody'
      ? 'another process, which did not say who it is'
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  return new Fault('failed-precondition', `the data directory ${directory} is in use by ${who}`, {
    setting: 'SPANHOUSE_DATA_DIR',
    value: directory,
  });
}

async function socketId(socketPath: string): Promise<string | undefined> {
  const stats = await lstat(socketPath, { bigint: true }).catch(ignoreMissing);
  // A new file may get the number of one just removed, but not its time. Moving changes neither.
  return stats === undefined ? undefined : `${stats.ino}/${stats.mtimeNs}`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
