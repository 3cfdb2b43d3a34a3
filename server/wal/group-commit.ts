import { byteLength } from './durable-file.ts';
import type { LogBatch } from './open-segment.ts';

/** How much one group may hold; it passes a limit by its last batch at most. */
export interface GroupLimit {
  readonly rows: number;
  readonly bytes: number;
}

interface Waiter {
  readonly batch: LogBatch;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Appends that are written together, share one sync, and succeed or fail as one. */
export class Group {
  readonly batch: LogBatch;
  readonly appends: number;
  readonly #waiters: readonly Waiter[];

  constructor(waiters: readonly Waiter[]) {
    this.#waiters = waiters;
    this.appends = waiters.length;
    this.batch = {
      rows: waiters.reduce((sum, { batch }) => sum + batch.rows, 0),
      spans: waiters.flatMap(({ batch }) => batch.spans),
      catalog: waiters.flatMap(({ batch }) => batch.catalog),
    };
  }

  resolve(): void {
    for (const waiter of this.#waiters) waiter.resolve();
  }

  reject(reason: Error): void {
    for (const waiter of this.#waiters) waiter.reject(reason);
  }
}

/** The appends that arrived while others were being written, in the order in which they came. */
export class WaitingAppends {
  readonly #waiters: Waiter[] = [];
  #bytes = 0;

  get length(): number {
    return this.#waiters.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(batch: LogBatch): Promise<void> {
    const bytes = byteLength(batch.spans) + byteLength(batch.catalog);
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ batch, bytes, resolve, reject });
    });
  }

  takeGroup(limit: GroupLimit): Group {
    let count = 0;
    let rows = 0;
    let bytes = 0;
    while (count < this.#waiters.length && rows < limit.rows && bytes < limit.bytes) {
      const waiter = this.#waiters[count++]!;
      rows += waiter.batch.rows;
      bytes += waiter.bytes;
    }
    this.#bytes -= bytes;
    return new Group(this.#waiters.splice(0, count));
  }
}
