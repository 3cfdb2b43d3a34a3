import { fork } from 'node:child_process';
import { answerOf } from '../child.ts';
import type { ProtocolName } from './protocols.ts';

export interface ReplayOptions {
  readonly protocol: ProtocolName;
  /** `host:port` of the listener that takes the protocol. */
  readonly address: string;
  readonly spool: string;
  readonly connections: number;
  /** Requests are sent no faster than this; absent: as fast as they are acknowledged, or as their protocol can bear. */
  readonly spansPerSecond?: number;
  /** Requests take turns among these tenants; absent: they name none. */
  readonly tenants?: readonly string[];
}

export interface ReplayReport {
  /** Acknowledged, or sent where nobody acknowledges. */
  readonly spans: number;
  readonly seconds: number;
  /** Answers that said to come back; each such request was sent again. */
  readonly refusals: number;
  /** From the moment a request was due, so that a server which falls behind cannot hide it. */
  readonly latenciesMs: readonly number[];
}

/** Sends a spool from a process of its own, so that encoding and sending are nobody else's cost. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const child = fork(new URL('./replay-process.js', import.meta.url), { serialization: 'advanced' });
  child.send(options);
  const report = await answerOf<ReplayReport | string>(child, 'the sender');
  if (typeof report === 'string') throw new Error(report);
  return report;
}
