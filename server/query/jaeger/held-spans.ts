import type { Span } from '../../span/span.ts';
import { PackedSpans } from './packed-spans.ts';
import { type SpanList, listOf } from './span-list.ts';
import type { SpanChunks } from '../trace-source.ts';

/** So many are held as they are, some megabytes; of a larger trace all are packed. */
const MAX_UNPACKED = 4_000;

/** Reads all spans of a trace, and holds them so that a large one takes little memory. */
export async function holdSpans(chunks: SpanChunks): Promise<SpanList> {
  let unpacked: Span[] = [];
  let packed: PackedSpans | undefined;
  for await (const chunk of chunks) {
    if (packed === undefined && unpacked.length + chunk.length <= MAX_UNPACKED) {
      for (const span of chunk) unpacked.push(span);
      continue;
    }
    packed ??= new PackedSpans();
    for (const span of unpacked) packed.add(span);
    for (const span of chunk) packed.add(span);
    unpacked = [];
  }
  return packed ?? listOf(unpacked);
}
