import type { FaultCode } from '../errors/fault.ts';
import type { EdgeLogger } from '../platform/fault-report.ts';
import type { Space } from '../space/space.ts';
import type { Decode, Intake } from './intake.ts';
import type { Receipt } from './receipt.ts';

export interface EdgeLimits {
  /** Of one request, packed or unpacked. */
  readonly maxBodyBytes: number;
  /** Of all requests that are admitted and not done. */
  readonly maxInflightBytes: number;
  /** How long a sender may take to send one request. */
  readonly bodyTimeoutMs: number;
}

/** What every receiver stands on. */
export interface Edge {
  readonly intake: Intake;
  readonly limits: EdgeLimits;
  readonly spaceDefaults: Space;
  /** The space that the port is for, where it is for one: no request there may name another. */
  readonly portSpace: Space | undefined;
  readonly logger: EdgeLogger;
  /** Called once for every request, for metrics. */
  readonly observe: (finished: FinishedRequest) => void;
}

/** A form in which a protocol writes its spans, and who reads it. */
export interface Format {
  readonly name: string;
  readonly decode: Decode;
}

export interface FinishedRequest {
  /** Such as `otlp-http`. */
  readonly protocol: string;
  /** Undefined if the request was refused before it told. */
  readonly format: string | undefined;
  readonly outcome: 'ok' | FaultCode;
  /** Of the body as decoded; 0 if it did not come so far. */
  readonly bodyBytes: number;
  /** What became of the spans; undefined unless the outcome is `ok`. */
  readonly receipt: Receipt | undefined;
  readonly durationMs: number;
}

/** A request on its way, filled in as it goes and observed once. */
export interface Watch {
  format: string | undefined;
  bodyBytes: number;
  finish(outcome: 'ok' | FaultCode, receipt?: Receipt): void;
}

export function startWatch(edge: Edge, protocol: string): Watch {
  const startedMs = performance.now();
  return {
    format: undefined,
    bodyBytes: 0,
    finish(outcome, receipt) {
      edge.observe({
        protocol,
        format: this.format,
        outcome,
        bodyBytes: this.bodyBytes,
        receipt,
        durationMs: performance.now() - startedMs,
      });
    },
  };
}
