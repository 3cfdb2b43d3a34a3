import type { ServerProcess } from '../support/server-process.ts';

const LOOK_EVERY_MS = 100;

/** Looks at a server's memory until told to stop, and then says the most that it saw, in MiB. */
export function watchMemory(server: ServerProcess): () => number {
  let most = 0;
  const look = (): void => {
    if (!server.hasExited) most = Math.max(most, server.memory().residentMib);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}
