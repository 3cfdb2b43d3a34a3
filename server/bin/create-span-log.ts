import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanLog } from '../clickhouse/trace-store.ts';
import { Fault } from '../errors/fault.ts';
import { feedSpans } from '../ingest/feed-spans.ts';
import type { Intake } from '../ingest/intake.ts';
import type { SpaceMemories } from '../ingest/space-memory.ts';
import type { Call } from '../store/trace-store.ts';
import type { Log } from '../wal/log.ts';
import type { Turns } from '../wal/turns.ts';

export interface SpanLogOptions {
  readonly intake: Pick<Intake, 'accept'>;
  readonly memories: Pick<SpaceMemories, 'forget'>;
  readonly log: Pick<Log, 'seal' | 'stats'>;
  /** Taken by every load of a segment, and by what must not run beside one. */
  readonly loads: Turns;
  /** Rows that were ever durable in this log, those that an earlier run left included. */
  readonly durableRows: () => number;
}

const LOOK_EVERY_MS = 10;
const NO_BODY = new Uint8Array();

/** The write path as the store sees it: to write spans that are values, and to delete without a load in between. */
export function createSpanLog({ intake, memories, log, loads, durableRows }: SpanLogOptions): SpanLog {
  return {
    async write(space, spans) {
      const receipt = await intake.accept(space, NO_BODY, feedSpans(spans));
      if (receipt.rejected > 0) throw new Fault('invalid', receipt.message);
    },
    async settled(space, work, call) {
      memories.forget(space);
      await untilLoaded(durableRows(), log, durableRows, call);
      return loads.take(() => {
        // What was accepted while waiting may have noted facts again that are about to go.
        memories.forget(space);
        return work();
      });
    },
  };
}

/** Segments leave the log in the order in which they came: once so many rows have left, all that stood there are gone. */
async function untilLoaded(
  target: number,
  log: SpanLogOptions['log'],
  durableRows: () => number,
  call: Call,
): Promise<void> {
  await log.seal();
  while (durableRows() - log.stats().rows < target) {
    if (call.signal?.aborted === true) throw new Fault('cancelled', 'the request was cancelled');
    if (performance.now() > call.deadlineMs) {
      throw new Fault('too-slow', 'spans that were accepted before are not loaded yet; try again later');
    }
    await sleep(LOOK_EVERY_MS);
  }
}
