import type { Request, Response } from 'express';
import type { Fault } from '../errors/fault.ts';
import { type EdgeLogger, reportFault } from '../platform/fault-report.ts';
import { clientGone } from '../platform/http-request.ts';
import { spaceOfRequest } from '../space/space-of-request.ts';
import type { Space } from '../space/space.ts';
import type { Call } from '../store/trace-store.ts';

/** Every path is also there under a prefix that names the space: a browser can set no header. */
export const PREFIXES = ['', '/t/:tenant/:db/:table'] as const;

/** Whose spans a request means that does not say so. */
export interface SpaceRules {
  readonly spaceDefaults: Space;
  /** The space that the port is for, where it is for one: no request there may name another. */
  readonly portSpace?: Space | undefined;
}

/** The space that a request names by path, header or port. */
export function spaceOf(request: Request, { spaceDefaults, portSpace }: SpaceRules): Space {
  const carriers = { path: request.params, headers: request.headersDistinct, port: portSpace };
  return spaceOfRequest(carriers, spaceDefaults);
}

/** How long the store may take for a request; it is given up when the client goes away. */
export function callOf(response: Response, { timeoutMs }: { readonly timeoutMs: number }): Call {
  return { deadlineMs: performance.now() + timeoutMs, signal: clientGone(response) };
}

/** Writes the pieces as fast as the client takes them; stops when it has gone away. Does not end the response. */
export async function writePieces(
  response: Response,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
}

/** Many small traces make small pieces; each write of the response costs as much as some thousand characters. */
const WRITE_CHARACTERS = 1 << 15;

/** Joins small pieces into writes; one that must not wait for others ends its write. */
export async function* gatherPieces(
  pieces: Iterable<string> | AsyncIterable<string>,
  endsWrite: (piece: string) => boolean = () => false,
): AsyncGenerator<string, void> {
  let gathered = '';
  for await (const piece of pieces) {
    gathered += piece;
    if (gathered.length < WRITE_CHARACTERS && !endsWrite(piece)) continue;
    yield gathered;
    gathered = '';
  }
  if (gathered !== '') yield gathered;
}

/** Until the client has taken what is buffered, or has gone. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      response.off('drain', over).off('close', over);
      resolve();
    };
    response.on('drain', over).on('close', over);
  });
}

/** What ended a response before it was whole. A client that goes away is its own affair. */
export function reportBroken(thrown: unknown, requestId: string, logger: EdgeLogger): Fault {
  const fault = reportFault(thrown, requestId, logger);
  if (fault.code !== 'cancelled') {
    logger.warn({ code: fault.code, reason: fault.message }, 'a response ended before it was whole');
  }
  return fault;
}
