import { type Request, type Response, Router } from 'express';
import { Fault } from '../../errors/fault.ts';
import type { EdgeLogger } from '../../platform/fault-report.ts';
import { handleFaults } from '../../platform/http-faults.ts';
import { clientGone } from '../../platform/http-request.ts';
import type { SpacePart } from '../../space/space.ts';
import type { TraceStore } from '../../store/trace-store.ts';
import { presentSpace } from './present.ts';

export interface SpacesRoutesOptions {
  readonly store: Pick<TraceStore, 'spaces'>;
  readonly timeoutMs: number;
  readonly logger: EdgeLogger;
}

/** `GET /api/v1/spaces`: every space that holds spans, or those of one tenant, or of one db. */
export function createSpacesRoutes(options: SpacesRoutesOptions): Router {
  const router = Router();
  router.get('/api/v1/spaces', (request, response) => listSpaces(options, request, response));
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      response.status(fault.kind.http).json({ error: { code: fault.code, message: fault.message } });
    }),
  );
  return router;
}

async function listSpaces(options: SpacesRoutesOptions, request: Request, response: Response): Promise<void> {
  const tenant = parseFilter(request, 'tenant');
  const db = parseFilter(request, 'db');
  const call = { deadlineMs: performance.now() + options.timeoutMs, signal: clientGone(response) };
  const summaries = await options.store.spaces(call);
  const wanted = summaries.filter(
    ({ space }) => (tenant ?? space.tenant) === space.tenant && (db ?? space.db) === space.db,
  );
  response.json({ spaces: wanted.map(presentSpace) });
}

function parseFilter(request: Request, part: SpacePart): string | undefined {
  const value = request.query[part];
  if (value === undefined || typeof value === 'string') return value;
  throw new Fault('invalid', `the parameter "${part}" may be given once`, { field: part });
}
