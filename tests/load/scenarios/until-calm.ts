import { setTimeout as sleep } from 'node:timers/promises';
import { readThreadCpuMs } from './process-reading.ts';
import type { MeasuredServer } from './measured-server.ts';

const STEP_MS = 1000;
/** Of a second: timers and the engine's look for merges, but no merge. */
const IDLE_CPU_MS = 80;
const TIMEOUT_MS = 900_000;

export interface CalmReading {
  /** What the server had used when the last work ended: the waiting itself is not counted. */
  readonly cpuMs: number;
  readonly threads: ReadonlyMap<string, number>;
}

/** Waits until all is loaded and merged: until the server has had next to nothing to do for so long. */
export async function untilCalm(server: MeasuredServer, calmSeconds: number): Promise<CalmReading> {
  await server.settled();
  const deadlineMs = performance.now() + TIMEOUT_MS;
  let lastBusy = readServer(server);
  let before = lastBusy.cpuMs;
  for (let idleMs = 0; idleMs < calmSeconds * 1000;) {
    if (performance.now() > deadlineMs) throw new Error(`the server was not calm within ${TIMEOUT_MS} ms`);
    await sleep(STEP_MS);
    const now = readServer(server);
    idleMs = now.cpuMs - before > IDLE_CPU_MS ? 0 : idleMs + STEP_MS;
    if (idleMs === 0) lastBusy = now;
    before = now.cpuMs;
  }
  return lastBusy;
}

function readServer(server: MeasuredServer): CalmReading {
  return { cpuMs: server.cpuMs(), threads: readThreadCpuMs(server.pid) };
}
