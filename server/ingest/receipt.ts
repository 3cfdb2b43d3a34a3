/** What became of a request's spans, for the protocol to tell its sender. */
export interface Receipt {
  /** Stored: durable in the log. */
  readonly accepted: number;
  readonly rejected: number;
  /** Kept, but with their end moved to their start, because it lay before it. */
  readonly clamped: number;
  /** Rejected spans by reason, for metrics. */
  readonly reasons: Readonly<Partial<Record<RefusalReason, number>>>;
  /** For the sender: the first refusal in full, the rest as counts; empty when there is nothing to say. */
  readonly message: string;
}

/** Every way a span can be refused while the rest of its request is kept. */
export type RefusalReason =
  | 'trace-id'
  | 'span-id'
  | 'start-unreadable'
  | 'too-old'
  | 'too-far-ahead'
  | 'span-too-large'
  | 'attribute-too-large'
  | 'too-many-attributes'
  | 'too-many-events'
  | 'too-many-links'
  | 'nested-too-deep';

/** Collects refusals of one request and words them. */
export class ReceiptDraft {
  accepted = 0;
  clamped = 0;
  #first = '';
  readonly #reasons = new Map<RefusalReason, number>();

  refuse(reason: RefusalReason, describe: () => string): void {
    if (this.#first === '') this.#first = describe();
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  get rejected(): number {
    let sum = 0;
    for (const count of this.#reasons.values()) sum += count;
    return sum;
  }

  close(): Receipt {
    return {
      accepted: this.accepted,
      rejected: this.rejected,
      clamped: this.clamped,
      reasons: Object.fromEntries(this.#reasons),
      message: this.#message(),
    };
  }

  #message(): string {
    const parts: string[] = [];
    if (this.rejected > 0) {
      const counts = [...this.#reasons].map(([reason, count]) => `${reason}: ${count}`).join(', ');
      parts.push(
        `${this.rejected} of ${this.rejected + this.accepted} spans refused (${counts}); first: ${this.#first}`,
      );
    }
    if (this.clamped > 0) {
      parts.push(`${this.clamped} ended before they started and were kept with a duration of 0`);
    }
    return parts.join('; ');
  }
}
