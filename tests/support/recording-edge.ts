import type { Edge, FinishedRequest } from '../../server/ingest/edge.ts';
import type { Decode, Intake } from '../../server/ingest/intake.ts';
import type { Receipt } from '../../server/ingest/receipt.ts';
import { createSpace, spaceKey } from '../../server/space/space.ts';

export const WHOLE: Receipt = {
  accepted: 1,
  fragments: 0,
  rejected: 0,
  clamped: 0,
  reasons: {},
  message: '',
};

interface Accepted {
  readonly space: string;
  readonly body: Buffer;
  readonly decode: Decode;
}

/** An edge that keeps what reaches it, for tests of what stands before it. */
export interface RecordingEdge extends Edge {
  readonly accepted: Accepted[];
  readonly finished: FinishedRequest[];
  readonly logged: object[];
  /** Bytes that are admitted and not yet released. */
  readonly admittedBytes: () => number;
  /** Change these to have the intake do something else. */
  onAdmit: (bytes: number) => void;
  onAccept: () => Receipt | Promise<Receipt>;
}

export function createRecordingEdge(limits: Partial<Edge['limits']> = {}): RecordingEdge {
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
      edge.accepted.push({ space: spaceKey(space), body: Buffer.from(body), decode });
      return edge.onAccept();
    },
  };
  const log = (fields: object): void => void edge.logged.push(fields);
  const edge: RecordingEdge = {
    intake,
    limits: {
      maxBodyBytes: 1024 * 1024,
      maxInflightBytes: 16 * 1024 * 1024,
      bodyTimeoutMs: 30_000,
      ...limits,
    },
    spaceDefaults: createSpace('default', 'public', 'traces'),
    portSpace: undefined,
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
