import { crc32 } from 'node:zlib';
import { createRandom } from '../load/demo-random.ts';
import { readCorpus } from '../support/corpus.ts';
import { type BodyKind, mutate } from './mutate.ts';

export interface FuzzBody {
  readonly kind: BodyKind;
  readonly bytes: Buffer;
}

/** The endless list of mutated bodies of a seed: each can be had without those before it. */
export class FuzzBodies {
  readonly #seed: string;
  readonly #kinds: readonly BodyKind[];
  readonly #corpus: Readonly<Record<BodyKind, readonly Buffer[]>>;

  constructor(seed: string, only: BodyKind | undefined) {
    const cases = readCorpus();
    this.#seed = seed;
    this.#kinds = only === undefined ? ['protobuf', 'json'] : [only];
    this.#corpus = { protobuf: cases.map((one) => one.protobuf), json: cases.map((one) => one.json) };
  }

  at(index: number): FuzzBody {
    const random = createRandom(crc32(`${this.#seed} ${index}`));
    const kind = this.#kinds[index % this.#kinds.length]!;
    const bodies = this.#corpus[kind];
    return { kind, bytes: mutate(random.pick(bodies), kind, random, bodies) };
  }
}
