import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { encodeRequest } from '../support/otlp-request.ts';
import { startServer, tidyUp } from '../support/server-process.ts';
import { post } from './post.ts';
import { readStoppedStore } from './stopped-store.ts';

/** Ten minutes of the same are a figure of `npm run bench`. */
const SECONDS = 30;
const SPANS_PER_SECOND = 10;
/** A part is made at most every 400 ms, the age at which a segment is sealed; merges keep far fewer. */
const MOST_PARTS = 30;

afterEach(tidyUp);

test('ten spans a second leave few parts', { timeout: 120_000 }, async () => {
  const server = await startServer();
  const startCpuMs = server.cpuMs();
  const startMs = performance.now();
  for (let span = 0; span < SECONDS * SPANS_PER_SECOND; span++) {
    expect(
      (await post(server.addresses.otlpHttp, encodeRequest('quiet', [{ name: `op ${span % 7}` }]))).status,
    ).toBe(200);
    const nextMs = startMs + ((span + 1) * 1_000) / SPANS_PER_SECOND;
    await sleep(Math.max(0, nextMs - performance.now()));
  }
  const share = (server.cpuMs() - startCpuMs) / (performance.now() - startMs);
  await server.settled();
  await server.stop();

  const [{ parts } = { parts: Infinity }] = await readStoppedStore(server.dataDir, (store) =>
    store.rows(
      `SELECT count() AS parts FROM system.parts WHERE active AND database = currentDatabase() AND table = 'spans'`,
    ),
  );
  console.log(
    `${SPANS_PER_SECOND} spans/s for ${SECONDS} s: ${(share * 100).toFixed(1)} % of a core, ${parts} parts`,
  );
  expect(parts).toBeLessThan(MOST_PARTS);
});
