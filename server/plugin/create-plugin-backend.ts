import { answerQueries, answerQueriesInPieces } from './answer-queries.ts';
import { checkHealth } from './health.ts';
import { createInstances } from './instance/instances.ts';
import type { PluginLog } from './log.ts';
import { createPluginMetrics } from './plugin-metrics.ts';
import type { PluginHandlers } from './protocol/plugin-handlers.ts';
import type { LoadQueryEngine } from './query-engine.ts';
import { callResource } from './resources/call-resource.ts';
import { publishStream, runStream, subscribeStream } from './stream/streams.ts';

export interface PluginBackend {
  readonly handlers: PluginHandlers;
  close(): void;
}

/** The backend without a door: what is asked over the plugin protocol, in a process of its own or in the server's. */
export function createPluginBackend(log: PluginLog, loadEngine: LoadQueryEngine): PluginBackend {
  const metrics = createPluginMetrics();
  const instances = createInstances((outcome) => {
    metrics.upstreamRequests.inc({ outcome });
  });
  const options = { instances, loadEngine, metrics, log };
  return {
    handlers: {
      queryData: (request, call) => answerQueries(options, request, call),
      queryChunkedData: (request, call, send) => answerQueriesInPieces(options, request, call, send),
      callResource: (request, call, send) => callResource(options, request, call, send),
      checkHealth: (request, call) => checkHealth(options, request, call),
      collectMetrics: async () => ({ metrics: { prometheus: Buffer.from(await metrics.scrape()) } }),
      subscribeStream,
      runStream: (request, call, send) => runStream(options, request, call, send),
      publishStream,
    },
    close() {
      instances.close();
    },
  };
}
