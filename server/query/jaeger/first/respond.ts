import type { Request, Response } from 'express';
import type { Fault } from '../../../errors/fault.ts';
import type { EdgeLogger } from '../../../platform/fault-report.ts';
import { requestIdOf } from '../../../platform/http-request.ts';
import { GoQuery } from '../go-query.ts';
import { gatherPieces, reportBroken, writePieces } from '../../request.ts';
import { respondGoError } from '../respond-error.ts';
import { presentErrorEnvelope } from './envelope.ts';
import { wantsPretty } from './params.ts';
import { PrettyJson } from './pretty-json.ts';

/** A body that is there whole. */
export function respondJson(request: Request, response: Response, body: string): void {
  writeHead(response);
  response.end(wantsPretty(new GoQuery(request.url)) ? new PrettyJson().push(body) : body);
}

/** Every failure, but one for which it is too late: an envelope without data. */
export function respondFault(fault: Fault, response: Response): void {
  respondGoError(response, fault.kind.http, presentErrorEnvelope(fault.kind.http, fault.message));
}

/**
 * A body in pieces. The status is known when the first of it is there: a failure until then is thrown, and one after it
 * ends the connection, so that nobody takes half of an answer for all of it.
 */
export async function respondPieces(
  request: Request,
  response: Response,
  pieces: Iterable<string> | AsyncIterable<string>,
  logger: EdgeLogger,
): Promise<void> {
  const isPretty = wantsPretty(new GoQuery(request.url));
  const gathered = gatherPieces(pieces);
  const writes = isPretty ? prettied(gathered) : gathered;
  const first = await writes.next();
  // A header, so before the head is out.
  const requestId = requestIdOf(response);
  writeHead(response);
  try {
    if (first.done !== true) await writePieces(response, [first.value]);
    await writePieces(response, writes);
    response.end();
  } catch (thrown) {
    reportBroken(thrown, requestId, logger);
    response.destroy();
  } finally {
    // A client that went away leaves the rest unread: what holds it is let go.
    await writes.return();
  }
}

function writeHead(response: Response): void {
  response.status(200).setHeader('content-type', 'application/json');
}

async function* prettied(pieces: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  const pretty = new PrettyJson();
  for await (const piece of pieces) yield pretty.push(piece);
}
