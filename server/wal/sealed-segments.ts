import { inspect } from 'node:util';
import type { FrameKey } from '../columns/frame.ts';
import type { Fault } from '../errors/fault.ts';
import type { Disk } from './disk.ts';
import { diskFault } from './disk-fault.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { segmentPath } from './segment-name.ts';
import type { SetAside } from './set-aside.ts';
import { writeHalves } from './split.ts';
import type { WalObserver } from './wal-event.ts';

interface Home {
  readonly disk: Disk;
  readonly directory: string;
  readonly logId: string;
  readonly key: FrameKey;
  readonly aside: SetAside;
  readonly onEvent: WalObserver;
}

/** The side of the log that is loaded: sealed segments, oldest first, and what becomes of their files. */
export class SealedSegments {
  readonly #home: Home;
  readonly #segments: SealedSegment[];
  #bytes: number;
  #rows: number;
  #newestNumber: number;
  readonly #cuts = new Map<SealedSegment, () => Promise<void>>();
  /** Halves that are written while their whole is not yet surely gone. */
  readonly #halves = new Map<SealedSegment, readonly SealedSegment[]>();

  constructor(home: Home, recovered: readonly SealedSegment[]) {
    this.#home = home;
    this.#segments = [...recovered];
    this.#bytes = recovered.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#rows = recovered.reduce((sum, { rows }) => sum + rows, 0);
    this.#newestNumber = recovered.at(-1)?.place.number ?? 0;
  }

  get first(): SealedSegment | undefined {
    return this.#segments[0];
  }

  get length(): number {
    return this.#segments.length;
  }

  /** Of all that were ever here. */
  get newestNumber(): number {
    return this.#newestNumber;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get rows(): number {
    return this.#rows;
  }

  push(segment: SealedSegment, cut?: () => Promise<void>): void {
    if (cut !== undefined) this.#cuts.set(segment, cut);
    this.#segments.push(segment);
    this.#newestNumber = segment.place.number;
    this.#count(segment, 1);
  }

  /** Cuts a torn end that a failing disk had kept. Throws Fault `unavailable`. */
  async prepare(segment: SealedSegment): Promise<void> {
    await translated(this.#cuts.get(segment)?.());
    this.#cuts.delete(segment);
  }

  async discard(segment: SealedSegment): Promise<void> {
    this.#replace(segment, []);
    await this.#removeFiles(segment).catch((error: unknown) => {
      this.#home.onEvent({ kind: 'removal-failed', token: segment.token, fault: diskFault(error) });
    });
  }

  async split(segment: SealedSegment): Promise<boolean> {
    const halves = this.#halves.get(segment) ?? (await translated(writeHalves(this.#home, segment)));
    if (halves === undefined) return false;
    this.#halves.set(segment, halves);
    await translated(this.#commitSplit(segment));
    this.#halves.delete(segment);
    this.#replace(segment, halves);
    return true;
  }

  /** For a single block, hence of either kind: what has a catalog has no spans beside it. */
  async setAside(segment: SealedSegment, why: Fault): Promise<void> {
    const { token, rows, spansPath, catalogPath } = segment;
    const reason = { kind: 'refused', token, rows, message: why.message, ...causeOf(why) } as const;
    const name = catalogPath === undefined ? `${token}.spans` : `${token}.catalog`;
    await translated(this.#home.aside.keepFile(name, catalogPath ?? spansPath, reason));
    await this.discard(segment);
  }

  /**
   * The moment that decides: the halves' names and the whole's end are durable before a half may be loaded, and only
   * the removal of the whole makes the halves count.
   */
  async #commitSplit(segment: SealedSegment): Promise<void> {
    const { disk, directory } = this.#home;
    await disk.syncDirectory(directory);
    await this.#removeFiles(segment);
    await disk.syncDirectory(directory);
  }

  /** Spans first: a catalog that is left alone is known to be done with. */
  async #removeFiles({ spansPath, place }: SealedSegment): Promise<void> {
    await this.#home.disk.remove(spansPath);
    await this.#home.disk.remove(segmentPath(this.#home.directory, place, 'catalog'));
  }

  #replace(segment: SealedSegment, others: readonly SealedSegment[]): void {
    const at = this.#segments.indexOf(segment);
    if (at < 0) return;
    this.#segments.splice(at, 1, ...others);
    this.#count(segment, -1);
    for (const other of others) this.#count(other, 1);
  }

  #count(segment: SealedSegment, sign: 1 | -1): void {
    this.#bytes += sign * segment.bytes;
    this.#rows += sign * segment.rows;
  }
}

async function translated<T>(work: Promise<T>): Promise<T>;
async function translated<T>(work: Promise<T> | undefined): Promise<T | undefined>;
async function translated<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    throw diskFault(error);
  }
}

function causeOf(fault: Fault): { readonly cause?: string } {
  if (fault.cause === undefined) return {};
  return { cause: fault.cause instanceof Error ? fault.cause.message : inspect(fault.cause) };
}
