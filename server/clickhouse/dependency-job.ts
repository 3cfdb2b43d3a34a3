import { decodeNative } from '../columns/native-reader.ts';
import type { Call } from '../store/trace-store.ts';
import { compileDependencyMinutes, compileProgress, compileSaveProgress } from './compile/dependencies.ts';
import type { Engine } from './engine/engine.ts';

/** Computes which service called which, minute by minute, when a minute's spans have come. */
export interface DependencyJob {
  /** Minutes (since 1970) whose spans have changed; those that were computed already are computed anew. */
  noteLoaded(minutes: Iterable<number>): void;
  /** Whether a minute has closed that is not computed yet: then all that was accepted must be in the store first. */
  isDue(nowMs: number): boolean;
  /** Computes what is due; resolves with the number of minutes. Not to be called again before it has ended. */
  run(nowMs: number, call: Call): Promise<number>;
}

export interface DependencyJobOptions {
  readonly engine: Engine;
  /** How long after its end a minute is computed first: senders batch. */
  readonly settleMs?: number;
}

const MINUTE_MS = 60_000;
const SETTLE_MS = 30_000;
/** After a restart, the last minutes are computed again: their late spans may have come unnoticed. */
const RESUME_MINUTES = 5;
/** Of one statement: bounds its memory. */
const MINUTES_A_STATEMENT = 5;
/** Before the first run there may be days of spans: computed from here on, not back to the beginning. */
const FIRST_RUN_MINUTES = 60;
/** More than this are never owed: after a long stop the oldest are given up. */
const MAX_DUE_MINUTES = 1440;

export function createDependencyJob({ engine, settleMs = SETTLE_MS }: DependencyJobOptions): DependencyJob {
  return new ClosedMinutes(engine, settleMs);
}

class ClosedMinutes implements DependencyJob {
  readonly #engine: Engine;
  readonly #settleMs: number;
  readonly #changed = new Set<number>();
  /** The first minute that is not computed yet; unknown until the database was asked. */
  #next: number | undefined;

  constructor(engine: Engine, settleMs: number) {
    this.#engine = engine;
    this.#settleMs = settleMs;
  }

  noteLoaded(minutes: Iterable<number>): void {
    for (const minute of minutes) this.#changed.add(minute);
  }

  isDue(nowMs: number): boolean {
    return this.#next === undefined || this.#closed(nowMs) > this.#next;
  }

  async run(nowMs: number, call: Call): Promise<number> {
    const closed = this.#closed(nowMs);
    const next = (this.#next ??= await this.#resume(closed, call));
    const due = [...this.#late(next), ...range(Math.max(next, closed - MAX_DUE_MINUTES), closed)];
    for (const { from, to } of runsOf(due)) {
      await this.#engine.command(compileDependencyMinutes(from, to, BigInt(nowMs)), 'job', call);
      for (let minute = from; minute < to; minute++) this.#changed.delete(minute);
    }
    if (closed > next) {
      await this.#engine.command(compileSaveProgress(closed, BigInt(nowMs)), 'job', call);
      this.#next = closed;
    }
    return due.length;
  }

  /** The first minute that is not closed. */
  #closed(nowMs: number): number {
    return Math.floor((nowMs - this.#settleMs) / MINUTE_MS);
  }

  /** Minutes that have changed since they were computed. */
  #late(next: number): number[] {
    return [...this.#changed].filter((minute) => minute < next).sort((a, b) => a - b);
  }

  async #resume(closed: number, call: Call): Promise<number> {
    const saved = await this.#number(compileProgress(), call);
    if (saved > 0) return saved - RESUME_MINUTES;
    return Math.max(closed - FIRST_RUN_MINUTES, 0);
  }

  async #number(sql: string, call: Call): Promise<number> {
    const [block] = decodeNative(await this.#engine.read(sql, call));
    return block?.column('value').number(0) ?? 0;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index);
}

interface Run {
  readonly from: number;
  to: number;
}

/** Minutes in ascending order as runs without gaps, none too long for a statement. */
function runsOf(minutes: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const minute of minutes) {
    const last = runs.at(-1);
    if (last?.to === minute && minute - last.from < MINUTES_A_STATEMENT) last.to = minute + 1;
    else runs.push({ from: minute, to: minute + 1 });
  }
  return runs;
}
