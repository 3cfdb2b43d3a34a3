import type { Segment } from '../store/segment-sink.ts';
import type { SegmentPlace } from './segment-name.ts';
import { segmentPath, segmentToken } from './segment-name.ts';

/** A segment that grows no more and waits for the loader. */
export interface SealedSegment extends Segment {
  readonly place: SegmentPlace;
  /** Of its files together. */
  readonly bytes: number;
  /** When its oldest rows were appended. */
  readonly sinceMs: number;
  /** An attempt at loading it may have been made before this process began. */
  readonly retry: boolean;
}

/** What a sealed segment is made from. */
export interface SegmentContent {
  readonly rows: number;
  readonly spansBytes: number;
  /** 0: there is no catalog file. */
  readonly catalogBytes: number;
  readonly sinceMs: number;
  readonly retry: boolean;
}

export function sealedSegment(
  home: { readonly directory: string; readonly logId: string },
  place: SegmentPlace,
  content: SegmentContent,
): SealedSegment {
  const { rows, spansBytes, catalogBytes, sinceMs, retry } = content;
  return {
    token: segmentToken(home.logId, place),
    rows,
    spansPath: segmentPath(home.directory, place, 'spans'),
    ...(catalogBytes > 0 ? { catalogPath: segmentPath(home.directory, place, 'catalog') } : {}),
    place,
    bytes: spansBytes + catalogBytes,
    sinceMs,
    retry,
  };
}
