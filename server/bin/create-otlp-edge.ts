import type { Settings } from '../config/setting-table.ts';
import type { Intake } from '../ingest/intake.ts';
import { decodeJson } from '../ingest/otlp/decode-json.ts';
import { decodeProtobuf } from '../ingest/otlp/decode-protobuf.ts';
import type { OtlpEdge } from '../ingest/otlp/edge.ts';
import type { Logger } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createSpace } from '../space/space.ts';
import { countRequests } from './observe-intake.ts';

/** What OTLP's receivers, over HTTP and over gRPC, stand on. */
export function createOtlpEdge(
  settings: Settings,
  intake: Intake,
  metrics: Metrics,
  logger: Logger,
): OtlpEdge {
  return {
    intake,
    decoders: { protobuf: decodeProtobuf, json: decodeJson },
    limits: {
      maxBodyBytes: settings.maxBodyBytes,
      maxInflightBytes: settings.maxInflightBytes,
      bodyTimeoutMs: settings.bodyTimeoutMs,
    },
    spaceDefaults: createSpace(settings.defaultTenant, settings.defaultDb, settings.defaultTable),
    logger,
    observe: countRequests(metrics.intake),
  };
}
