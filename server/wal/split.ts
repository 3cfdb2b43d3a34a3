import type { FrameKey } from '../columns/frame.ts';
import { walkBlocks } from './block-walk.ts';
import type { Disk } from './disk.ts';
import { byteLength, writeFile } from './durable-file.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { sealedSegment } from './sealed-segment.ts';
import { segmentPath } from './segment-name.ts';

interface SplitHome {
  readonly disk: Disk;
  readonly directory: string;
  readonly logId: string;
  readonly key: FrameKey;
}

interface Half {
  readonly spans: readonly Block[];
  readonly catalog: readonly Block[];
}

interface Block {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/**
 * Writes the two halves of a segment as segments of their own beside it: the catalog and the spans if it has both,
 * else one half of its blocks and the other. Undefined for what is a single block. Until the segment's own file of
 * spans is gone the halves count for nothing, and a start removes them.
 */
export async function writeHalves(
  home: SplitHome,
  segment: SealedSegment,
): Promise<readonly SealedSegment[] | undefined> {
  const spans = await readBlocks(home, segment.spansPath);
  const catalog = segment.catalogPath === undefined ? [] : await readBlocks(home, segment.catalogPath);
  if (spans.length + catalog.length < 2) return undefined;
  const halves: SealedSegment[] = [];
  for (const half of halve({ spans, catalog })) {
    halves.push(await writeHalf(home, segment, segment.place.piece * 2 + halves.length, half));
  }
  return halves;
}

function halve({ spans, catalog }: Half): readonly Half[] {
  const none: readonly Block[] = [];
  if (spans.length > 0 && catalog.length > 0) {
    return [
      { spans: none, catalog },
      { spans, catalog: none },
    ];
  }
  const middle = Math.ceil((spans.length + catalog.length) / 2);
  return [
    { spans: spans.slice(0, middle), catalog: catalog.slice(0, middle) },
    { spans: spans.slice(middle), catalog: catalog.slice(middle) },
  ];
}

async function writeHalf(
  home: SplitHome,
  segment: SealedSegment,
  piece: number,
  half: Half,
): Promise<SealedSegment> {
  const place = { number: segment.place.number, piece };
  const spans = half.spans.map((block) => block.bytes);
  const catalog = half.catalog.map((block) => block.bytes);
  await writeFile(home.disk, segmentPath(home.directory, place, 'spans'), spans);
  if (catalog.length > 0) await writeFile(home.disk, segmentPath(home.directory, place, 'catalog'), catalog);
  return sealedSegment(home, place, {
    rows: half.spans.reduce((sum, block) => sum + block.rows, 0),
    spansBytes: byteLength(spans),
    catalogBytes: byteLength(catalog),
    sinceMs: segment.sinceMs,
    retry: false,
  });
}

/** What the disk has damaged since it was written is a block here like any other: the engine refuses it, or reads it. */
async function readBlocks({ disk, key }: SplitHome, path: string): Promise<readonly Block[]> {
  const bytes = await disk.read(path);
  return walkBlocks(key, bytes).map(({ from, to, rows }) => ({ bytes: bytes.subarray(from, to), rows }));
}
