import { crc32 } from 'node:zlib';
import { createRandom } from '../load/demo-random.ts';
import { BODY_KINDS, type BodyKind } from './body-kinds.ts';
import { mutate } from './mutate.ts';

/** The endless list of mutated bodies of a seed and a kind: each can be had without those before it. */
export class FuzzBodies {
  readonly #seed: string;
  readonly #kind: BodyKind;
  readonly #seeds: readonly Buffer[];

  constructor(seed: string, kind: BodyKind) {
    this.#seed = seed;
    this.#kind = kind;
    this.#seeds = BODY_KINDS[kind].seeds();
  }

  at(index: number): Buffer {
    const random = createRandom(crc32(`${this.#seed} ${this.#kind} ${index}`));
    const { format } = BODY_KINDS[this.#kind];
    return mutate(random.pick(this.#seeds), format, random, this.#seeds);
  }
}
