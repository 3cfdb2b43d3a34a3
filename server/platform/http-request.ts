import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

const REQUEST_ID_HEADER = 'x-request-id';

/** The id under which the log speaks of this request; given to the client with the response. */
export function requestIdOf(response: ServerResponse): string {
  const given = response.getHeader(REQUEST_ID_HEADER);
  if (typeof given === 'string') return given;
  const id = randomUUID();
  response.setHeader(REQUEST_ID_HEADER, id);
  return id;
}

/** Aborts when the client goes away before it has its whole response. */
export function clientGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // A question is many statements, side by side, and each of them listens.
  setMaxListeners(0, controller.signal);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
