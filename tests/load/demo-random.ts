import type { IdGenerator } from '@opentelemetry/sdk-trace-node';

/** Chance that can be had again: the same seed gives the same shop. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  chance(probability: number): boolean;
  between(min: number, max: number): number;
  pick<T>(options: readonly T[]): T;
  /** Lower-case hex digits. */
  hex(digits: number): string;
}

/** The mulberry32 generator: short, and good enough for make-believe. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  return {
    next,
    chance: (probability) => next() < probability,
    between: (min, max) => min + next() * (max - min),
    pick: (options) => options[Math.floor(next() * options.length)]!,
    hex,
  };
}

/** Ids of the same chance, so that a seed also gives the same trace ids. */
export function createIdGenerator(random: Random): IdGenerator {
  return {
    generateTraceId: () => random.hex(32),
    generateSpanId: () => random.hex(16),
  };
}
