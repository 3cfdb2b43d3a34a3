import type { FaultCode } from '../../errors/fault.ts';
import type { EdgeLogger } from '../../platform/fault-report.ts';
import type { Space } from '../../space/space.ts';
import type { Decode, Intake } from '../intake.ts';
import type { Receipt } from '../receipt.ts';

/** The two encodings of OTLP; a request is answered in its own. */
export type OtlpEncoding = 'protobuf' | 'json';

export interface OtlpLimits {
  /** Of one request, packed or unpacked. */
  readonly maxBodyBytes: number;
  /** Of all requests that are admitted and not done. */
  readonly maxInflightBytes: number;
  /** How long a sender may take to send one request. */
  readonly bodyTimeoutMs: number;
}

/** What both of OTLP's edges stand on. */
export interface OtlpEdge {
  readonly intake: Intake;
  readonly decoders: Readonly<Record<OtlpEncoding, Decode>>;
  readonly limits: OtlpLimits;
  readonly spaceDefaults: Space;
  readonly logger: EdgeLogger;
  /** Called once for every request, for metrics. */
  readonly observe: (finished: FinishedRequest) => void;
}

export interface FinishedRequest {
  readonly protocol: 'http' | 'grpc';
  /** Undefined if the request was refused before it told. */
  readonly encoding: OtlpEncoding | undefined;
  readonly outcome: 'ok' | FaultCode;
  /** Of the body as decoded; 0 if it did not come so far. */
  readonly bodyBytes: number;
  /** What became of the spans; undefined unless the outcome is `ok`. */
  readonly receipt: Receipt | undefined;
  readonly durationMs: number;
}

/** A request on its way, filled in as it goes and observed once. */
export interface Watch {
  encoding: OtlpEncoding | undefined;
  bodyBytes: number;
  finish(outcome: 'ok' | FaultCode, receipt?: Receipt): void;
}

export function startWatch(edge: OtlpEdge, protocol: FinishedRequest['protocol']): Watch {
  const startedMs = performance.now();
  return {
    encoding: undefined,
    bodyBytes: 0,
    finish(outcome, receipt) {
      edge.observe({
        protocol,
        encoding: this.encoding,
        outcome,
        bodyBytes: this.bodyBytes,
        receipt,
        durationMs: performance.now() - startedMs,
      });
    },
  };
}
