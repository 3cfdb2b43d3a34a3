import type { SpanLog } from '../clickhouse/trace-store.ts';
import { Fault } from '../errors/fault.ts';
import { feedSpans } from '../ingest/feed-spans.ts';
import type { OwnedIntake } from '../ingest/create-intake.ts';
import type { SpaceMemories } from '../ingest/space-memory.ts';
import type { Loader } from '../wal/loader.ts';
import type { Log } from '../wal/log.ts';

export interface SpanLogOptions {
  readonly intake: Pick<OwnedIntake, 'accept' | 'between'>;
  readonly memories: Pick<SpaceMemories, 'forget'>;
  readonly log: Pick<Log, 'seal' | 'sealedNumber'>;
  readonly loader: Pick<Loader, 'settled'>;
}

const NO_BODY = new Uint8Array();

/** The write path as the store sees it: to write spans that are values, and to delete without a load in between. */
export function createSpanLog({ intake, memories, log, loader }: SpanLogOptions): SpanLog {
  return {
    async write(space, spans) {
      const receipt = await intake.accept(space, NO_BODY, feedSpans(spans));
      if (receipt.rejected > 0) throw new Fault('invalid', receipt.message);
    },
    async settled(space, work, call) {
      // Between two requests: what came before stands in sealed segments with its facts, what comes after brings its own.
      const upTo = await intake.between(async () => {
        await log.seal();
        memories.forget(space);
        return log.sealedNumber();
      });
      return loader.settled(upTo, work, call);
    },
  };
}
