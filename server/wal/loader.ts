import type { Fault } from '../errors/fault.ts';
import { toFault } from '../errors/fault.ts';
import { withinCall } from '../store/deadline.ts';
import type { SegmentSink } from '../store/segment-sink.ts';
import type { Call } from '../store/trace-store.ts';
import { backoffMs, pause } from './backoff.ts';
import type { Log } from './log.ts';
import type { SealedSegment } from './sealed-segment.ts';
import type { SegmentFileKind } from './segment-name.ts';
import type { WalObserver } from './wal-event.ts';

/** A segment that was refused so often, with pauses between, is refused for what is in it. */
const REFUSALS_BEFORE_SPLIT = 3;
/**
 * Blocks refused alone, with no load between them, from which on it is taken for the engine's doing. A poisoned block
 * stands among good ones, and its sender may send it twice; a third in a row says that nothing at all is taken: the
 * table is gone, or no longer fits. Those three are soon put back. Spans and catalogs are counted apart, as they go to
 * tables of their own: a catalog that is loaded says nothing of the table of spans.
 */
const REFUSED_ALONE_BEFORE_HOLD = 3;
/**
 * A block that is held is set aside after all when it has been refused so often, which takes some two minutes and a half:
 * a sender of nothing but poison must not stop everybody's spans for ever, and an engine that does refuse everything
 * costs no more than some two dozen files an hour, which go back by one command.
 */
const REFUSALS_OF_HELD_BLOCK = 40;

export interface LoaderOptions {
  readonly log: Pick<Log, 'next' | 'seal' | 'discard' | 'split' | 'setAside'>;
  readonly sink: SegmentSink;
  /** How long one attempt may take. */
  readonly attemptTimeoutMs: number;
  readonly onEvent: WalObserver;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Brings sealed segments into the store, in order, one at a time.
 *
 * - A retryable failure: the same segment again, for ever, with growing pauses. Nothing overtakes it.
 * - A refusal: twice more, then in halves, and their halves, until single blocks are set aside; the others are loaded.
 * - Nothing but refusals, block after block: it holds the next one as if the engine were away, until one is loaded.
 * - Every row is loaded exactly once, whatever crashes, as long as the sink is idempotent by token and a refused
 *   attempt leaves no row: a whole that may have landed is tried whole, and a split is final before its halves are tried.
 */
export interface Loader {
  stats(): LoaderStats;
  /**
   * Runs the work when every segment up to this number has been loaded or set aside, and keeps segments from being
   * loaded meanwhile: for deletes. Fault `too-slow` or `cancelled` if the call ends before the work has begun.
   */
  settled<T>(upTo: number, work: () => Promise<T>, call: Call): Promise<T>;
  /** Seals, loads what is left for up to `drainMs`, and stops; what is left then is loaded after the next start. */
  close(how: { readonly drainMs: number }): Promise<void>;
}

export interface LoaderStats {
  readonly loadedSegments: number;
  readonly loadedRows: number;
  /** In a row; 0 while all is well. */
  readonly failures: number;
  /** Of the attempts in a row that failed, why the last one did. */
  readonly lastFault: Fault | undefined;
  /** The engine has refused all spans, or all catalogs, of late: they are kept in the log, not set aside. */
  readonly isHolding: boolean;
}

/** Work that waits for the segments before it. */
interface Waiting {
  /** Segments up to this number come first. */
  readonly upTo: number;
  readonly run: () => Promise<void>;
}

/** Starts loading at once. */
export function openLoader(options: LoaderOptions): Loader {
  return new SegmentLoader({ pause, random: Math.random, now: Date.now, ...options });
}

class SegmentLoader implements Loader {
  readonly #options: Required<LoaderOptions>;
  /** Aborted: wait for nothing more, load what is there. */
  readonly #drain = new AbortController();
  /** Aborted: leave the rest. */
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  /** Aborted: there is work that waits, so do not wait for a segment. */
  #wake = new AbortController();
  #waiting: Waiting[] = [];
  #loadedSegments = 0;
  #loadedRows = 0;
  #failures = 0;
  #lastFault: Fault | undefined;
  /** Blocks set aside since the last load of their kind. */
  readonly #refusedAlone = { spans: 0, catalog: 0 };
  /** Kinds of which blocks are kept in the log. */
  readonly #held = new Set<SegmentFileKind>();

  constructor(options: Required<LoaderOptions>) {
    this.#options = options;
    this.#ended = this.#run();
  }

  stats(): LoaderStats {
    return {
      loadedSegments: this.#loadedSegments,
      loadedRows: this.#loadedRows,
      failures: this.#failures,
      lastFault: this.#lastFault,
      isHolding: this.#held.size > 0,
    };
  }

  async settled<T>(upTo: number, work: () => Promise<T>, call: Call): Promise<T> {
    let turn: Waiting | undefined;
    const done = new Promise<T>((resolve, reject) => {
      turn = { upTo, run: () => work().then(resolve, reject) };
      this.#waiting.push(turn);
      this.#wake.abort();
    });
    try {
      return await withinCall(call, done);
    } finally {
      this.#waiting = this.#waiting.filter((other) => other !== turn);
    }
  }

  async close({ drainMs }: { readonly drainMs: number }): Promise<void> {
    const timer = setTimeout(() => {
      this.#stop.abort();
    }, drainMs);
    await this.#options.log.seal();
    this.#drain.abort();
    await this.#ended;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#wake = new AbortController();
      if (this.#waiting.length > 0) this.#wake.abort();
      const segment = await this.#next(AbortSignal.any([this.#drain.signal, this.#wake.signal]));
      await this.#runWaiting(segment);
      if (segment !== undefined) await this.#settle(segment);
      else if (this.#drain.signal.aborted) return;
      if (this.#stop.signal.aborted) return;
    }
  }

  #next(signal: AbortSignal): Promise<SealedSegment | undefined> {
    return this.#untilDone(undefined, () => this.#options.log.next(signal));
  }

  /**
   * Does the work that waits for no more than what comes before this segment. What is asked for meanwhile stays for the
   * next time, since it may wait for segments that have come meanwhile too.
   */
  async #runWaiting(segment: SealedSegment | undefined): Promise<void> {
    const nextNumber = segment?.place.number ?? Infinity;
    for (const turn of this.#waiting.filter(({ upTo }) => upTo < nextNumber)) {
      // Whoever asked for it may have given up while other work ran.
      if (!this.#waiting.includes(turn)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== turn);
      await turn.run();
    }
  }

  /** Returns when the segment is loaded, split or set aside, or the loader is stopped. */
  async #settle(segment: SealedSegment): Promise<void> {
    let refusals = 0;
    for (let retry = segment.retry; !this.#stop.signal.aborted; retry = true) {
      const fault = await this.#load(segment, retry);
      if (fault === undefined) return;
      if (!fault.kind.retryable && ++refusals >= REFUSALS_BEFORE_SPLIT) {
        if (await this.#giveUp(segment, fault, refusals)) return;
      }
      await this.#rest(segment.token, fault);
    }
  }

  async #load(segment: SealedSegment, retry: boolean): Promise<Fault | undefined> {
    const { log, sink, attemptTimeoutMs, onEvent, now } = this.#options;
    const startMs = performance.now();
    const call = { deadlineMs: startMs + attemptTimeoutMs, signal: this.#stop.signal };
    try {
      await sink.load(segment, { retry }, call);
    } catch (error) {
      return toFault(error);
    }
    await log.discard(segment);
    const { token, rows, bytes, sinceMs } = segment;
    this.#loadedSegments++;
    this.#loadedRows += rows;
    this.#recovered();
    this.#release(segment);
    onEvent({
      kind: 'loaded',
      token,
      rows,
      bytes,
      tookMs: performance.now() - startMs,
      ageMs: now() - sinceMs,
    });
    return undefined;
  }

  /** Splits the segment or sets it aside; false if it is a single block that is held, and to be tried again. */
  async #giveUp(segment: SealedSegment, fault: Fault, refusals: number): Promise<boolean> {
    const { log, onEvent } = this.#options;
    const isSplit = await this.#untilDone(segment.token, () => log.split(segment));
    if (isSplit === true) onEvent({ kind: 'split', token: segment.token, fault });
    if (isSplit === false) {
      const kind = segment.catalogPath === undefined ? 'spans' : 'catalog';
      if (this.#refusedAlone[kind] >= REFUSED_ALONE_BEFORE_HOLD && refusals < REFUSALS_OF_HELD_BLOCK) {
        this.#hold(kind, segment.token, fault);
        return false;
      }
      await this.#untilDone(segment.token, () => log.setAside(segment, fault));
      this.#refusedAlone[kind]++;
    }
    // While everything is refused, another block is no reason to hurry.
    if (this.#held.size === 0) this.#recovered();
    return true;
  }

  #hold(kind: SegmentFileKind, token: string, fault: Fault): void {
    if (this.#held.has(kind)) return;
    this.#held.add(kind);
    this.#options.onEvent({ kind: 'hold-begun', token, setAside: this.#refusedAlone[kind], fault });
  }

  /** What was loaded is taken: such blocks that are refused from now on are refused for what is in them. */
  #release({ token, rows, catalogPath }: SealedSegment): void {
    const wasHolding = this.#held.size > 0;
    if (rows > 0) this.#resetRefusals('spans');
    if (catalogPath !== undefined) this.#resetRefusals('catalog');
    if (wasHolding && this.#held.size === 0) this.#options.onEvent({ kind: 'hold-ended', token });
  }

  #resetRefusals(kind: SegmentFileKind): void {
    this.#refusedAlone[kind] = 0;
    this.#held.delete(kind);
  }

  /** For what only a disk can fail. Undefined when stopped. */
  async #untilDone<T>(token: string | undefined, task: () => Promise<T>): Promise<T | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        return await task();
      } catch (error) {
        await this.#rest(token, toFault(error));
      }
    }
    return undefined;
  }

  async #rest(token: string | undefined, fault: Fault): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { onEvent, pause: wait, random } = this.#options;
    this.#lastFault = fault;
    const retryInMs = backoffMs(++this.#failures, random);
    onEvent({ kind: 'load-failed', token, fault, retryInMs });
    await wait(retryInMs, this.#stop.signal);
  }

  #recovered(): void {
    this.#failures = 0;
    this.#lastFault = undefined;
  }
}
