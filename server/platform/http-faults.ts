import type { ErrorRequestHandler, Request, Response } from 'express';
import { Fault } from '../errors/fault.ts';
import { type EdgeLogger, reportFault } from './fault-report.ts';
import { requestIdOf } from './http-request.ts';

/** Answers with a fault in the dialect of the protocol. */
export type RespondFault = (fault: Fault, request: Request, response: Response) => void;

/** The last handler of a router: whatever a route threw becomes one Fault, logged where it is ours, and answered. */
export function handleFaults(logger: EdgeLogger, respond: RespondFault): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const fault = reportFault(translate(thrown, request), requestIdOf(response), logger);
    if (response.headersSent) next(fault);
    else respond(fault, request, response);
  };
}

/** express decodes the parts of a path before any handler runs. */
function translate(thrown: unknown, request: Request): unknown {
  if (!(thrown instanceof URIError)) return thrown;
  return new Fault('invalid', `the path ${JSON.stringify(request.path)} is not validly percent-encoded`, {
    field: 'path',
    cause: thrown,
  });
}
