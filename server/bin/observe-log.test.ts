import { expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { createLogger } from '../platform/logger.ts';
import { createMetrics, scrape } from '../platform/metrics.ts';
import type { WalEvent } from '../wal/wal-event.ts';
import { observeLog } from './observe-log.ts';

const fault = new Fault('unavailable', 'the engine is away');

test.each<[WalEvent, string, string]>([
  [{ kind: 'committed', appends: 3, rows: 9, bytes: 100, tookMs: 4 }, 'debug', 'log_blocks_total 3'],
  [{ kind: 'committed', appends: 3, rows: 9, bytes: 100, tookMs: 4 }, 'debug', 'log_block_bytes_total 100'],
  [{ kind: 'committed', appends: 1, rows: 1, bytes: 1, tookMs: 4 }, 'debug', 'log_fsync_seconds_count 1'],
  [{ kind: 'loaded', token: 't', rows: 9, bytes: 1, tookMs: 30, ageMs: 1 }, 'debug', 'load_rows_total 9'],
  [{ kind: 'loaded', token: 't', rows: 9, bytes: 1, tookMs: 30, ageMs: 1 }, 'debug', 'load_seconds_sum 0.03'],
  [{ kind: 'load-failed', token: 't', fault, retryInMs: 100 }, 'warn', 'load_retries_total 1'],
  [{ kind: 'hold-begun', token: 't', setAside: 3, fault }, 'error', 'load_set_aside_total 0'],
  [{ kind: 'hold-ended', token: 't' }, 'info', 'load_set_aside_total 0'],
  [{ kind: 'set-aside', path: '/x', rows: 2, reason: 'no' }, 'error', 'load_set_aside_total 1'],
  [{ kind: 'tail-cut', path: '/x', bytes: 17 }, 'warn', 'log_damaged_bytes_total 17'],
  [{ kind: 'write-failed', appends: 1, fault }, 'error', 'log_blocks_total 0'],
])('%j is logged as %s and counted as %s', async (event, level, metric) => {
  const metrics = createMetrics();
  const lines: string[] = [];
  observeLog(metrics, createLogger('debug', { write: (line) => void lines.push(line) }))(event);

  const [line] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(line!['level']).toBe(level);
  if ('fault' in event) expect(line!['err']).toMatchObject({ message: 'the engine is away' });
  expect(await scrape(metrics)).toContain(`\nspanhouse_${metric}\n`);
});
