import { Fault, toFault } from '../errors/fault.ts';

/** What edges need of a logger; pino's has this shape. */
export interface EdgeLogger {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * The Fault that a client may be told of whatever was thrown. The cause of an internal one goes to the log, and the
 * client gets the id under which it stands there.
 */
export function reportFault(thrown: unknown, requestId: string, logger: EdgeLogger): Fault {
  const fault = toFault(thrown);
  if (fault.code !== 'internal') return fault;
  logger.error({ err: fault.cause ?? fault, requestId }, 'a request failed for a reason of ours');
  return new Fault(
    'internal',
    `something went wrong on our side; the log has the cause under request id ${requestId}`,
  );
}
