import type { OtlpEdge, FinishedRequest } from '../../server/ingest/otlp/edge.ts';
import type { Decode, Intake } from '../../server/ingest/intake.ts';
import type { Receipt } from '../../server/ingest/receipt.ts';
import { createSpace, spaceKey } from '../../server/space/space.ts';

export const WHOLE: Receipt = { accepted: 1, rejected: 0, clamped: 0, reasons: {}, message: '' };

interface Accepted {
  readonly space: string;
  readonly body: Buffer;
  readonly encoding: 'protobuf' | 'json';
}

/** An edge that keeps what reaches it, for tests of what stands before it. */
export interface RecordingEdge extends OtlpEdge {
  readonly accepted: Accepted[];
  readonly finished: FinishedRequest[];
  readonly logged: object[];
  /** Bytes that are admitted and not yet released. */
  readonly admittedBytes: () => number;
  /** Change these to have the intake do something else. */
  onAdmit: (bytes: number) => void;
  onAccept: () => Receipt | Promise<Receipt>;
}

export function createRecordingEdge(limits: Partial<OtlpEdge['limits']> = {}): RecordingEdge {
  let admitted = 0;
  const intake: Intake = {
    admit(bytes) {
      edge.onAdmit(bytes);
      admitted += bytes;
      return () => {
        admitted -= bytes;
      };
    },
    async accept(space, body, decode) {
      const encoding = decode === edge.decoders.json ? 'json' : 'protobuf';
      edge.accepted.push({ space: spaceKey(space), body: Buffer.from(body), encoding });
      return edge.onAccept();
    },
  };
  const log = (fields: object): void => void edge.logged.push(fields);
  const edge: RecordingEdge = {
    intake,
    decoders: { protobuf: decodeNothing(), json: decodeNothing() },
    limits: {
      maxBodyBytes: 1024 * 1024,
      maxInflightBytes: 16 * 1024 * 1024,
      bodyTimeoutMs: 30_000,
      ...limits,
    },
    spaceDefaults: createSpace('default', 'public', 'traces'),
    logger: { error: log, warn: log, info: log },
    observe: (finished) => void edge.finished.push(finished),
    accepted: [],
    finished: [],
    logged: [],
    admittedBytes: () => admitted,
    onAdmit: () => undefined,
    onAccept: () => WHOLE,
  };
  return edge;
}

/** A function of its own each time, so that the intake can tell which one it got. */
function decodeNothing(): Decode {
  return function* decode() {
    yield* [];
  };
}
