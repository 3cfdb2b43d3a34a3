import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

/** What is being written has this ending until it is whole; whoever finds one later removes it. */
export const UNFINISHED = '.tmp';

/** A file that only grows, and knows how much of it is certain to be on the disk. */
export class DurableFile {
  readonly path: string;
  readonly #file: DiskFile;
  #durableBytes = 0;

  private constructor(path: string, file: DiskFile) {
    this.path = path;
    this.#file = file;
  }

  static async create(disk: Disk, path: string): Promise<DurableFile> {
    return new DurableFile(path, await disk.create(path));
  }

  get durableBytes(): number {
    return this.#durableBytes;
  }

  /** Resolves when the chunks are on the disk. After a rejection what follows `durableBytes` is not to be trusted. */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    await writeAll(this.#file, chunks, this.#durableBytes);
    await this.#file.datasync();
    this.#durableBytes += byteLength(chunks);
  }

  /** Nothing hangs on its success: what counts was synced before. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}

/** Cuts a file, durably. Cutting it where it ends changes nothing. */
export async function cutFile(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.open(path);
  try {
    await file.truncate(length);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Writes a file anew; its bytes are durable, its name is once the directory is synced. */
export async function writeFile(disk: Disk, path: string, chunks: readonly Uint8Array[]): Promise<void> {
  await disk.remove(path);
  const file = await disk.create(path);
  try {
    await writeAll(file, chunks, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Puts new contents in a file's place: a crash leaves the old or the new ones, never a mixture. */
export async function replaceFile(disk: Disk, path: string, chunks: readonly Uint8Array[]): Promise<void> {
  await writeFile(disk, path + UNFINISHED, chunks);
  await disk.rename(path + UNFINISHED, path);
  await disk.syncDirectory(dirname(path));
}

export function byteLength(chunks: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

async function writeAll(file: DiskFile, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let left = chunks.filter((chunk) => chunk.length > 0);
  let at = position;
  while (left.length > 0) {
    const written = await file.write(left, at);
    left = dropFirst(left, written);
    at += written;
  }
}

function dropFirst(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let rest = bytes;
  let index = 0;
  while (index < chunks.length && rest >= chunks[index]!.length) rest -= chunks[index++]!.length;
  const left = chunks.slice(index);
  if (rest > 0) left[0] = left[0]!.subarray(rest);
  return left;
}
