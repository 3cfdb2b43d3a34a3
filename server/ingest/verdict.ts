import type { RefusalReason } from './receipt.ts';

/** Whether something may be kept, and why not; the first reason counts. Shared by all who may refuse it. */
export class Verdict {
  #reason: RefusalReason | undefined;
  #text = '';

  /** Undefined while all is well. */
  get reason(): RefusalReason | undefined {
    return this.#reason;
  }

  get text(): string {
    return this.#text;
  }

  clear(): void {
    this.#reason = undefined;
    this.#text = '';
  }

  refuse(reason: RefusalReason, describe: () => string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#text = describe();
  }
}
