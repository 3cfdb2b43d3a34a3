import type { Response } from 'express';
import type { Fault } from '../../errors/fault.ts';
import { type EdgeLogger, reportFault } from '../../platform/fault-report.ts';
import { requestIdOf } from '../../platform/http-request.ts';
import { gatherPieces, writePieces } from '../request.ts';

export function respondFault(fault: Fault, response: Response): void {
  const { code, message, field, setting, retryAfterMs } = fault;
  if (retryAfterMs !== undefined) response.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  response.status(fault.kind.http).json({
    error: {
      code,
      message,
      ...(field === undefined ? {} : { field }),
      ...(setting === undefined ? {} : { setting }),
    },
  });
}

/** A document with a list in it. */
export interface ListDocument {
  /** What stands before the items, and what after them. */
  readonly before: string;
  readonly after: string;
  /** Items in parts, each in pieces: commas stand between the items of a part, not between parts. */
  readonly parts: AsyncIterable<Iterable<string>> | Iterable<Iterable<string>>;
}

/**
 * Writes the document as its parts come. What fails before the first is thrown, so that it has its status; what fails
 * after it ends the connection, so that nobody takes half of an answer for all of it.
 */
export async function respondList(
  response: Response,
  document: ListDocument,
  logger: EdgeLogger,
): Promise<void> {
  const pieces = gatherPieces(documentOf(document));
  const first = await pieces.next();
  // A header, so before the head is out.
  const requestId = requestIdOf(response);
  response.status(200).setHeader('content-type', 'application/json');
  try {
    if (first.done !== true) await writePieces(response, [first.value]);
    await writePieces(response, pieces);
    response.end();
  } catch (thrown) {
    const fault = reportFault(thrown, requestId, logger);
    // A client that goes away is its own affair.
    if (fault.code !== 'cancelled') {
      logger.warn({ code: fault.code, reason: fault.message }, 'a response ended before it was whole');
    }
    response.destroy();
  } finally {
    // A client that went away leaves the rest unread: what holds it is let go.
    await pieces.return();
  }
}

async function* documentOf({ before, after, parts }: ListDocument): AsyncGenerator<string> {
  yield before;
  let comma = '';
  for await (const part of parts) {
    let opening = comma;
    for (const piece of part) {
      yield opening + piece;
      opening = '';
      comma = ',';
    }
  }
  yield after;
}
