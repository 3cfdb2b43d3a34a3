import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type FrameKey, KEY_BYTES } from '../columns/frame.ts';
import { Fault } from '../errors/fault.ts';
import type { Disk } from './disk.ts';
import { isMissing } from './disk.ts';
import { replaceFile } from './durable-file.ts';

const LOG_ID = /^[0-9a-f]{16}$/;
const FILE_NAME = 'log.json';
/** Numbers taken from the file at once: hours of segments for one small write, and a gap nobody minds after a restart. */
const RESERVED_NUMBERS = 10_000;

interface Entry {
  readonly logId: string;
  readonly nextNumber: number;
}

/** The log's own id, made once, and the numbers of its segments, none of which is ever given twice. */
export class LogBook {
  readonly logId: string;
  /** The id as bytes: no sender can know it. */
  readonly key: FrameKey;
  readonly #disk: Disk;
  readonly #path: string;
  #next: number;
  #reservedTo: number;

  private constructor(disk: Disk, path: string, entry: Entry) {
    this.logId = entry.logId;
    this.key = Buffer.from(entry.logId, 'hex');
    this.#disk = disk;
    this.#path = path;
    this.#next = entry.nextNumber;
    this.#reservedTo = entry.nextNumber;
  }

  /**
   * Numbers begin at `floor` or later. Throws Fault `failed-precondition` if the file is there and no log wrote it:
   * a new id would load segments twice.
   */
  static async open(disk: Disk, directory: string, floor: number): Promise<LogBook> {
    const path = join(directory, FILE_NAME);
    const known = await readEntry(disk, path);
    const { logId, nextNumber } = known ?? { logId: randomBytes(KEY_BYTES).toString('hex'), nextNumber: 1 };
    const book = new LogBook(disk, path, { logId, nextNumber: Math.max(nextNumber, floor) });
    // An id that a token could name before it is on the disk would be another one after a crash.
    if (known === undefined) await book.#reserve();
    return book;
  }

  async takeNumber(): Promise<number> {
    if (this.#next >= this.#reservedTo) await this.#reserve();
    return this.#next++;
  }

  async #reserve(): Promise<void> {
    const nextNumber = this.#next + RESERVED_NUMBERS;
    const text = JSON.stringify({ logId: this.logId, nextNumber } satisfies Entry);
    await replaceFile(this.#disk, this.#path, [Buffer.from(text)]);
    this.#reservedTo = nextNumber;
  }
}

async function readEntry(disk: Disk, path: string): Promise<Entry | undefined> {
  const bytes = await disk.read(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : parseEntry(Buffer.from(bytes).toString(), path);
}

function parseEntry(text: string, path: string): Entry {
  try {
    const entry: unknown = JSON.parse(text);
    if (isEntry(entry)) return entry;
  } catch {
    // Said below, with the file's name.
  }
  throw new Fault(
    'failed-precondition',
    `${path} is not what this program wrote: restore it, or remove it with its log`,
    {
      field: path,
      value: text.slice(0, 100),
      setting: 'SPANHOUSE_DATA_DIR',
    },
  );
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('logId' in value) || !('nextNumber' in value))
    return false;
  return (
    typeof value.logId === 'string' && LOG_ID.test(value.logId) && Number.isSafeInteger(value.nextNumber)
  );
}
