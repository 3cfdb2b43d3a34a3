import type { FrameKey } from '../columns/frame.ts';
import { join } from 'node:path';
import type { Stretch } from './block-walk.ts';
import { walkBlocks } from './block-walk.ts';
import type { Disk } from './disk.ts';
import { cutFile, replaceFile, UNFINISHED } from './durable-file.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { sealedSegment } from './sealed-segment.ts';
import type { SegmentFileKind, SegmentPlace } from './segment-name.ts';
import { comparePlaces, isPieceOf, parseSegmentFileName, segmentPath, segmentToken } from './segment-name.ts';
import type { SetAside } from './set-aside.ts';
import type { WalObserver } from './wal-event.ts';

export interface RecoveryHome {
  readonly disk: Disk;
  readonly directory: string;
  readonly logId: string;
  readonly key: FrameKey;
  readonly aside: SetAside;
  readonly onEvent: WalObserver;
}

/** A segment whose files a former run left. */
export interface Remains {
  readonly place: SegmentPlace;
  readonly hasCatalog: boolean;
}

/**
 * Finds what a former run left, in order, and tidies away what it did not finish:
 * - a file that was being written under another name;
 * - pieces of a segment that is itself still there: its split was not complete, so none of them was loaded;
 * - a catalog without spans: those were loaded, or had never been written.
 */
export async function findRemains(disk: Disk, directory: string): Promise<Remains[]> {
  const names = await disk.list(directory);
  const files = names.flatMap((name) => parseSegmentFileName(name) ?? []);
  const places = files.filter((file) => file.kind === 'spans').map((file) => file.place);
  const kept = places
    .filter((place) => !places.some((origin) => isPieceOf(place, origin)))
    .sort(comparePlaces);
  const isKept = (place: SegmentPlace) => kept.some((one) => comparePlaces(one, place) === 0);

  for (const name of names) {
    const file = parseSegmentFileName(name);
    const isLeftOver = file === undefined ? name.endsWith(UNFINISHED) : !isKept(file.place);
    if (isLeftOver) await disk.remove(join(directory, name));
  }
  const catalogs = files.filter((file) => file.kind === 'catalog').map((file) => file.place);
  const hasCatalog = (place: SegmentPlace) => catalogs.some((one) => comparePlaces(one, place) === 0);
  return kept.map((place) => ({ place, hasCatalog: hasCatalog(place) }));
}

/**
 * Makes a left segment fit for loading: torn tails are cut, damaged blocks set aside. Undefined if nothing remains.
 * It reads one file at a time, whole.
 */
export async function recoverSegment(
  home: RecoveryHome,
  remains: Remains,
): Promise<SealedSegment | undefined> {
  const { disk, directory } = home;
  const { place } = remains;
  const sinceMs = await disk.modifiedMs(segmentPath(directory, place, 'spans'));
  const catalog = remains.hasCatalog ? await recoverFile(home, place, 'catalog') : undefined;
  const spans = await recoverFile(home, place, 'spans');
  const content = {
    rows: spans.rows,
    spansBytes: spans.bytes,
    catalogBytes: catalog?.bytes ?? 0,
    sinceMs,
    retry: true,
  };
  if (content.spansBytes + content.catalogBytes === 0) {
    await removeFiles(home, place);
    return undefined;
  }
  const segment = sealedSegment(home, place, content);
  home.onEvent({ kind: 'recovered', token: segment.token, rows: segment.rows, bytes: segment.bytes });
  return segment;
}

/** Spans first: see `findRemains`. */
async function removeFiles({ disk, directory }: RecoveryHome, place: SegmentPlace): Promise<void> {
  await disk.remove(segmentPath(directory, place, 'spans'));
  await disk.remove(segmentPath(directory, place, 'catalog'));
}

async function recoverFile(
  home: RecoveryHome,
  place: SegmentPlace,
  kind: SegmentFileKind,
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const path = segmentPath(home.directory, place, kind);
  const bytes = await home.disk.read(path);
  const stretches = walkBlocks(home.key, bytes);
  const whole = stretches.filter((stretch) => stretch.kind === 'whole');
  const damaged = stretches.filter((stretch) => stretch.kind === 'damaged');
  const keptBytes = whole.reduce((sum, { from, to }) => sum + to - from, 0);

  for (const stretch of damaged) await keepDamaged(home, place, kind, bytes, stretch);
  const torn = stretches.find((stretch) => stretch.kind === 'torn');
  if (torn !== undefined) home.onEvent({ kind: 'tail-cut', path, bytes: torn.to - torn.from });

  if (damaged.length > 0) {
    await replaceFile(
      home.disk,
      path,
      whole.map(({ from, to }) => bytes.subarray(from, to)),
    );
  } else if (torn !== undefined) {
    await cutFile(home.disk, path, torn.from);
  }
  return { rows: whole.reduce((sum, { rows }) => sum + rows, 0), bytes: keptBytes };
}

/** Before the file is written without it; named by where it stood, so that doing it again makes no second copy. */
async function keepDamaged(
  { aside, logId }: RecoveryHome,
  place: SegmentPlace,
  kind: SegmentFileKind,
  bytes: Uint8Array,
  { from, to }: Stretch,
): Promise<void> {
  const token = segmentToken(logId, place);
  await aside.keepBytes(`${token}-at${from}.${kind}`, bytes.subarray(from, to), {
    kind: 'damaged',
    token,
    rows: 0,
    message: `bytes ${from} to ${to} of the ${kind} are not what was written: the disk changed them`,
  });
}
