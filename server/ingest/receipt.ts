/** What became of a request's spans, for the protocol to tell its sender. */
export interface Receipt {
  /** Stored: durable in the log. */
  readonly accepted: number;
  /** Events and links that came apart from their span; stored like it. */
  readonly fragments: number;
  /** Spans, fragments, and lines that are none. */
  readonly rejected: number;
  /** Kept, but with their end moved to their start, because it lay before it. */
  readonly clamped: number;
  /** What was rejected by reason, for metrics. */
  readonly reasons: Readonly<Partial<Record<RefusalReason, number>>>;
  /** For the sender: the first refusal in full, the rest as counts; empty when there is nothing to say. */
  readonly message: string;
}

/** Every way a span, a fragment or a line can be refused while the rest of its request is kept. */
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
  | 'nested-too-deep'
  | 'line-unreadable'
  | 'not-a-span';

/** Collects refusals of one request and words them. */
export class ReceiptDraft {
  accepted = 0;
  fragments = 0;
  clamped = 0;
  /** Lines that are neither refused nor kept. */
  logRecords = 0;
  #first = '';
  #refusedFragments = 0;
  #refusedLines = 0;
  readonly #reasons = new Map<RefusalReason, number>();

  refuse(reason: RefusalReason, describe: () => string): void {
    if (this.#first === '') this.#first = describe();
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  refuseFragment(reason: RefusalReason, describe: () => string): void {
    this.refuse(reason, describe);
    this.#refusedFragments++;
  }

  /** Of a protocol that is made of lines: one that is no span and belongs to none, or cannot be read. */
  refuseLine(reason: RefusalReason, describe: () => string): void {
    this.refuse(reason, describe);
    this.#refusedLines++;
  }

  get rejected(): number {
    let sum = 0;
    for (const count of this.#reasons.values()) sum += count;
    return sum;
  }

  close(): Receipt {
    return {
      accepted: this.accepted,
      fragments: this.fragments,
      rejected: this.rejected,
      clamped: this.clamped,
      reasons: Object.fromEntries(this.#reasons),
      message: this.#message(),
    };
  }

  #nouns(): string {
    const hasFragments = this.fragments + this.#refusedFragments > 0;
    const nouns = hasFragments ? 'spans, events and links apart' : 'spans';
    return this.#refusedLines > 0 ? `${nouns} and other lines` : nouns;
  }

  #message(): string {
    const parts: string[] = [];
    if (this.rejected > 0) {
      const counts = [...this.#reasons].map(([reason, count]) => `${reason}: ${count}`).join(', ');
      const all = this.rejected + this.accepted + this.fragments;
      parts.push(`${this.rejected} of ${all} ${this.#nouns()} refused (${counts}); first: ${this.#first}`);
    }
    if (this.clamped > 0) {
      parts.push(`${this.clamped} ended before they started and were kept with a duration of 0`);
    }
    if (this.logRecords > 0) parts.push(`${this.logRecords} log records were passed over`);
    return parts.join('; ');
  }
}
