import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { type CopyOptions, type CopyStep, copyStep, planCopy } from '../clickhouse/copy-store.ts';
import type { Engine } from '../clickhouse/engine/engine.ts';
import { createSegmentSink } from '../clickhouse/segment-sink.ts';
import type { Settings } from '../config/setting-table.ts';
import { Fault, toFault } from '../errors/fault.ts';
import { acquireDirectoryLock } from '../platform/directory-lock.ts';
import { openLoader } from '../wal/loader.ts';
import { openLog } from '../wal/log.ts';
import { openCopyJournal } from './copy-journal.ts';
import { openEmbedded, openRemote } from './open-engine.ts';
import { logOptions } from './open-write-path.ts';

const STEP_TIMEOUT_MS = 600_000;
const DRAIN_MS = 600_000;

/** Copies the embedded store to a ClickHouse server; resolves with whether all of it is there. */
export async function migrateTo(url: string, settings: Settings): Promise<boolean> {
  try {
    await copyAll(url, settings);
    return true;
  } catch (thrown) {
    const { message, cause } = toFault(thrown);
    process.stderr.write(`spanhouse: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
    return false;
  }
}

async function copyAll(url: string, settings: Settings): Promise<void> {
  const lock = await acquireDirectoryLock(settings.dataDir);
  const { engine: from } = await openEmbedded(settings);
  try {
    const storeId = await loadLog(from, settings);
    const { engine: to } = await openRemote(settings, url);
    try {
      await copyRanges({ from, to, storeId, scratchDirectory: join(settings.dataDir, 'migrate') }, url);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
    await lock.release();
  }
  process.stdout.write(`done: set SPANHOUSE_CLICKHOUSE_URL=${withoutPassword(url)} and start again\n`);
}

/** What the log still holds belongs to the store. Returns the log's id. */
async function loadLog(engine: Engine, settings: Settings): Promise<string> {
  const log = await openLog(logOptions(settings, () => undefined));
  const loader = openLoader({
    log,
    sink: createSegmentSink(engine),
    attemptTimeoutMs: STEP_TIMEOUT_MS,
    onEvent: () => undefined,
  });
  await loader.close({ drainMs: DRAIN_MS });
  const { rows, segments } = log.stats();
  await log.close();
  if (segments === 0) return Buffer.from(log.key).toString('hex');
  throw new Fault(
    'unavailable',
    `${segments} segments of the log, with ${rows} spans, could not be loaded: start the server once and see why`,
  );
}

async function copyRanges(options: CopyOptions, url: string): Promise<void> {
  await mkdir(options.scratchDirectory, { recursive: true });
  const steps = await planCopy(options.from, callWithin(STEP_TIMEOUT_MS));
  const journal = await openCopyJournal(
    journalPath(options, url),
    steps.map(({ name }) => name),
  );
  const left = steps.filter(({ name }) => !journal.done.has(name));
  if (left.length < steps.length) {
    process.stdout.write(
      `going on: ${steps.length - left.length} of ${steps.length} parts are there already\n`,
    );
  }
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} rows | {eta_formatted} left | {part}',
  });
  bar.start(rowsOf(steps), rowsOf(steps) - rowsOf(left), { part: '' });
  try {
    for (const step of left) {
      bar.update({ part: step.name });
      await copyStep(options, step, callWithin(STEP_TIMEOUT_MS));
      await journal.note(step.name);
      bar.increment(step.rows);
    }
  } finally {
    bar.stop();
  }
}

/** One for each target. It stays, so that a copy that is done is not made again. */
function journalPath({ scratchDirectory, storeId }: CopyOptions, url: string): string {
  const target = createHash('sha256').update(withoutPassword(url)).digest('hex').slice(0, 16);
  return join(scratchDirectory, `${storeId}-${target}.json`);
}

function rowsOf(steps: readonly CopyStep[]): number {
  return steps.reduce((sum, { rows }) => sum + rows, 0);
}

function callWithin(timeoutMs: number): { deadlineMs: number } {
  return { deadlineMs: performance.now() + timeoutMs };
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
