import type { Mark } from '../columns/block-parts.ts';
import { CatalogBlock } from '../columns/catalog-block.ts';
import { SpanBlock } from '../columns/span-block.ts';
import type { ListName, SpaceMemory } from './space-memory.ts';

/** A fact that a batch brings, to be forgotten if the batch is not kept. */
interface Claim {
  readonly memory: SpaceMemory;
  readonly list: ListName | 'fact';
  readonly name: string;
}

interface BatchMark {
  readonly spans: Mark;
  readonly catalog: Mark;
  readonly claims: number;
}

/** Nobody sends so many at once in earnest. */
const MAX_LATE_MINUTES = 10_000;

/** Spans and the facts they bring, filled by many requests and written to the log as one. */
export class Batch {
  readonly spans = new SpanBlock();
  readonly catalog = new CatalogBlock();
  /** Tells the views of an earlier use of these buffers from those of this one. */
  generation = 0;
  /** Minutes since 1970 of spans that come when their minute is long over. */
  readonly lateMinutes = new Set<number>();
  #claims: Claim[] = [];

  noteLate(minute: number): void {
    if (this.lateMinutes.size < MAX_LATE_MINUTES) this.lateMinutes.add(minute);
  }

  /** Bytes of memory that are filled. */
  get byteLength(): number {
    return this.spans.byteLength + this.catalog.byteLength;
  }

  claim(memory: SpaceMemory, list: ListName | 'fact', name: string): void {
    this.#claims.push({ memory, list, name });
  }

  mark(): BatchMark {
    return { spans: this.spans.mark(), catalog: this.catalog.mark(), claims: this.#claims.length };
  }

  /** Takes back what a request added. */
  truncate(mark: BatchMark): void {
    this.spans.truncate(mark.spans);
    this.catalog.truncate(mark.catalog);
    this.#forget(this.#claims.splice(mark.claims));
    this.generation++;
  }

  /** The log did not take it: the next spans must bring the facts again. */
  discard(): void {
    this.#forget(this.#claims);
    this.reset();
  }

  reset(): void {
    this.spans.reset();
    this.catalog.reset();
    this.lateMinutes.clear();
    this.#claims = [];
    this.generation++;
  }

  #forget(claims: readonly Claim[]): void {
    for (const { memory, list, name } of claims) memory.forget(list, name);
  }
}
