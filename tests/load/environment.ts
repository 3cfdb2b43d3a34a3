import { availableParallelism, cpus } from 'node:os';
import { version } from 'chdb';
import type { Figures } from './figures.ts';

/** What a figure was measured on. */
export function environment(): Figures {
  const { libchdb } = version() as { libchdb?: string };
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    engine: libchdb ?? JSON.stringify(version()),
  };
}
