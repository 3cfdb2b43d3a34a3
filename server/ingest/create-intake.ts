import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { FrameKey } from '../columns/frame.ts';
import { Fault } from '../errors/fault.ts';
import { isArchive } from '../space/archive.ts';
import { type Space, spaceKey } from '../space/space.ts';
import { Batch } from './batch.ts';
import type { Decode, Intake } from './intake.ts';
import type { Receipt } from './receipt.ts';
import type { SpaceMemories } from './space-memory.ts';
import { SpanWriter } from './span-writer.ts';
import type { SpanLimits, TimeRules } from './span-limits.ts';

/** A batch of this size is written without waiting for company. */
const FULL_BATCH_BYTES = 8 << 20;
const BUSY_RETRY_MS = 1000;

/** The part of the log that the intake needs. */
export interface BlockLog {
  /** What marks a block as this log's own. */
  readonly key: FrameKey;
  /** Resolves when the block is durable. */
  append(block: {
    readonly rows: number;
    readonly spans: readonly Uint8Array[];
    readonly catalog: readonly Uint8Array[];
  }): Promise<void>;
  /** Throws Fault `overloaded` while the log is full. */
  checkRoom(): void;
}

export interface IntakeOptions {
  readonly log: BlockLog;
  readonly memories: SpaceMemories;
  readonly limits: SpanLimits;
  readonly rules: TimeRules;
  /** COMMIT_INTERVAL: shortest time between two blocks, in which requests gather to share one. */
  readonly commitIntervalMs: number;
  /** MAX_INFLIGHT_BYTES: bodies being read, decoded or waiting for the disk, all together. */
  readonly maxInflightBytes: number;
  readonly spaces: SpaceAdmission;
  readonly nowMs: () => number;
  /** Told the minutes (since 1970) of durable spans that came when their minute was long over. */
  readonly noteLate?: (minutes: readonly number[]) => void;
}

/** Which spaces may be written to. */
export interface SpaceAdmission {
  /** Keys of the spaces that exist; the intake adds those it lets come into being. */
  readonly known: Set<string>;
  /** CREATE_SPACES */
  readonly create: boolean;
  /** MAX_SPACES */
  readonly max: number;
}

/** A batch that is being filled, and who waits for it to be durable. */
interface OpenBatch {
  readonly batch: Batch;
  readonly writer: SpanWriter;
  waiting: Waiting[];
  /** How many batches had been lost before the first request in it. */
  losses: number;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The intake as its owner sees it. */
export interface OwnedIntake extends Intake {
  /** Runs the task when all that was decoded is durable or refused, and lets nothing be decoded meanwhile. */
  between<T>(task: () => Promise<T>): Promise<T>;
  /** Waits until everything that was let in is durable or refused. */
  close(): Promise<void>;
}

export function createIntake(options: IntakeOptions): OwnedIntake {
  return new GroupCommit(options);
}

/**
 * Requests take turns to decode into the open batch; the batch is written while the next one fills. So the work per
 * request is its decoding, and the work per block (dictionaries, write, fsync) is shared by all that came in meanwhile.
 */
class GroupCommit implements OwnedIntake {
  readonly #options: IntakeOptions;
  #open: OpenBatch;
  readonly #spare: OpenBatch[] = [];
  #inflightBytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #committing: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #lastCommitMs = -Infinity;
  #losses = 0;
  #loss: unknown;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#open = this.#createBatch();
  }

  admit(bytes: number): () => void {
    this.#options.log.checkRoom();
    const { maxInflightBytes } = this.#options;
    if (this.#inflightBytes > 0 && this.#inflightBytes + bytes > maxInflightBytes) {
      throw new Fault(
        'overloaded',
        `requests of ${this.#inflightBytes} bytes are under way and this one's ${bytes} would exceed ${maxInflightBytes} (SPANHOUSE_MAX_INFLIGHT_BYTES); try again shortly`,
        { setting: 'SPANHOUSE_MAX_INFLIGHT_BYTES', retryAfterMs: BUSY_RETRY_MS },
      );
    }
    this.#inflightBytes += bytes;
    let released = false;
    return () => {
      if (!released) this.#inflightBytes -= bytes;
      released = true;
    };
  }

  async accept(space: Space, body: Uint8Array, decode: Decode): Promise<Receipt> {
    const { receipt, durable } = await this.#inTurn(() => this.#decode(space, body, decode));
    await durable;
    return receipt;
  }

  between<T>(task: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#commit(this.#swap());
      return task();
    });
  }

  async close(): Promise<void> {
    await this.#turn;
    while (this.#committing !== undefined) await this.#committing;
  }

  #checkSpace(space: Space): void {
    const { known, create, max } = this.#options.spaces;
    const key = spaceKey(space);
    // An archive comes with its space, and is not one of those that are counted.
    if (known.has(key) || isArchive(space)) return;
    if (!create) {
      throw new Fault(
        'not-found',
        `space ${key} does not exist, and spaces are not made by their first span (SPANHOUSE_CREATE_SPACES)`,
        { field: 'space', value: key, setting: 'SPANHOUSE_CREATE_SPACES' },
      );
    }
    if (known.size >= max) {
      throw new Fault(
        'forbidden',
        `space ${key} would be one more than the ${max} allowed (SPANHOUSE_MAX_SPACES)`,
        {
          field: 'space',
          value: key,
          setting: 'SPANHOUSE_MAX_SPACES',
        },
      );
    }
  }

  /** Runs one request's decoding after the other: they fill the same columns. */
  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #decode(
    space: Space,
    body: Uint8Array,
    decode: Decode,
  ): Promise<{ receipt: Receipt; durable: Promise<void> }> {
    this.#checkSpace(space);
    const open = this.#open;
    const { batch, writer } = open;
    // Nothing in it yet that could refer to what was lost.
    if (open.waiting.length === 0) open.losses = this.#losses;
    const bytesBefore = batch.byteLength;
    const mark = batch.mark();
    try {
      writer.openRequest(this.#options.memories.of(space), this.#options.nowMs());
      const steps = decode(body, writer);
      this.#checkBytes(bytesBefore, batch);
      while (steps.next().done !== true) {
        await nextTurn();
        this.#checkBytes(bytesBefore, batch);
      }
    } catch (thrown) {
      batch.truncate(mark);
      throw thrown;
    }
    const receipt = writer.closeRequest();
    // Wrapped, so that awaiting the decoding does not wait for the disk.
    if (receipt.accepted + receipt.fragments === 0) return { receipt, durable: Promise.resolve() };
    if (!isArchive(space)) this.#options.spaces.known.add(spaceKey(space));
    return { receipt, durable: this.#durable(open) };
  }

  /** A few bytes can stand for many columns, so what a body becomes is limited like the body. */
  #checkBytes(bytesBefore: number, { byteLength }: Batch): void {
    const { maxInflightBytes } = this.#options;
    if (byteLength <= maxInflightBytes) return;
    const setting = 'SPANHOUSE_MAX_INFLIGHT_BYTES';
    if (byteLength - bytesBefore > maxInflightBytes) {
      const message = `the request's spans take more than ${maxInflightBytes} bytes of memory (${setting})`;
      throw new Fault('too-large', message, { setting });
    }
    const message = `spans that wait for the disk take more than ${maxInflightBytes} bytes of memory (${setting}); try again shortly`;
    throw new Fault('overloaded', message, { setting, retryAfterMs: BUSY_RETRY_MS });
  }

  #durable(open: OpenBatch): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => open.waiting.push({ resolve, reject }));
    this.#committing ??= this.#commitAll();
    return promise;
  }

  async #commitAll(): Promise<void> {
    // The first wait also lets the caller note that a commit is under way.
    do {
      const waitMs = this.#lastCommitMs + this.#options.commitIntervalMs - performance.now();
      await delay(this.#open.batch.byteLength < FULL_BATCH_BYTES ? Math.max(0, waitMs) : 0);
      this.#lastCommitMs = performance.now();
      await this.#commit(await this.#inTurn(() => Promise.resolve(this.#swap())));
    } while (this.#open.waiting.length > 0);
    // In the same turn as the last look at who waits: whoever comes later starts anew.
    this.#committing = undefined;
  }

  #swap(): OpenBatch {
    const full = this.#open;
    this.#open = this.#spare.pop() ?? this.#createBatch();
    this.#open.losses = this.#losses;
    this.#dropIfBereft(full);
    return full;
  }

  /** One block after the other, so that a batch is written only when all that it may refer to is. */
  #commit(full: OpenBatch): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(full));
    return this.#writing;
  }

  async #write(full: OpenBatch): Promise<void> {
    this.#dropIfBereft(full);
    if (full.waiting.length > 0) await this.#append(full);
    this.#spare.push(full);
  }

  async #append(full: OpenBatch): Promise<void> {
    const { batch, waiting } = full;
    try {
      const { spans, catalog } = batch;
      const { log } = this.#options;
      await log.append({ rows: spans.rows, spans: spans.encode(log.key), catalog: catalog.encode(log.key) });
      if (batch.lateMinutes.size > 0) this.#options.noteLate?.([...batch.lateMinutes]);
      batch.reset();
      full.waiting = [];
      for (const { resolve } of waiting) resolve();
    } catch (thrown) {
      this.#losses++;
      this.#loss = thrown;
      this.#drop(full);
    }
  }

  /** A batch that was filled while another was lost may refer to facts which that one brought: it is lost too. */
  #dropIfBereft(full: OpenBatch): void {
    if (full.losses !== this.#losses) this.#drop(full);
  }

  #drop(full: OpenBatch): void {
    const { batch, waiting } = full;
    full.waiting = [];
    full.losses = this.#losses;
    batch.discard();
    for (const { reject } of waiting) reject(this.#loss);
  }

  #createBatch(): OpenBatch {
    const batch = new Batch();
    const writer = new SpanWriter(batch, this.#options.limits, this.#options.rules);
    return { batch, writer, waiting: [], losses: this.#losses };
  }
}
