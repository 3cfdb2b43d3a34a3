import { basename, join } from 'node:path';
import type { Disk } from './disk.ts';
import { isMissing } from './disk.ts';
import { replaceFile } from './durable-file.ts';
import type { WalObserver } from './wal-event.ts';

const DATA_FILE = /\.(spans|catalog)$/;
const REASON_ENDING = '.reason.json';

/** Why bytes are not in the store; written beside them as `<file>.reason.json`. */
export interface Reason {
  readonly kind: 'damaged' | 'refused';
  /** Of the segment they stood in. */
  readonly token: string;
  readonly rows: number;
  readonly message: string;
  readonly cause?: string;
}

/** A file of the folder. */
export interface SetAsideFile {
  readonly name: string;
  /** Undefined if a crash or an operator took it, or somebody wrote in it what is none. */
  readonly reason: (Reason & { readonly time: string }) | undefined;
}

/** What is in the folder, by name; nothing if there is no folder. */
export async function listSetAside(disk: Disk, directory: string): Promise<readonly SetAsideFile[]> {
  const names = await disk.list(directory).catch(nothingIfMissing);
  const files = names?.filter((name) => DATA_FILE.test(name)).sort() ?? [];
  return Promise.all(
    files.map(async (name) => ({ name, reason: await readReason(disk, reasonPath(directory, name)) })),
  );
}

/** Where the reason of a file stands. */
export function reasonPath(directory: string, name: string): string {
  return join(directory, name + REASON_ENDING);
}

async function readReason(disk: Disk, path: string): Promise<SetAsideFile['reason']> {
  const bytes = await disk.read(path).catch(nothingIfMissing);
  if (bytes === undefined) return undefined;
  try {
    const reason: unknown = JSON.parse(Buffer.from(bytes).toString());
    return isReason(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

function isReason(value: unknown): value is Reason & { readonly time: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, token, rows, message, cause = '', time } = value as Record<string, unknown>;
  return (
    (kind === 'damaged' || kind === 'refused') &&
    typeof rows === 'number' &&
    [token, message, cause, time].every((text) => typeof text === 'string')
  );
}

function nothingIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
  return undefined;
}

/**
 * The folder of what could not be loaded. Nothing leaves it by itself: an operator looks at it, and may put it back.
 * It MUST be on the log's own file system, so that setting aside needs no room.
 */
export class SetAside {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #now: () => number;
  readonly #onEvent: WalObserver;
  readonly #names: Set<string>;

  private constructor(
    disk: Disk,
    directory: string,
    names: Set<string>,
    now: () => number,
    onEvent: WalObserver,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#names = names;
    this.#now = now;
    this.#onEvent = onEvent;
  }

  static async open(
    disk: Disk,
    directory: string,
    now: () => number,
    onEvent: WalObserver,
  ): Promise<SetAside> {
    await disk.makeDirectory(directory);
    const files = await disk.list(directory);
    return new SetAside(disk, directory, new Set(files.filter((name) => DATA_FILE.test(name))), now, onEvent);
  }

  /** Files in the folder, those of earlier runs included. */
  get count(): number {
    return this.#names.size;
  }

  /** Writes bytes there. Done again after a crash it writes the same file. */
  async keepBytes(name: string, bytes: Uint8Array, reason: Reason): Promise<void> {
    await replaceFile(this.#disk, join(this.#directory, name), [bytes]);
    await this.#writeReason(name, reason);
  }

  /** Moves a file there. Called again after a failure it goes on where it stopped. */
  async keepFile(name: string, path: string, reason: Reason): Promise<void> {
    await this.#disk.rename(path, join(this.#directory, name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    await this.#writeReason(name, reason);
  }

  async #writeReason(name: string, reason: Reason): Promise<void> {
    const path = join(this.#directory, name);
    const text = JSON.stringify(
      { file: basename(path), ...reason, time: new Date(this.#now()).toISOString() },
      null,
      2,
    );
    await replaceFile(this.#disk, reasonPath(this.#directory, name), [Buffer.from(`${text}\n`)]);
    this.#names.add(name);
    this.#onEvent({ kind: 'set-aside', path, rows: reason.rows, reason: reason.message });
  }
}
