import { setTimeout as sleep } from 'node:timers/promises';
import { type ProtocolName, PROTOCOLS } from '../traffic/protocols.ts';
import { replay } from '../traffic/replay.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { PreparedLoad } from './prepare-load.ts';
import { readThreadCpuMs } from './process-reading.ts';
import { type CalmReading, untilCalm } from './until-calm.ts';
import { watchMemory, type WatchedMemory } from './watch-memory.ts';

export const CONNECTIONS = 8;
/** After so long without a further span, what is still missing is taken to be lost. */
const STILL_MS = 1000;
const LOOK_EVERY_MS = 50;

export interface FlatOut {
  /** Fewer than were sent where nobody acknowledges. */
  readonly arrived: number;
  readonly acknowledgedPerSecond: number;
  readonly loadedPerSecond: number;
  readonly refusals: number;
  readonly latenciesMs: readonly number[];
  readonly memory: WatchedMemory;
  /** Of a span, until the last acknowledgement, until all was loaded, until merges were over. */
  readonly cpuMicros: Readonly<Record<'acknowledged' | 'loaded' | 'merged', number>>;
  readonly threads: ReadonlyMap<string, number>;
}

/** Sends a load as fast as it is acknowledged, and waits until nothing of it is left to do. */
export async function sendFlatOut(
  server: MeasuredServer,
  load: PreparedLoad,
  { protocol, calmSeconds }: { readonly protocol: ProtocolName; readonly calmSeconds: number },
): Promise<FlatOut> {
  const before = await server.acceptedSpans();
  const startCpuMs = server.cpuMs();
  const startThreads = readThreadCpuMs(server.pid);
  const startMs = performance.now();
  const stopWatching = watchMemory(server);
  const report = await replay({ ...server.target(protocol), spool: load.path, connections: CONNECTIONS });
  const arrived = await countArrived(server, protocol, { before, sent: load.spans });
  const micros = (cpuMs: number): number => ((cpuMs - startCpuMs) * 1000) / arrived;
  const acknowledged = micros(server.cpuMs());
  await server.settled();
  const memory = stopWatching();
  const loadedSeconds = (performance.now() - startMs) / 1000;
  const loaded = micros(server.cpuMs());
  const calm: CalmReading = await untilCalm(server, calmSeconds);
  return {
    arrived,
    acknowledgedPerSecond: arrived / report.seconds,
    loadedPerSecond: arrived / loadedSeconds,
    refusals: report.refusals,
    latenciesMs: report.latenciesMs,
    memory,
    cpuMicros: { acknowledged, loaded, merged: Math.max(micros(calm.cpuMs), loaded) },
    threads: new Map([...calm.threads].map(([name, ms]) => [name, ms - (startThreads.get(name) ?? 0)])),
  };
}

/**
 * How many of the spans that were sent the server has taken. Protocols whose senders look at the status alone are answered
 * well when any span of a request was: all have to be, where somebody answers.
 */
export async function countArrived(
  server: MeasuredServer,
  protocol: ProtocolName,
  { before, sent }: { readonly before: number; readonly sent: number },
): Promise<number> {
  let arrived = (await server.acceptedSpans()) - before;
  if (PROTOCOLS[protocol].transport.kind === 'udp') {
    for (let stillMs = 0; arrived < sent && stillMs < STILL_MS; stillMs += LOOK_EVERY_MS) {
      await sleep(LOOK_EVERY_MS);
      const now = (await server.acceptedSpans()) - before;
      if (now > arrived) stillMs = 0;
      arrived = now;
    }
    if (arrived === 0) throw new Error(`${sent} spans were sent by ${protocol}, and none has arrived`);
  } else if (arrived !== sent) {
    throw new Error(`${sent} spans were sent by ${protocol}, and ${arrived} were accepted`);
  }
  return arrived;
}
