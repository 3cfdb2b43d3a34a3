import { type Response, Router } from 'express';
import { toFault } from '../errors/fault.ts';
import { within } from './clock.ts';
import { type Metrics, scrape } from './metrics.ts';

/** The state of one part of the program, for whoever asks whether it can take and answer data. */
export interface Check {
  readonly ready: boolean;
  /** Why it is not ready, or what an operator should know all the same. */
  readonly reason?: string;
  /** Figures behind it. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type Checks = Readonly<Record<string, () => Check | Promise<Check>>>;

/** An orchestrator asks every few seconds and gives up soon: a part that does not answer by then is not ready. */
const CHECK_TIMEOUT_MS = 2_000;

/** `/healthz` the process lives; `/readyz` every check, 503 unless all are ready; `/metrics` for Prometheus. */
export function createHealthRouter(checks: Checks, metrics: Metrics): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', async (_request, response) => {
    respondReadiness(response, await runChecks(checks));
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await scrape(metrics));
  });
  return router;
}

function respondReadiness(response: Response, checks: Readonly<Record<string, Check>>): void {
  const ready = Object.values(checks).every((check) => check.ready);
  response.status(ready ? 200 : 503).json({ ready, checks });
}

async function runChecks(checks: Checks): Promise<Record<string, Check>> {
  const entries = Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function runCheck(check: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await within(CHECK_TIMEOUT_MS, check);
  } catch (thrown) {
    return { ready: false, reason: toFault(thrown).message };
  }
}
