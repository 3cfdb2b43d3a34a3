import { quantile } from '../quantile.ts';
import type { MeasuredServer } from './measured-server.ts';

const LOOK_EVERY_MS = 200;

export interface WatchedMemory {
  readonly medianMib: number;
  readonly mostMib: number;
}

/** Looks at a server's memory until told to stop, and then says what it saw. */
export function watchMemory(server: MeasuredServer): () => WatchedMemory {
  const seen: number[] = [server.residentMib()];
  const timer = setInterval(() => seen.push(server.residentMib()), LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    seen.push(server.residentMib());
    return { medianMib: quantile(seen, 0.5), mostMib: Math.max(...seen) };
  };
}
