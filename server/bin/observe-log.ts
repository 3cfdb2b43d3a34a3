import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { WalEvent, WalObserver } from '../wal/wal-event.ts';

/** Counts and logs what the write-ahead log and its loader tell. */
export function observeLog(metrics: Metrics, logger: Logger): WalObserver {
  return (event) => {
    count(event, metrics);
    write(event, logger);
  };
}

/** Kinds that have no case here are logged alone. */
function count(event: WalEvent, { log, load }: Metrics): void {
  if (event.kind === 'committed') {
    log.fsyncSeconds.observe(event.tookMs / 1000);
    log.blocks.inc(event.appends);
    log.blockBytes.inc(event.bytes);
  } else if (event.kind === 'loaded') {
    load.seconds.observe(event.tookMs / 1000);
    load.rows.inc(event.rows);
  } else if (event.kind === 'load-failed') load.retries.inc();
  else if (event.kind === 'set-aside') load.setAside.inc();
  else if (event.kind === 'tail-cut') log.damagedBytes.inc(event.bytes);
}

function write(event: WalEvent, logger: Logger): void {
  switch (event.kind) {
    case 'committed':
    case 'sealed':
    case 'loaded':
      logger.debug(event, `log: ${event.kind}`);
      return;
    case 'recovered':
      logger.info(event, 'spans of an earlier run will be loaded');
      return;
    case 'tail-cut':
      logger.warn(event, 'a write that had broken off was cut away; it had not been acknowledged');
      return;
    case 'set-aside':
      logger.error(event, 'spans that cannot be loaded were set aside in a file');
      return;
    case 'write-failed':
      logger.error(withError(event), 'spans could not be written and were not acknowledged');
      return;
    case 'load-failed':
      logger.warn(withError(event), 'a segment could not be loaded; it will be tried again');
      return;
    case 'split':
      logger.warn(withError(event), 'a segment was refused and is tried in halves');
      return;
    case 'hold-begun':
      logger.error(
        withError(event),
        'the engine refuses block after block; they stay in the log and are tried again',
      );
      return;
    case 'hold-ended':
      logger.info(event, 'the engine takes again what it had refused');
      return;
    case 'removal-failed':
      logger.warn(withError(event), 'the files of a loaded segment could not be removed');
      return;
  }
}

/** pino writes an error in full under the name `err`. */
function withError({ fault, ...rest }: WalEvent & { readonly fault: Error }): object {
  return { ...rest, err: fault };
}
