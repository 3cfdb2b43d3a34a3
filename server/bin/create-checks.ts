import type { Engine } from '../clickhouse/engine/engine.ts';
import type { Check, Checks } from '../platform/health.ts';
import type { Shutdown } from '../platform/shutdown.ts';
import type { LoaderStats } from '../wal/loader.ts';
import type { LogStats } from '../wal/log.ts';

/** Half of what the asker of readiness waits. */
const PROBE_TIMEOUT_MS = 1_000;

/** What must hold for the program to take and answer data. */
export function createChecks(
  engine: Pick<Engine, 'read' | 'kind'>,
  path: { readonly log: { stats(): LogStats }; readonly loader: { stats(): LoaderStats } },
  shutdown: Pick<Shutdown, 'stopping'>,
): Checks {
  return {
    engine: () => checkEngine(engine),
    log: () => checkLog(path.log.stats()),
    loader: () => checkLoader(path.loader.stats(), path.log.stats()),
    process: () => (shutdown.stopping() ? { ready: false, reason: 'it is stopping' } : { ready: true }),
  };
}

async function checkEngine(engine: Pick<Engine, 'read' | 'kind'>): Promise<Check> {
  await engine.read('SELECT 1', { deadlineMs: performance.now() + PROBE_TIMEOUT_MS });
  return { ready: true, detail: { kind: engine.kind } };
}

function checkLog({ hasRoom, bytes, maxBytes, rows, segments, oldestAgeMs }: LogStats): Check {
  const detail = { bytes, maxBytes, spans: rows, segments, oldestAgeMs };
  if (hasRoom) return { ready: true, detail };
  const reason = `the log is full at ${bytes} of ${maxBytes} bytes (SPANHOUSE_LOG_MAX_BYTES): the engine is behind`;
  return { ready: false, reason, detail };
}

/** A loader in trouble is shown and nothing more: the log takes spans meanwhile, and what was set aside stays so. */
function checkLoader({ failures, lastFault, isHolding }: LoaderStats, { setAside }: LogStats): Check {
  const reasons: string[] = [];
  if (isHolding)
    reasons.push('the engine refuses block after block, so they wait in the log until it takes one');
  if (lastFault !== undefined) reasons.push(`${failures} attempts in a row failed: ${lastFault.message}`);
  if (setAside > 0)
    reasons.push(`${setAside} files of spans that cannot be loaded lie in the set-aside folder`);
  const detail = { failures, setAside, isHolding };
  return reasons.length === 0 ? { ready: true, detail } : { ready: true, reason: reasons.join('; '), detail };
}
