import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { presentRequest } from '../support/otlp-request.ts';
import { startSender } from '../support/sender.ts';
import { startServer, tidyUp } from '../support/server-process.ts';
import { expectBatches } from './batch-check.ts';
import { watchMemory } from './memory-watch.ts';
import { post } from './post.ts';
import { atLeast } from './repetitions.ts';
import { readStoppedStore } from './stopped-store.ts';

const LOAD_MS = atLeast(15_000, 'E2E_OVERLOAD_MS');
const INFLIGHT_MIB = 16;
const ENGINE_MIB = 512;
const LIMITS = {
  MAX_INFLIGHT_BYTES: `${INFLIGHT_MIB}MiB`,
  MAX_BODY_BYTES: '4MiB',
  MEMORY_LIMIT: `${ENGINE_MIB}MiB`,
  LOG_MAX_BYTES: '128MiB',
};
/** Bodies of 0.6 MiB each: together more than ten times what may be in work at once. */
const SENDERS = [1, 2].map((senderId) => ({ senderId, connections: 150, spansPerBatch: 2_000 }));
/** What an idle server is: the program, the engine's code and the heap that Node keeps. */
const IDLE_MIB = 400;
/** Of a request in work: as it came, unpacked, as columns, and as a block on its way to the disk. */
const COPIES = 6;
const MOST_MIB = IDLE_MIB + ENGINE_MIB + COPIES * INFLIGHT_MIB;

afterEach(tidyUp);

test(
  'ten times more than it can take: refusals that say when to retry, flat memory, and then service as usual',
  { timeout: 180_000 },
  async () => {
    const server = await startServer(LIMITS);
    const stopWatching = watchMemory(server);
    const senders = SENDERS.map((sent) =>
      startSender({ ...sent, url: server.addresses.otlpHttp, retryMs: 100 }),
    );
    await sleep(LOAD_MS);
    const reports = await Promise.all(senders.map((sender) => sender.stop()));
    const peakMib = stopWatching();

    const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged.length, 0);
    const refused = reports
      .flatMap(({ refusals }) => Object.values(refusals))
      .reduce((sum, count) => sum + count, 0);
    console.log(
      `${acknowledged} batches taken, ${refused} refused, peak ${Math.round(peakMib)} MiB of ${MOST_MIB} MiB allowed`,
    );
    for (const report of reports) expect(report).toMatchObject({ unexpected: [], broken: 0 });
    expect(acknowledged).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(10 * acknowledged);
    expect(peakMib).toBeLessThan(MOST_MIB);

    await server.settled();
    expect((await server.readiness()).ready).toBe(true);
    expect((await post(server.addresses.otlpHttp, presentRequest('svc', [{}]))).status).toBe(200);
    await server.stop();
    await readStoppedStore(server.dataDir, async (store) => {
      for (const [index, sent] of SENDERS.entries()) {
        await expectBatches(store, { ...sent, acknowledged: reports[index]!.acknowledged });
      }
    });
  },
);
