import type { RequestHandler } from 'express';

const SHOWN_CHARACTERS = 200;

/** The last handler of a port: what nobody there serves. */
export const answerUnknownPath: RequestHandler = ({ method, path }, response) => {
  const shown = path.length > SHOWN_CHARACTERS ? `${path.slice(0, SHOWN_CHARACTERS)}…` : path;
  response.status(404).type('text').setHeader('x-content-type-options', 'nosniff');
  response.send(`nothing answers ${method} ${shown} on this port\n`);
};
