import type { Response } from 'express';
import type { Fault } from '../../errors/fault.ts';
import type { EdgeLogger } from '../../platform/fault-report.ts';
import { requestIdOf } from '../../platform/http-request.ts';
import { gatherPieces, reportBroken, writePieces } from '../request.ts';

/** eKuiper's own numbers. */
const NOT_FOUND = 1002;
const UNDEFINED = 1000;

export function respondFault(fault: Fault, response: Response): void {
  const { code, kind, message, retryAfterMs } = fault;
  if (retryAfterMs !== undefined) response.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  response.status(kind.http);
  writeType(response);
  response.end(JSON.stringify({ error: code === 'not-found' ? NOT_FOUND : UNDEFINED, message }));
}

export function respondJson(response: Response, body: object): void {
  writeType(response);
  response.end(JSON.stringify(body));
}

/** What fails on the way ends the connection, so that nobody takes half of a trace for all of it. */
export async function respondPieces(
  response: Response,
  pieces: Iterable<string>,
  logger: EdgeLogger,
): Promise<void> {
  // A header, so before the head is out.
  const requestId = requestIdOf(response);
  writeType(response);
  try {
    await writePieces(response, gatherPieces(pieces));
    response.end();
  } catch (thrown) {
    reportBroken(thrown, requestId, logger);
    response.destroy();
  }
}

/** Without a charset, as eKuiper. */
function writeType(response: Response): void {
  response.setHeader('content-type', 'application/json');
}
