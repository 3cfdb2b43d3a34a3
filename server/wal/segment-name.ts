import { join } from 'node:path';

/** The piece that is the whole segment. */
export const WHOLE = 1;

const NUMBER_DIGITS = 12;
const FILE_NAME = /^(\d{12,})(?:-p(\d+))?\.(spans|catalog)$/;

/**
 * Where a segment stands in the log. A piece that is split becomes pieces `2k` and `2k + 1`, the whole being 1:
 * a piece's name follows from what it holds alone, whenever and however often the split is made.
 */
export interface SegmentPlace {
  readonly number: number;
  readonly piece: number;
}

export type SegmentFileKind = 'spans' | 'catalog';

/** `000000000042`, a piece of it `000000000042-p6`: what its files are called, and the end of its token. */
export function segmentName(place: SegmentPlace): string {
  const number = String(place.number).padStart(NUMBER_DIGITS, '0');
  return place.piece === WHOLE ? number : `${number}-p${place.piece}`;
}

export function segmentPath(directory: string, place: SegmentPlace, kind: SegmentFileKind): string {
  return join(directory, `${segmentName(place)}.${kind}`);
}

/** Names the segment's rows for ever. */
export function segmentToken(logId: string, place: SegmentPlace): string {
  return `${logId}-${segmentName(place)}`;
}

/** What a file of the log's directory belongs to; undefined for any other file. */
export function parseSegmentFileName(
  fileName: string,
): { readonly place: SegmentPlace; readonly kind: SegmentFileKind } | undefined {
  const match = FILE_NAME.exec(fileName);
  if (match === null) return undefined;
  const place = { number: Number(match[1]), piece: match[2] === undefined ? WHOLE : Number(match[2]) };
  return { place, kind: match[3] === 'spans' ? 'spans' : 'catalog' };
}

/** In the order in which their rows were appended. */
export function comparePlaces(a: SegmentPlace, b: SegmentPlace): number {
  return a.number - b.number || offsetOf(a.piece) - offsetOf(b.piece) || a.piece - b.piece;
}

/** Whether `place` came, directly or not, out of splitting `origin`. */
export function isPieceOf(place: SegmentPlace, origin: SegmentPlace): boolean {
  if (place.number !== origin.number) return false;
  let piece = place.piece;
  while (piece > origin.piece) piece = Math.floor(piece / 2);
  return piece === origin.piece && place.piece !== origin.piece;
}

/** Where in the whole a piece begins, from 0 to 1: the path of halves that leads to it. */
function offsetOf(piece: number): number {
  return piece / 2 ** Math.floor(Math.log2(piece)) - 1;
}
