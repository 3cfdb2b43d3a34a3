/** gRPC's canonical status numbers, the ones that faults map to. */
const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

interface FaultKind {
  readonly http: number;
  readonly grpc: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}

/** Every way a request can fail. Protocols render these; nobody invents a status of their own. */
export const FAULT_KINDS = {
  invalid: { http: 400, grpc: GRPC.invalidArgument, retryable: false },
  unauthenticated: { http: 401, grpc: GRPC.unauthenticated, retryable: false },
  forbidden: { http: 403, grpc: GRPC.permissionDenied, retryable: false },
  'not-found': { http: 404, grpc: GRPC.notFound, retryable: false },
  'method-not-allowed': { http: 405, grpc: GRPC.unimplemented, retryable: false },
  'too-large': { http: 413, grpc: GRPC.invalidArgument, retryable: false },
  'unsupported-media': { http: 415, grpc: GRPC.invalidArgument, retryable: false },
  'too-slow': { http: 504, grpc: GRPC.deadlineExceeded, retryable: true },
  cancelled: { http: 499, grpc: GRPC.cancelled, retryable: true },
  'failed-precondition': { http: 412, grpc: GRPC.failedPrecondition, retryable: false },
  overloaded: { http: 429, grpc: GRPC.resourceExhausted, retryable: true },
  unavailable: { http: 503, grpc: GRPC.unavailable, retryable: true },
  unimplemented: { http: 501, grpc: GRPC.unimplemented, retryable: false },
  internal: { http: 500, grpc: GRPC.internal, retryable: false },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof FAULT_KINDS;

/** What a refusal names, so that whoever reads it knows what to change. */
export interface FaultDetail {
  /** The header, parameter or path inside the message that was wrong. */
  readonly field?: string;
  /** The offending value, shortened by whoever throws; never a secret. */
  readonly value?: string;
  /** The setting that would lift the limit, with its `SPANHOUSE_` prefix. */
  readonly setting?: string;
  /** Byte offset in the unpacked body at which it stopped making sense. */
  readonly offset?: number;
  /** When to come back; only on retryable codes. */
  readonly retryAfterMs?: number;
  /** Logged, never shown to a client. */
  readonly cause?: unknown;
}

/** The one error that crosses module boundaries. Its message is safe to show to a client. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly field: string | undefined;
  readonly value: string | undefined;
  readonly setting: string | undefined;
  readonly offset: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'Fault';
    this.code = code;
    this.field = detail.field;
    this.value = detail.value;
    this.setting = detail.setting;
    this.offset = detail.offset;
    this.retryAfterMs = detail.retryAfterMs;
  }

  get kind(): FaultKind {
    return FAULT_KINDS[this.code];
  }
}

/** Turns whatever was thrown into a Fault; what is not one already becomes `internal` with its cause kept for the log. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new Fault('cancelled', 'the request was cancelled', { cause: thrown });
  }
  return new Fault(
    'internal',
    'something went wrong on our side; the log has the cause under this request id',
    {
      cause: thrown,
    },
  );
}
