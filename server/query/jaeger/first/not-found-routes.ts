import { Router } from 'express';
import { respondNotFound } from '../respond-error.ts';

/** A path of the API, under a prefix that names the space or without one. */
const API = /^(?:\/t\/[^/]+\/[^/]+\/[^/]+)?\/api\//;

/**
 * What no other route of the API took; to be mounted after all of them. As Go's router does it: a path with dot segments
 * or empty ones is sent to the clean one, every other is not found, whatever the method.
 */
export function createNotFoundRoutes(): Router {
  const router = Router();
  router.use((request, response, next) => {
    const [path = '', ...query] = request.url.split('?');
    const clean = cleanPath(path);
    if (!API.test(clean)) next();
    else if (clean === path) respondNotFound(response);
    else response.redirect(301, request.baseUrl + [clean, ...query].join('?'));
  });
  return router;
}

/** A slash at the end stays. */
function cleanPath(path: string): string {
  const clean: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') clean.pop();
    else if (segment !== '' && segment !== '.') clean.push(segment);
  }
  const isFolder = /\/\.{0,2}$/.test(path) && clean.length > 0;
  return `/${clean.join('/')}${isFolder ? '/' : ''}`;
}
