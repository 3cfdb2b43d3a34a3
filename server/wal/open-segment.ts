import type { Disk } from './disk.ts';
import { DurableFile } from './durable-file.ts';
import type { SegmentContent } from './sealed-segment.ts';
import type { SegmentPlace } from './segment-name.ts';
import { segmentPath } from './segment-name.ts';

/** Blocks to append, each file's in chunks of any size. They are not copied: nobody may change them until it is done. */
export interface LogBatch {
  /** In the blocks of spans; 0 if there are none: then the catalog alone is what came. */
  readonly rows: number;
  readonly spans: readonly Uint8Array[];
  /** Blocks of catalog; empty when these spans brought none. */
  readonly catalog: readonly Uint8Array[];
}

/** The segment that is being written. */
export class OpenSegment {
  readonly place: SegmentPlace;
  readonly sinceMs: number;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #spans: DurableFile;
  #catalog: DurableFile | undefined;
  #namesDurable = false;
  #rows = 0;
  #isEmpty = true;

  private constructor(
    disk: Disk,
    directory: string,
    place: SegmentPlace,
    spans: DurableFile,
    sinceMs: number,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.place = place;
    this.#spans = spans;
    this.sinceMs = sinceMs;
  }

  /** The file of spans comes first: a catalog alone is known to be what a loaded segment left. */
  static async create(
    disk: Disk,
    directory: string,
    place: SegmentPlace,
    sinceMs: number,
  ): Promise<OpenSegment> {
    const spans = await DurableFile.create(disk, segmentPath(directory, place, 'spans'));
    return new OpenSegment(disk, directory, place, spans, sinceMs);
  }

  /** Durable rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether nothing was appended that the caller was told is durable. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Durable bytes of both files. */
  get bytes(): number {
    return this.#spans.durableBytes + (this.#catalog?.durableBytes ?? 0);
  }

  /**
   * Resolves when everything is on the disk: the names of new files, then the catalog, then the spans that need it.
   * A catalog whose spans then fail may stay: it says nothing that is not true.
   */
  async append({ rows, spans, catalog }: LogBatch): Promise<void> {
    if (catalog.length > 0) await this.#openCatalog();
    if (!this.#namesDurable) await this.#disk.syncDirectory(this.#directory);
    this.#namesDurable = true;
    if (catalog.length > 0) await this.#catalog!.append(catalog);
    await this.#spans.append(spans);
    this.#rows += rows;
    this.#isEmpty = false;
  }

  /** What a sealed segment is made from: the durable part alone. */
  content(): SegmentContent {
    const catalogBytes = this.#catalog?.durableBytes ?? 0;
    return {
      rows: this.#rows,
      spansBytes: this.#spans.durableBytes,
      catalogBytes,
      sinceMs: this.sinceMs,
      retry: false,
    };
  }

  /** Its files, and how much of each is to be trusted. */
  files(): readonly DurableFile[] {
    return this.#catalog === undefined ? [this.#spans] : [this.#spans, this.#catalog];
  }

  async close(): Promise<void> {
    for (const file of this.files()) await file.close();
  }

  async #openCatalog(): Promise<void> {
    if (this.#catalog !== undefined) return;
    this.#catalog = await DurableFile.create(this.#disk, segmentPath(this.#directory, this.place, 'catalog'));
    this.#namesDurable = false;
  }
}
