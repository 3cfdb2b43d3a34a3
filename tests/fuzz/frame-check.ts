import { walkBlocks } from '../../server/wal/block-walk.ts';
import { decodeJson } from '../../server/ingest/otlp/decode-json.ts';
import { createRandom } from '../load/demo-random.ts';
import { FRAME_KEY, createTestBatch, decodeRequest, encodeBatch, readCorpus } from '../support/corpus.ts';
import { PROTOBUF } from './body-formats.ts';
import { mutate } from './mutate.ts';

/** Damaged segments: whatever is taken for a block must be one that was written, and nothing may be left out. */
export class FrameCheck {
  readonly #blocks: readonly Buffer[];
  readonly #known: ReadonlySet<string>;

  constructor() {
    this.#blocks = readCorpus()
      .map(({ json }) => {
        const batch = createTestBatch();
        decodeRequest(batch, json, decodeJson);
        return encodeBatch(batch).spans;
      })
      .filter((block) => block.length > 0);
    this.#known = new Set(this.#blocks.map((block) => block.toString('hex')));
  }

  /** Blocks that are whole in the damaged segment. */
  check(seed: number): number {
    const random = createRandom(seed);
    const blocks = [1, 2, 3].map(() => random.pick(this.#blocks));
    const segment = mutate(Buffer.concat(blocks), PROTOBUF, random, this.#blocks);
    const stretches = walkBlocks(FRAME_KEY, segment);
    let at = 0;
    let whole = 0;
    for (const { kind, from, to } of stretches) {
      if (from !== at || to <= from) throw new Error(`a stretch from ${from} to ${to} behind ${at}`);
      at = to;
      if (kind !== 'whole') continue;
      whole++;
      if (!this.#known.has(segment.toString('hex', from, to)))
        throw new Error(`no block was written at ${from}`);
    }
    if (at !== segment.length) throw new Error(`the walk ends at ${at} of ${segment.length}`);
    return whole;
  }
}
