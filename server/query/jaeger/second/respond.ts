import type { Request, Response } from 'express';
import type { Fault } from '../../../errors/fault.ts';
import type { EdgeLogger } from '../../../platform/fault-report.ts';
import { requestIdOf } from '../../../platform/http-request.ts';
import { gatherPieces, reportBroken, writePieces } from '../../request.ts';
import { respondGoError } from '../respond-error.ts';
import { END_LINE, presentError } from './envelope.ts';

const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';

/** A list that is answered as one document, or as one line for each part of it. */
export interface Listing {
  /** What stands before and after the elements in the document, and in a line. */
  readonly document: readonly [before: string, after: string];
  readonly line: readonly [before: string, after: string];
  /** Each part's elements, in pieces: commas stand between the elements of a part, not between parts. */
  readonly parts: AsyncIterable<Iterable<string>>;
}

/** A body that is there whole. */
export function respondJson(response: Response, body: string): void {
  writeHead(response, JSON_TYPE);
  response.end(body);
}

/** Every failure, but one for which it is too late. */
export function respondFault(fault: Fault, response: Response): void {
  respondGoError(response, fault.kind.http, presentError(fault));
}

/** A list as the client wants it: who names lines gets lines, whatever else it names; everybody else gets a document. */
export async function respondListing(
  request: Request,
  response: Response,
  listing: Listing,
  logger: EdgeLogger,
): Promise<void> {
  const asLines = wantsLines(request.headers.accept ?? '');
  // Told with the head of the response: after it, it is too late.
  const requestId = requestIdOf(response);
  response.vary('Accept');
  writeHead(response, asLines ? LINES_TYPE : JSON_TYPE);
  try {
    // Where each line counts, none waits for the next.
    const writes = asLines
      ? gatherPieces(linesOf(listing), (piece) => piece.endsWith('\n'))
      : gatherPieces(documentOf(listing));
    await writePieces(response, writes);
    response.end(asLines ? `${END_LINE}\n` : undefined);
  } catch (thrown) {
    const fault = reportBroken(thrown, requestId, logger);
    // Lines can say what happened; of a document nobody shall take half for the whole.
    if (asLines) response.end(`${presentError(fault)}\n`);
    else response.destroy();
  }
}

/** Wildcards do not ask for it, and `q=0` refuses it. */
function wantsLines(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === LINES_TYPE && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function writeHead(response: Response, type: string): void {
  response.status(200).setHeader('content-type', type);
}

async function* documentOf({ document: [before, after], parts }: Listing): AsyncGenerator<string> {
  yield before;
  let comma = '';
  for await (const part of parts) {
    yield comma;
    yield* part;
    comma = ',';
  }
  yield after;
}

async function* linesOf({ line: [before, after], parts }: Listing): AsyncGenerator<string> {
  for await (const part of parts) {
    yield before;
    yield* part;
    yield `${after}\n`;
  }
}
