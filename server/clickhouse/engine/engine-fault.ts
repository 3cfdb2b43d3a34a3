import { Fault, type FaultCode } from '../../errors/fault.ts';

/** What the engine said, kept as the cause of a Fault so that the store can tell its refusals apart by number. */
export class EngineError extends Error {
  /** ClickHouse's number; 0 where it gave none. */
  readonly code: number;

  constructor(code: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'EngineError';
    this.code = code;
  }
}

/** ClickHouse's numbers that the store itself looks for. */
export const ENGINE_CODES = { cannotCompileRegexp: 427, tooManyRows: 158, unknownTable: 60 } as const;

/** When a short engine may be asked again. */
const RETRY_AFTER_MS = 1000;

interface Kind {
  readonly code: FaultCode;
  readonly message: string;
}

const MEMORY: Kind = {
  code: 'unavailable',
  message: 'the engine has no memory left for this; try again later',
};
const BUSY: Kind = { code: 'unavailable', message: 'the engine has too much to do; try again later' };
const DISK: Kind = { code: 'unavailable', message: 'the engine cannot write: its disk is full or failing' };
const AWAY: Kind = { code: 'unavailable', message: 'the engine cannot be reached; try again later' };
const SLOW: Kind = { code: 'too-slow', message: 'the engine did not finish before the deadline' };
const ROWS: Kind = { code: 'too-large', message: 'the statement would read more rows than it may' };
const COMPLEX: Kind = {
  code: 'too-large',
  message: 'the conditions are too many for one question; ask for fewer of them',
};
const CANCELLED: Kind = { code: 'cancelled', message: 'the request was cancelled' };
const REFUSED: Kind = { code: 'internal', message: 'the engine refused a statement; the log has the cause' };
const LOCKED_OUT: Kind = {
  code: 'failed-precondition',
  message:
    'the engine does not let us in: check the user and password in SPANHOUSE_CLICKHOUSE_URL and its grants',
};

/** ClickHouse's error numbers, for those that are not a mistake in the statement. */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [159, SLOW], // TIMEOUT_EXCEEDED
  [160, SLOW], // TOO_SLOW
  [ENGINE_CODES.tooManyRows, ROWS],
  [167, COMPLEX], // TOO_DEEP_AST
  [168, COMPLEX], // TOO_BIG_AST
  [306, COMPLEX], // TOO_DEEP_RECURSION
  [394, CANCELLED], // QUERY_WAS_CANCELLED
  [735, CANCELLED], // QUERY_WAS_CANCELLED_BY_CLIENT
  [173, MEMORY], // CANNOT_ALLOCATE_MEMORY
  [241, MEMORY], // MEMORY_LIMIT_EXCEEDED
  [202, BUSY], // TOO_MANY_SIMULTANEOUS_QUERIES
  [252, BUSY], // TOO_MANY_PARTS
  [439, BUSY], // CANNOT_SCHEDULE_TASK
  [75, DISK], // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  [243, DISK], // NOT_ENOUGH_SPACE
  [242, DISK], // TABLE_IS_READ_ONLY: replicas lose their keeper
  [209, AWAY], // SOCKET_TIMEOUT
  [210, AWAY], // NETWORK_ERROR
  [225, AWAY], // NO_ZOOKEEPER
  [236, AWAY], // ABORTED: the server is shutting down
  [279, AWAY], // ALL_CONNECTION_TRIES_FAILED
  [285, AWAY], // TOO_FEW_LIVE_REPLICAS
  [319, AWAY], // UNKNOWN_STATUS_OF_INSERT
  [999, AWAY], // KEEPER_EXCEPTION
  [192, LOCKED_OUT], // UNKNOWN_USER
  [193, LOCKED_OUT], // WRONG_PASSWORD
  [497, LOCKED_OUT], // ACCESS_DENIED
  [516, LOCKED_OUT], // AUTHENTICATION_FAILED
]);

/** The Fault for a failure to which ClickHouse gave a number. */
export function faultOfCode(code: number, cause: unknown): Fault {
  const kind = KINDS.get(code) ?? REFUSED;
  return new Fault(kind.code, kind.message, {
    cause: new EngineError(code, cause),
    ...(kind.code === 'unavailable' ? { retryAfterMs: RETRY_AFTER_MS } : {}),
  });
}

/** The Fault for an engine that gave no number because it could not be asked. */
export function faultOfAbsence(cause: unknown): Fault {
  return new Fault(AWAY.code, AWAY.message, {
    cause: new EngineError(0, cause),
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** ClickHouse's number behind a Fault, if there is one. */
export function engineCode(thrown: unknown): number | undefined {
  return thrown instanceof Fault && thrown.cause instanceof EngineError ? thrown.cause.code : undefined;
}
