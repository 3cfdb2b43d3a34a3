import type { FrameKey } from '../columns/frame.ts';
import type { Fault } from '../errors/fault.ts';
import { Admission } from './admission.ts';
import type { Disk } from './disk.ts';
import { nodeDisk } from './disk.ts';
import { byteLength } from './durable-file.ts';
import { LogBook } from './log-book.ts';
import { LogWriter } from './log-writer.ts';
import type { LogBatch } from './open-segment.ts';
import { findRemains, recoverSegment } from './recover.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { SealedSegments } from './sealed-segments.ts';
import { SetAside } from './set-aside.ts';
import type { WalObserver } from './wal-event.ts';

export interface LogOptions {
  /** The log's own directory; nobody else writes there. */
  readonly directory: string;
  /** For what cannot be loaded. On the same file system: setting aside must need no room. */
  readonly setAsideDirectory: string;
  /** Of everything that is not loaded: what is on the disk and what waits to be written. */
  readonly maxBytes: number;
  /** The part of `maxBytes` from which on senders are told to come back later. */
  readonly highWaterRatio: number;
  /** A segment that has reached one of these is sealed; it passes it by one append at most. */
  readonly segmentMaxBytes: number;
  readonly segmentMaxRows: number;
  /** Counted from a segment's first append, and only while the loader has nothing else to do. */
  readonly segmentMaxAgeMs: number;
  /** A segment of few rows is not sealed by age before so long has passed since the one before it was sealed. */
  readonly segmentRestMs: number;
  readonly onEvent: WalObserver;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly disk?: Disk;
}

/** Where spans wait, durable, until the store has them. */
export interface Log {
  /** What marks a block as this log's own; a secret of the data directory. */
  readonly key: FrameKey;
  /**
   * Resolves when the blocks are on the disk, synced. Appends that arrive while others are being written are written
   * together and share one sync. Chunks are not copied: nobody may change them before it settles.
   * - Fault `unavailable`: the disk refused, or the log is closed. Nothing of the batch is loaded by this process;
   *   a later append tries again in a new file.
   * - Fault `overloaded`: the log would pass its limit.
   */
  append(batch: LogBatch): Promise<void>;
  /** Throws Fault `overloaded` from the high-water mark on, until the log has fallen clearly below it. */
  checkRoom(): void;
  /**
   * Somebody reads: few rows that rest are sealed at once, and if some just were, at their age. Resolves to whether any
   * were sealed.
   */
  hasten(): Promise<boolean>;
  /** Seals what has been appended so far. An empty segment is never sealed. */
  seal(): Promise<void>;
  stats(): LogStats;
  /** Of the newest segment that was sealed; 0 if none was. */
  sealedNumber(): number;
  /** Writes what waits and seals it; what is not loaded is there at the next start. */
  close(): Promise<void>;

  /**
   * The oldest sealed segment, for the one loader: the same one until it is discarded, split or set aside. Waits for
   * one, and while somebody waits an open segment is sealed by age; so a loader that is behind gets fewer and larger
   * ones. Undefined if there is none and the signal is aborted. Throws Fault `unavailable` when the disk is in the way.
   */
  next(signal: AbortSignal): Promise<SealedSegment | undefined>;
  /** The segment is loaded: its files go. */
  discard(segment: SealedSegment): Promise<void>;
  /**
   * Puts the halves of a segment in its place; false if it is a single block. Whatever crashes: once a half may have
   * been loaded the whole never is again, and before that no half is. Fault `unavailable`: try again.
   */
  split(segment: SealedSegment): Promise<boolean>;
  /** Moves a single block that cannot be loaded out of the way. Fault `unavailable`: try again. */
  setAside(segment: SealedSegment, why: Fault): Promise<void>;
}

export interface LogStats {
  /** On the disk, sealed and open, and waiting to be written. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Spans that are durable and not loaded. */
  readonly rows: number;
  /** The open one included. A segment may hold no spans, but what came apart from them. */
  readonly segments: number;
  readonly waitingAppends: number;
  /** Of the oldest rows that are not loaded; 0 if there are none. */
  readonly oldestAgeMs: number;
  /** Files set aside, now or in earlier runs. */
  readonly setAside: number;
  /** Whether `checkRoom` lets senders in. */
  readonly hasRoom: boolean;
}

/** To load a segment costs some fifteen milliseconds, however few rows it has: a trickle is loaded less often (ADR 006). */
const FEW_ROWS = 1000;

/**
 * Opens the log and makes what a former run left fit for loading, in order: torn ends are cut, damaged blocks set
 * aside, and every segment is marked as one that may have been loaded before. Needs the memory of one segment.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const { directory, setAsideDirectory, onEvent, disk = nodeDisk, now = Date.now } = options;
  await disk.makeDirectory(directory);
  const remains = await findRemains(disk, directory);
  const book = await LogBook.open(disk, directory, (remains.at(-1)?.place.number ?? 0) + 1);
  const aside = await SetAside.open(disk, setAsideDirectory, now, onEvent);

  const home = { disk, directory, logId: book.logId, key: book.key, aside, onEvent };
  const recovered: SealedSegment[] = [];
  for (const one of remains) {
    const segment = await recoverSegment(home, one);
    if (segment !== undefined) recovered.push(segment);
  }
  const sealed = new SealedSegments(home, recovered);
  return new WriteAheadLog({ ...options, disk, now }, book, aside, sealed);
}

class WriteAheadLog implements Log {
  readonly key: FrameKey;
  readonly #options: Required<LogOptions>;
  readonly #aside: SetAside;
  readonly #sealed: SealedSegments;
  readonly #admission: Admission;
  readonly #writer: LogWriter;
  /** There while the loader waits. */
  #wakeLoader: (() => void) | undefined;
  #ageTimer: NodeJS.Timeout | undefined;
  #sealedMs = Number.NEGATIVE_INFINITY;
  /** Somebody reads: the open segment does not rest. */
  #isHastened = false;

  constructor(options: Required<LogOptions>, book: LogBook, aside: SetAside, sealed: SealedSegments) {
    this.key = book.key;
    this.#options = options;
    this.#aside = aside;
    this.#sealed = sealed;
    this.#admission = new Admission(options.maxBytes, options.highWaterRatio);
    this.#writer = new LogWriter({
      ...options,
      book,
      onSealed: (segment, cut) => {
        sealed.push(segment, cut);
        this.#sealedMs = options.now();
        this.#isHastened = false;
        this.#wakeLoader?.();
      },
      onWritten: () => {
        this.#sealWhenOld();
      },
    });
  }

  async append(batch: LogBatch): Promise<void> {
    this.#admission.checkLimit(this.#bytes() + byteLength(batch.spans) + byteLength(batch.catalog));
    return this.#writer.append(batch);
  }

  checkRoom(): void {
    this.#admission.checkRoom(this.#bytes());
  }

  async hasten(): Promise<boolean> {
    const { rows, sinceMs } = this.#writer;
    if (sinceMs === undefined || rows >= FEW_ROWS || this.#wakeLoader === undefined) return false;
    const { segmentMaxAgeMs, now } = this.#options;
    if (now() - this.#sealedMs < segmentMaxAgeMs) {
      this.#isHastened = true;
      this.#sealWhenOld();
      return false;
    }
    await this.seal();
    return true;
  }

  seal(): Promise<void> {
    return this.#writer.seal();
  }

  sealedNumber(): number {
    return this.#sealed.newestNumber;
  }

  stats(): LogStats {
    const oldestMs = this.#sealed.first?.sinceMs ?? this.#writer.oldestMs;
    return {
      bytes: this.#bytes(),
      maxBytes: this.#options.maxBytes,
      rows: this.#sealed.rows + this.#writer.rows,
      segments: this.#sealed.length + (this.#writer.isEmpty ? 0 : 1),
      waitingAppends: this.#writer.waitingAppends,
      oldestAgeMs: oldestMs === undefined ? 0 : Math.max(0, this.#options.now() - oldestMs),
      setAside: this.#aside.count,
      hasRoom: this.#admission.isOpen(this.#bytes()),
    };
  }

  async close(): Promise<void> {
    await this.#writer.close();
    clearTimeout(this.#ageTimer);
  }

  async next(signal: AbortSignal): Promise<SealedSegment | undefined> {
    while (this.#sealed.first === undefined && !signal.aborted) await this.#untilSealed(signal);
    const segment = this.#sealed.first;
    if (segment !== undefined) await this.#sealed.prepare(segment);
    return segment;
  }

  discard(segment: SealedSegment): Promise<void> {
    return this.#sealed.discard(segment);
  }

  split(segment: SealedSegment): Promise<boolean> {
    return this.#sealed.split(segment);
  }

  setAside(segment: SealedSegment, why: Fault): Promise<void> {
    return this.#sealed.setAside(segment, why);
  }

  #bytes(): number {
    return this.#sealed.bytes + this.#writer.bytes;
  }

  #untilSealed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakeLoader = undefined;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakeLoader = wake;
      signal.addEventListener('abort', wake);
      this.#sealWhenOld();
    });
  }

  #sealWhenOld(): void {
    clearTimeout(this.#ageTimer);
    const { sinceMs } = this.#writer;
    if (this.#wakeLoader === undefined || sinceMs === undefined) return;
    const { segmentMaxAgeMs, segmentRestMs, now } = this.#options;
    const oldMs = sinceMs + segmentMaxAgeMs;
    const rests = this.#writer.rows < FEW_ROWS && !this.#isHastened;
    const restedMs = rests ? this.#sealedMs + segmentRestMs : oldMs;
    // A clock that was set back must not hold spans back.
    const waitMs = Math.min(Math.max(oldMs, restedMs) - now(), Math.max(segmentMaxAgeMs, segmentRestMs));
    this.#ageTimer = setTimeout(() => void this.seal(), Math.max(0, waitMs));
  }
}
