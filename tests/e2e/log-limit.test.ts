import { afterEach, expect, test } from 'vitest';
import { BatchMaker, presentRequest } from '../support/otlp-request.ts';
import { exportByGrpc } from '../support/sender-grpc.ts';
import { startSender } from '../support/sender.ts';
import { startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { expectBatches } from './batch-check.ts';
import { post } from './post.ts';
import { readStoppedStore } from './stopped-store.ts';

const LOG_MAX_BYTES = 16 * 2 ** 20;
/** Segments so small that the loader, who takes them one by one, cannot keep up with a sender. */
const SLOW_LOADER = {
  LOG_MAX_BYTES: String(LOG_MAX_BYTES),
  LOG_HIGH_WATER: '0.5',
  SEGMENT_MAX_BYTES: '64KiB',
  SEGMENT_MAX_ROWS: '200',
};
const SENT = { senderId: 6, connections: 8, spansPerBatch: 200 };
const GRPC_RESOURCE_EXHAUSTED = 8;

afterEach(tidyUp);

test(
  'past its high-water mark the log keeps senders out, and lets them in again by itself',
  { timeout: 180_000 },
  async () => {
    const server = await startServer(SLOW_LOADER);
    const { addresses } = server;
    const sender = startSender({ ...SENT, url: addresses.otlpHttp });

    await until('refusals', async () => ((await sender.report()).refusals['429'] ?? 0) > 20, {
      timeoutMs: 60_000,
    });
    const inJson = await until('a refusal in JSON', async () => {
      const answer = await post(addresses.otlpHttp, presentRequest('svc', [{}]));
      return answer.status === 429 && answer;
    });
    expect(inJson.retryAfterSeconds).toBeGreaterThan(0);
    expect(JSON.parse(inJson.body.toString())).toMatchObject({
      code: GRPC_RESOURCE_EXHAUSTED,
      message: expect.stringContaining('SPANHOUSE_LOG_MAX_BYTES') as string,
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo' }],
    });
    const byGrpc = await until('a refusal by gRPC', async () => {
      const outcome = await exportByGrpc(addresses.otlpGrpc, new BatchMaker(9, 1).make(1));
      return outcome.code !== 0 && outcome;
    });
    expect(byGrpc.code).toBe(GRPC_RESOURCE_EXHAUSTED);
    expect(byGrpc.details.toString('latin1')).toContain('google.rpc.RetryInfo');
    const full = await until('readiness to tell', async () => {
      const readiness = await server.readiness();
      return !readiness.ready && readiness;
    });
    expect(full.status).toBe(503);
    expect(full.checks['log']!.reason).toContain('SPANHOUSE_LOG_MAX_BYTES');
    expect(await server.metric('spanhouse_log_bytes')).toBeLessThanOrEqual(LOG_MAX_BYTES);

    const report = await sender.stop();
    expect(report).toMatchObject({ unexpected: [], broken: 0 });
    await until('the log to open again', async () => (await server.readiness()).ready, { timeoutMs: 60_000 });
    expect((await post(addresses.otlpHttp, presentRequest('svc', [{}]))).status).toBe(200);
    await server.settled();
    await server.stop();
    await readStoppedStore(server.dataDir, (store) =>
      expectBatches(store, { ...SENT, acknowledged: report.acknowledged }),
    );
  },
);
