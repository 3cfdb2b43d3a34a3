import type { Loader } from '../wal/loader.ts';
import type { Log } from '../wal/log.ts';

export interface FreshReadsOptions {
  readonly log: Pick<Log, 'hasten' | 'sealedNumber'>;
  readonly loader: Pick<Loader, 'settled'>;
}

/** A handful of spans is loaded in a few hundredths of a second; a reader does not wait for more. */
const PATIENCE_MS = 300;

/**
 * For before a read: where a trickle of spans rests in the log (ADR 006), it is loaded first, so that whoever asks sees
 * what was acknowledged. Reads that come meanwhile wait for the same load; where there is real traffic, none waits.
 */
export function createFreshReads({ log, loader }: FreshReadsOptions): () => Promise<void> {
  let under: Promise<void> | undefined;
  const freshen = async (): Promise<void> => {
    if (!(await log.hasten())) return;
    const call = { deadlineMs: performance.now() + PATIENCE_MS };
    // A log or an engine in trouble is not the reader's: it is told what is there.
    await loader.settled(log.sealedNumber(), () => Promise.resolve(), call).catch(() => undefined);
  };
  return () => (under ??= freshen().finally(() => (under = undefined)));
}
