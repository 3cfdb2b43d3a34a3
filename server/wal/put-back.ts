import type { FrameKey } from '../columns/frame.ts';
import { join } from 'node:path';
import { walkBlocks } from './block-walk.ts';
import type { Disk } from './disk.ts';
import { nodeDisk } from './disk.ts';
import { diskFault } from './disk-fault.ts';
import { writeFile } from './durable-file.ts';
import { LogBook } from './log-book.ts';
import type { SegmentFileKind, SegmentPlace } from './segment-name.ts';
import { comparePlaces, isPieceOf, parseSegmentFileName, segmentPath } from './segment-name.ts';
import { listSetAside, reasonPath } from './set-aside.ts';

/** `<log's id>-<name of the segment's file>`: what was refused is called by its token. */
const FILE_NAME = /^([0-9a-f]{16})-(.+)$/;

export interface PutBackOptions {
  readonly directory: string;
  readonly setAsideDirectory: string;
  readonly disk?: Disk;
}

export interface PutBackFile {
  readonly name: string;
  /** Why it is not in the log again; undefined if it is. */
  readonly obstacle: string | undefined;
}

interface Home extends Required<PutBackOptions> {
  readonly logId: string;
  readonly key: FrameKey;
}

interface SegmentFile {
  readonly place: SegmentPlace;
  readonly kind: SegmentFileKind;
}

/**
 * Moves what was set aside back to where it stood in the log, for the next start to load. The log MUST NOT be open.
 *
 * - A block goes back under its own name, hence its own token, and a start takes all that it finds for what may have been
 *   loaded: the sink, idempotent by token, recognises an attempt that had landed before the block was refused.
 * - Every move is one rename: whatever crashes, a block is in the log or set aside.
 * - What is not whole blocks of this log is not touched: a start would set it aside again in pieces.
 */
export async function putBack(options: PutBackOptions): Promise<readonly PutBackFile[]> {
  const { disk = nodeDisk, directory, setAsideDirectory } = options;
  const files = await listSetAside(disk, setAsideDirectory);
  if (files.length === 0) return [];
  await disk.makeDirectory(directory);
  const { logId, key } = await LogBook.open(disk, directory, 1);
  const home = { disk, directory, setAsideDirectory, logId, key };
  const results: PutBackFile[] = [];
  for (const { name } of files) results.push({ name, obstacle: await putBackFile(home, name) });
  return results;
}

async function putBackFile(home: Home, name: string): Promise<string | undefined> {
  try {
    const [, logId, fileName] = FILE_NAME.exec(name) ?? [];
    if (logId !== home.logId) return `it is not from the log in ${home.directory}`;
    const bytes = await home.disk.read(join(home.setAsideDirectory, name));
    if (!isWhole(home.key, bytes)) return 'it is damaged: its bytes are not what was written';
    const file = parseSegmentFileName(fileName!);
    if (file === undefined) return 'its name does not say where in the log it stood';
    if (await isTaken(home, file))
      return 'the log has a file in its place: start the server, stop it, try again';
    await move(home, name, file);
    return undefined;
  } catch (error) {
    return diskFault(error).message;
  }
}

function isWhole(key: FrameKey, bytes: Uint8Array): boolean {
  return bytes.length > 0 && walkBlocks(key, bytes).every(({ kind }) => kind === 'whole');
}

/** By itself, or by what it is a piece of: a start would take one of the two for what a split had not finished. */
async function isTaken({ disk, directory }: Home, { place }: SegmentFile): Promise<boolean> {
  for (const fileName of await disk.list(directory)) {
    const other = parseSegmentFileName(fileName);
    if (other === undefined) continue;
    if (isPieceOf(other.place, place) || isPieceOf(place, other.place)) return true;
    // An empty one is what stood beside a catalog, or a move like this that was broken off.
    const isSame = comparePlaces(other.place, place) === 0;
    if (isSame && (await disk.read(join(directory, fileName))).length > 0) return true;
  }
  return false;
}

/** A catalog counts only beside a file of spans, which is there first; empty, it is removed by a start if it is alone. */
async function move(
  { disk, directory, setAsideDirectory }: Home,
  name: string,
  { place, kind }: SegmentFile,
): Promise<void> {
  if (kind === 'catalog') {
    await writeFile(disk, segmentPath(directory, place, 'spans'), []);
    await disk.syncDirectory(directory);
  }
  await disk.rename(join(setAsideDirectory, name), segmentPath(directory, place, kind));
  await disk.syncDirectory(directory);
  await disk.syncDirectory(setAsideDirectory);
  // A reason without its file says nothing, and is written anew if the file comes again.
  await disk.remove(reasonPath(setAsideDirectory, name)).catch(() => undefined);
}
