import type { RefusalReason } from './receipt.ts';
import type { TimeRules } from './span-limits.ts';

const TWO_32 = 0x1_0000_0000;
const DAY_MS = 86_400_000;

/** The times that the spans of a request may have: not older than their space keeps them, not far ahead of the clock. */
export class TimeBounds {
  readonly #rules: TimeRules;
  #retentionDays = 0;
  #oldestSeconds = 0;
  #newestSeconds = 0;

  constructor(rules: TimeRules) {
    this.#rules = rules;
  }

  open(retentionDays: number, nowMs: number): void {
    this.#retentionDays = retentionDays;
    this.#oldestSeconds = (nowMs - retentionDays * DAY_MS) / 1000;
    this.#newestSeconds = (nowMs + this.#rules.aheadMs) / 1000;
  }

  holds(seconds: number): boolean {
    return seconds >= this.#oldestSeconds && seconds <= this.#newestSeconds;
  }

  /** Refuses what lies outside, unless the rules let it in. Returns seconds since 1970, for comparisons. */
  check(
    low: number,
    high: number,
    field: string,
    refuse: (reason: RefusalReason, describe: () => string) => void,
  ): number {
    const seconds = (high * TWO_32 + low) / 1e9;
    if (high < TWO_32 / 2 && this.holds(seconds)) return seconds;
    const [reason, why] = this.#judge(seconds, high);
    if (reason !== undefined) refuse(reason, () => `${field} ${presentTime(seconds)} is ${why}`);
    return seconds;
  }

  #judge(seconds: number, high: number): readonly [RefusalReason | undefined, string] {
    const { acceptOld, acceptFuture, aheadMs } = this.#rules;
    if (high >= TWO_32 / 2)
      return ['start-unreadable', 'later than the last time there is, 2262-04-11T23:47:16Z'];
    if (seconds < this.#oldestSeconds && !acceptOld) {
      const retention = `its space's retention of ${this.#retentionDays}d`;
      const setting = 'SPANHOUSE_RETENTION; SPANHOUSE_ACCEPT_OLD_SPANS lets it in';
      return ['too-old', `older than ${retention} (${setting})`];
    }
    if (seconds > this.#newestSeconds && !acceptFuture) {
      const limit = `more than ${aheadMs / 1000}s ahead of the server's clock`;
      const setting = 'SPANHOUSE_MAX_AHEAD; SPANHOUSE_ACCEPT_FUTURE_SPANS lets it in';
      return ['too-far-ahead', `${limit} (${setting})`];
    }
    return [undefined, ''];
  }
}

/** Never throws: years that dates cannot hold are shown as seconds. */
function presentTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${Math.floor(seconds)}s` : date.toISOString();
}
