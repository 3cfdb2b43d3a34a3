import { once } from 'node:events';
import type { Request, Response } from 'express';
import { clientGone } from '../../platform/http-request.ts';
import { spaceOfRequest } from '../../space/space-of-request.ts';
import type { Space } from '../../space/space.ts';
import type { Call } from '../../store/trace-store.ts';
import type { JaegerOptions } from './options.ts';

/** Every path is also there under a prefix that names the space: a browser can set no header. */
export const PREFIXES = ['', '/t/:tenant/:db/:table'] as const;

/** The space that a request names by path or header. */
export function spaceOf(request: Request, { spaceDefaults }: Pick<JaegerOptions, 'spaceDefaults'>): Space {
  return spaceOfRequest({ path: request.params, headers: request.headersDistinct }, spaceDefaults);
}

/** How long the store may take for a request; it is given up when the client goes away. */
export function callOf(response: Response, { timeoutMs }: Pick<JaegerOptions, 'timeoutMs'>): Call {
  return { deadlineMs: performance.now() + timeoutMs, signal: clientGone(response) };
}

/** Writes the pieces as fast as the client takes them; stops when it has gone away. Does not end the response. */
export async function writePieces(
  response: Response,
  pieces: Iterable<string> | AsyncIterable<string>,
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
async function drained(response: Response): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const events = ['drain', 'close'].map((event) => once(response, event, { signal }).catch(() => undefined));
  await Promise.race(events);
  over.abort();
}

/** As Go's router says it. */
export function respondNotFound(response: Response): void {
  respondGoError(response, 404, '404 page not found');
}

/** As Go's `http.Error` writes it. */
export function respondGoError(response: Response, status: number, text: string): void {
  response.status(status);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('x-content-type-options', 'nosniff');
  response.end(`${text}\n`);
}
