import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { HEAD_BYTES, encodeFrame } from '../columns/frame.ts';
import type { Fault } from '../errors/fault.ts';
import type { Segment, SegmentSink } from '../store/segment-sink.ts';
import { walkBlocks } from './block-walk.ts';
import type { Disk, DiskFile } from './disk.ts';
import { nodeDisk } from './disk.ts';
import type { Log, LogOptions } from './log.ts';
import { openLog } from './log.ts';
import type { LogBatch } from './open-segment.ts';
import type { WalEvent } from './wal-event.ts';

/** Key of every log of these tests, so that blocks can be made before their log is opened. */
export const KEY = Buffer.from('5ec4e7c0ffee0001', 'hex');

/** A block of `rows` rows whose one column is the text: what it is recognised by later. */
export function block(text: string, rows = 1): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([encodeFrame(KEY, 1, rows, [body]), body]);
}

export function batch(text: string, rows = 1): LogBatch {
  const bytes = block(text, rows);
  // In two chunks, as an encoder hands it over.
  return { rows, spans: [bytes.subarray(0, 5), bytes.subarray(5)], catalog: [] };
}

/** The texts of the blocks of a file, in order; whatever is not a block shows up as what it is. */
export function textsIn(path: string): string[] {
  const bytes = readFileSync(path);
  return walkBlocks(KEY, bytes).map(({ kind, from, to, rows }) =>
    kind === 'whole' ? bytes.toString('utf8', from + HEAD_BYTES + rows, to) : `<${kind}>`,
  );
}

/** A directory for a log and its neighbour, gone when the test is over. */
export function temporaryHome(): { readonly directory: string; readonly setAsideDirectory: string } {
  const root = mkdtempSync(join(tmpdir(), 'wal-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'wal'));
  writeFileSync(join(root, 'wal', 'log.json'), JSON.stringify({ logId: KEY.toString('hex'), nextNumber: 1 }));
  return { directory: join(root, 'wal'), setAsideDirectory: join(root, 'set-aside') };
}

export interface TestLog {
  readonly log: Log;
  readonly events: WalEvent[];
}

/** A log that seals on demand alone, unless told otherwise. */
export async function openTestLog(
  options: Partial<LogOptions> & Pick<LogOptions, 'directory' | 'setAsideDirectory'>,
): Promise<TestLog> {
  const events: WalEvent[] = [];
  const log = await openLog({
    maxBytes: 1e9,
    highWaterRatio: 0.8,
    segmentMaxBytes: 1e8,
    segmentMaxRows: 1e8,
    segmentMaxAgeMs: 1e8,
    segmentRestMs: 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { log, events };
}

/** A signal that says: do not wait. */
export const NO_WAITING = AbortSignal.abort();

/** Takes every sealed segment out of the log; the texts of their spans. */
export async function drain(log: Log): Promise<string[]> {
  const texts: string[] = [];
  for (let one = await log.next(NO_WAITING); one !== undefined; one = await log.next(NO_WAITING)) {
    texts.push(...textsIn(one.spansPath));
    await log.discard(one);
  }
  return texts;
}

/** Texts of the blocks of spans set aside, sorted. */
export function setAsideTexts(directory: string): string[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.spans'));
  return files.flatMap((name) => textsIn(join(directory, name))).sort();
}

type Operation = 'create' | 'write' | 'datasync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory';

/** The real disk, with failures where a test wants them and a count of what was done. */
export class FaultyDisk implements Disk {
  readonly counts = new Map<Operation, number>();
  /** Returns the error's code when the operation shall fail. */
  failure: (operation: Operation, path: string) => string | undefined = () => undefined;
  /** How much can still be written. */
  roomBytes = Infinity;

  count(operation: Operation): number {
    return this.counts.get(operation) ?? 0;
  }

  makeDirectory = (path: string) => nodeDisk.makeDirectory(path);
  list = (directory: string) => nodeDisk.list(directory);
  read = (path: string) => nodeDisk.read(path);
  modifiedMs = (path: string) => nodeDisk.modifiedMs(path);

  async create(path: string): Promise<DiskFile> {
    this.#enter('create', path);
    return this.#wrap(path, await nodeDisk.create(path));
  }

  async open(path: string): Promise<DiskFile> {
    return this.#wrap(path, await nodeDisk.open(path));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#enter('rename', from);
    await nodeDisk.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    this.#enter('remove', path);
    await nodeDisk.remove(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#enter('syncDirectory', path);
    await nodeDisk.syncDirectory(path);
  }

  #enter(operation: Operation, path: string): void {
    this.counts.set(operation, this.count(operation) + 1);
    const code = this.failure(operation, path);
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${operation}`), { code });
  }

  #wrap(path: string, file: DiskFile): DiskFile {
    return {
      write: async (chunks, position) => {
        this.#enter('write', path);
        const bytes = Buffer.concat(chunks).subarray(0, this.roomBytes);
        if (bytes.length === 0) throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
        this.roomBytes -= bytes.length;
        return file.write([bytes], position);
      },
      datasync: async () => {
        this.#enter('datasync', path);
        await file.datasync();
      },
      truncate: async (length) => {
        this.#enter('truncate', path);
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  }
}

/** A store in memory that keeps the sink's promises: idempotent by token, and a refusal leaves nothing. */
export class MemorySink implements SegmentSink {
  readonly tokens: string[] = [];
  readonly attempts: { readonly token: string; readonly retry: boolean }[] = [];
  readonly spans: string[] = [];
  readonly catalog: string[] = [];
  /** Says why an attempt fails; `landed`: after the rows arrived all the same. */
  failure: (texts: readonly string[], attempt: number) => { fault: Fault; landed?: boolean } | undefined =
    () => undefined;

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous, memory is not
  async load(segment: Segment, { retry }: { readonly retry: boolean }): Promise<void> {
    this.attempts.push({ token: segment.token, retry });
    const spans = textsIn(segment.spansPath);
    const catalog = segment.catalogPath === undefined ? [] : textsIn(segment.catalogPath);
    const failure = this.failure([...catalog, ...spans], this.attempts.length);
    if ((failure === undefined || failure.landed === true) && !this.tokens.includes(segment.token)) {
      this.tokens.push(segment.token);
      this.spans.push(...spans);
      this.catalog.push(...catalog);
    }
    if (failure !== undefined) throw failure.fault;
  }
}
