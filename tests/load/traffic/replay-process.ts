import type { ReplayOptions } from './replay.ts';
import { replaySpool } from './replay-spool.ts';

/** A program of its own: sends a spool, and answers with the report or with why it could not. */

process.once('message', (options: ReplayOptions) => {
  replaySpool(options)
    .catch((thrown: unknown) => String(thrown))
    .then((report) => process.send!(report, () => process.exit()))
    .catch(() => process.exit(1));
});
// Whoever started it is gone.
process.once('disconnect', () => process.exit());
