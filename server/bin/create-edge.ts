import type { Settings } from '../config/setting-table.ts';
import type { Edge } from '../ingest/edge.ts';
import type { Intake } from '../ingest/intake.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createSpace } from '../space/space.ts';
import { countRequests } from './observe-intake.ts';

/** What the receivers of every protocol stand on. */
export function createEdge(settings: Settings, intake: Intake, metrics: Metrics, logger: Logger): Edge {
  return {
    intake,
    limits: {
      maxBodyBytes: settings.maxBodyBytes,
      maxInflightBytes: settings.maxInflightBytes,
      bodyTimeoutMs: settings.bodyTimeoutMs,
    },
    spaceDefaults: createSpace(settings.defaultTenant, settings.defaultDb, settings.defaultTable),
    portSpace: undefined,
    logger,
    observe: countRequests(metrics.intake),
  };
}
