import { availableParallelism, cpus } from 'node:os';
import { version } from 'chdb';

/** What a figure was measured on. */
export function environment(): Record<string, unknown> {
  return { cores: availableParallelism(), processor: cpus()[0]?.model, node: process.version, engine: version() };
}
