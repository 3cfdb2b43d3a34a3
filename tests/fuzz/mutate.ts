import type { Random } from '../load/demo-random.ts';

const MAX_BODY_BYTES = 1 << 18;
/** Bytes at which decoders turn: ends of varints, tags, brackets, quotes. */
const EDGES = Buffer.from([0, 1, 7, 8, 10, 18, 0x7f, 0x80, 0xff, ...Buffer.from('"\\{}[],:-0= \n')]);

/** Changes a body as what it means, so that what is wrong lies deep inside; as it is if it means nothing. */
export type TreeMutation = (body: Buffer, random: Random) => Buffer;

/** How bodies are written. */
export interface BodyFormat {
  /** Bytes that mean something to its decoders, wherever they stand. */
  readonly pieces: readonly Buffer[];
  readonly mutateTree: TreeMutation;
}

type Mutation = (
  body: Buffer,
  random: Random,
  pieces: readonly Buffer[],
  others: readonly Buffer[],
) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // A bit flips.
  (body, random) => withByte(body, random, (byte) => byte ^ (1 << Math.floor(random.next() * 8))),
  (body, random) => withByte(body, random, () => random.pick([...EDGES])),
  // A length or a number is off by one.
  (body, random) => withByte(body, random, (byte) => byte + random.pick([1, -1])),
  // Something is cut out, the end too.
  (body, random) => {
    const [from, to] = range(body, random);
    return Buffer.concat([body.subarray(0, from), body.subarray(to)]);
  },
  (body, random) => body.subarray(0, place(body, random)),
  // Something comes twice, or very often.
  (body, random) => {
    const [from, to] = range(body, random);
    const times = Math.floor(2 ** random.between(0, 10));
    return insert(body, to, Buffer.concat(Array.from({ length: times }, () => body.subarray(from, to))));
  },
  (body, random, pieces) => insert(body, place(body, random), random.pick(pieces)),
  // One inside the other, deeper and deeper.
  (body, random, pieces) => {
    const piece = random.pick(pieces);
    const depth = Math.floor(2 ** random.between(0, 9));
    return insert(body, place(body, random), Buffer.concat(Array.from({ length: depth }, () => piece)));
  },
  // The end of another.
  (body, random, _pieces, others) => {
    const other = random.pick(others);
    return Buffer.concat([body.subarray(0, place(body, random)), other.subarray(place(other, random))]);
  },
  (body, random, _pieces, others) => {
    const other = random.pick(others);
    const [from, to] = range(other, random);
    return insert(body, place(body, random), other.subarray(from, to));
  },
];

/** A body with a few things wrong, half of them inside a frame that is right. */
export function mutate(body: Buffer, format: BodyFormat, random: Random, others: readonly Buffer[]): Buffer {
  let mutated = body;
  for (let left = Math.floor(2 ** random.between(0, 2.5)); left > 0; left--) {
    const changed = random.chance(0.6)
      ? format.mutateTree(mutated, random)
      : random.pick(MUTATIONS)(mutated, random, format.pieces, others);
    mutated = changed.subarray(0, MAX_BODY_BYTES);
  }
  return mutated;
}

function place(body: Buffer, random: Random): number {
  return Math.floor(random.next() * (body.length + 1));
}

/** Mostly short. */
function range(body: Buffer, random: Random): readonly [number, number] {
  const from = place(body, random);
  return [from, Math.min(body.length, from + Math.floor(2 ** random.between(0, 8)))];
}

function insert(body: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), piece, body.subarray(at)]);
}

function withByte(body: Buffer, random: Random, change: (byte: number) => number): Buffer {
  if (body.length === 0) return body;
  const changed = Buffer.from(body);
  const at = Math.floor(random.next() * body.length);
  changed[at] = change(changed[at]!);
  return changed;
}
