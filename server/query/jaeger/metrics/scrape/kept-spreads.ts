import type { OperationCounts } from './counts.ts';

/** In all spaces together; a few hundred bytes each. */
const MAX_KEPT = 50_000;

/**
 * Counts with their spreads of the hours of a day that are over: a day's spreads take a second of work to read, and a scraper
 * comes every few seconds. Whoever asks says what the counts are now: what was kept holds as long as they are the same, so
 * that neither late spans nor deleted ones are passed over.
 */
export class KeptSpreads {
  readonly #kept = new Map<string, readonly OperationCounts[]>();
  #size = 0;

  get(key: string, counts: readonly OperationCounts[]): readonly OperationCounts[] | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && areSame(kept, counts) ? kept : undefined;
  }

  set(key: string, counts: readonly OperationCounts[]): void {
    this.#forget(key);
    this.#kept.set(key, counts);
    this.#size += counts.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= MAX_KEPT) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#size -= this.#kept.get(key)?.length ?? 0;
    this.#kept.delete(key);
  }
}

function areSame(kept: readonly OperationCounts[], counts: readonly OperationCounts[]): boolean {
  return kept.length === counts.length && kept.every((one, at) => isSame(one, counts[at]!));
}

function isSame(a: OperationCounts, b: OperationCounts): boolean {
  return (
    a.calls === b.calls &&
    a.errors === b.errors &&
    a.service === b.service &&
    a.operation === b.operation &&
    a.kind === b.kind
  );
}
