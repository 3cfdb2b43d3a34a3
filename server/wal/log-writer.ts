import { Fault } from '../errors/fault.ts';
import type { Disk } from './disk.ts';
import { diskFault, RETRY_AFTER_MS } from './disk-fault.ts';
import { byteLength, cutFile } from './durable-file.ts';
import type { Group } from './group-commit.ts';
import { WaitingAppends } from './group-commit.ts';
import type { LogBook } from './log-book.ts';
import type { LogBatch } from './open-segment.ts';
import { OpenSegment } from './open-segment.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { sealedSegment } from './sealed-segment.ts';
import { WHOLE } from './segment-name.ts';
import { Turns } from './turns.ts';
import type { WalObserver } from './wal-event.ts';

export interface LogWriterOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly book: LogBook;
  readonly segmentMaxBytes: number;
  readonly segmentMaxRows: number;
  readonly now: () => number;
  readonly onEvent: WalObserver;
  /** `cut` is there when bytes that were never acknowledged may follow the durable ones: call it before loading. */
  readonly onSealed: (segment: SealedSegment, cut: (() => Promise<void>) | undefined) => void;
  /** After every group, when rows may have begun to age. */
  readonly onWritten: () => void;
}

/** The side of the log that appends: groups what arrives together, syncs it, and seals what has grown enough. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #waiting = new WaitingAppends();
  /** Whatever touches the open segment takes its turn. */
  readonly #turns = new Turns();
  /** Between turns it is there only with blocks in it. */
  #open: OpenSegment | undefined;
  /** Not written to any more, and not yet told of as sealed: its rows count, as no reader may miss them. */
  #closing: OpenSegment | undefined;
  #isCommitDue = false;
  #isClosed = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /** Durable, or waiting to be. */
  get bytes(): number {
    return (this.#open?.bytes ?? 0) + (this.#closing?.bytes ?? 0) + this.#waiting.bytes;
  }

  /** Durable. */
  get rows(): number {
    return (this.#open?.rows ?? 0) + (this.#closing?.rows ?? 0);
  }

  /** Whether nothing durable is in it that has not been told of as sealed. */
  get isEmpty(): boolean {
    return [this.#open, this.#closing].every((segment) => segment?.isEmpty ?? true);
  }

  get waitingAppends(): number {
    return this.#waiting.length;
  }

  /** When the open segment's first rows came; undefined when there are none. */
  get sinceMs(): number | undefined {
    return this.#open?.sinceMs;
  }

  /** When the oldest durable rows came. */
  get oldestMs(): number | undefined {
    return (this.#closing ?? this.#open)?.sinceMs;
  }

  async append(batch: LogBatch): Promise<void> {
    if (this.#isClosed)
      throw new Fault('unavailable', 'the server is stopping', { retryAfterMs: RETRY_AFTER_MS });
    const durable = this.#waiting.add(batch);
    this.#scheduleCommit();
    return durable;
  }

  async seal(): Promise<void> {
    await this.#turns.take(() => this.#sealOpen());
  }

  /** Writes what waits, and seals it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#waiting.length > 0) await this.#turns.take(() => this.#commit());
    await this.seal();
  }

  #scheduleCommit(): void {
    if (this.#isCommitDue) return;
    this.#isCommitDue = true;
    void this.#turns.take(() => this.#commit());
  }

  async #commit(): Promise<void> {
    this.#isCommitDue = false;
    if (this.#waiting.length === 0) return;
    const { segmentMaxRows, segmentMaxBytes, onWritten } = this.#options;
    const group = this.#waiting.takeGroup({
      rows: segmentMaxRows - (this.#open?.rows ?? 0),
      bytes: segmentMaxBytes - (this.#open?.bytes ?? 0),
    });
    await this.#write(group);
    if (this.#isFull()) await this.#sealOpen();
    if (this.#waiting.length > 0) this.#scheduleCommit();
    onWritten();
  }

  async #write(group: Group): Promise<void> {
    const { onEvent } = this.#options;
    const startMs = performance.now();
    try {
      this.#open ??= await this.#begin();
      await this.#open.append(group.batch);
    } catch (error) {
      const fault = diskFault(error);
      await this.#abandonOpen();
      group.reject(fault);
      onEvent({ kind: 'write-failed', appends: group.appends, fault });
      return;
    }
    group.resolve();
    const { rows, spans, catalog } = group.batch;
    const bytes = byteLength(spans) + byteLength(catalog);
    onEvent({ kind: 'committed', appends: group.appends, rows, bytes, tookMs: performance.now() - startMs });
  }

  async #begin(): Promise<OpenSegment> {
    const { disk, directory, book, now } = this.#options;
    const place = { number: await book.takeNumber(), piece: WHOLE };
    return OpenSegment.create(disk, directory, place, now());
  }

  #isFull(): boolean {
    if (this.#open === undefined) return false;
    return (
      this.#open.bytes >= this.#options.segmentMaxBytes || this.#open.rows >= this.#options.segmentMaxRows
    );
  }

  async #sealOpen(): Promise<void> {
    const open = this.#takeOpen();
    if (open === undefined) return;
    await open.close();
    this.#tellSealed(open, undefined);
  }

  #takeOpen(): OpenSegment | undefined {
    this.#closing = this.#open;
    this.#open = undefined;
    return this.#closing;
  }

  /**
   * After any failure the file is not written to again: what was durable is sealed, and torn bytes are cut, now if the
   * disk allows it, else before the segment is loaded. After a failed sync the system may have dropped the bytes and
   * forgotten that it did, so that a second sync which succeeds would prove nothing.
   */
  async #abandonOpen(): Promise<void> {
    const open = this.#takeOpen();
    if (open === undefined) return;
    await open.close();
    if (open.isEmpty) {
      this.#closing = undefined;
      return this.#removeFiles(open);
    }
    const cut = () => this.#cutTornEnds(open);
    const isCut = await cut().then(
      () => true,
      () => false,
    );
    this.#tellSealed(open, isCut ? undefined : cut);
  }

  #tellSealed(open: OpenSegment, cut: (() => Promise<void>) | undefined): void {
    const { directory, book, now, onEvent, onSealed } = this.#options;
    const segment = sealedSegment({ directory, logId: book.logId }, open.place, open.content());
    const { token, rows, bytes, sinceMs } = segment;
    this.#closing = undefined;
    onEvent({ kind: 'sealed', token, rows, bytes, ageMs: now() - sinceMs });
    onSealed(segment, cut);
  }

  async #cutTornEnds(open: OpenSegment): Promise<void> {
    for (const { path, durableBytes } of open.files()) await cutFile(this.#options.disk, path, durableBytes);
  }

  /** Nothing in them was acknowledged; what cannot be removed now is cut to nothing at the next start. */
  async #removeFiles(open: OpenSegment): Promise<void> {
    for (const { path } of open.files()) await this.#options.disk.remove(path).catch(() => undefined);
  }
}
