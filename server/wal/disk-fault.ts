import { Fault } from '../errors/fault.ts';
import { errorCode } from './disk.ts';

/** Long enough for a loaded segment to have made room, short enough for senders that keep little. */
export const RETRY_AFTER_MS = 1_000;

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** A disk's refusal, as whoever sent the spans may read it. */
export function diskFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = errorCode(error) ?? 'unknown error';
  const what = FULL.has(code)
    ? 'the disk of the write-ahead log is full'
    : 'the write-ahead log cannot be written';
  return new Fault('unavailable', `${what} (${code}): make room at SPANHOUSE_DATA_DIR, or move it`, {
    value: code,
    setting: 'SPANHOUSE_DATA_DIR',
    retryAfterMs: RETRY_AFTER_MS,
    cause: error,
  });
}
