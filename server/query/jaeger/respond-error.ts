import type { Response } from 'express';

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
