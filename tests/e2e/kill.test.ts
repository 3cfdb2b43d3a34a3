import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createSpace } from '../../server/space/space.ts';
import { startSender } from '../support/sender.ts';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { expectBatches, expectCountsAgree } from './batch-check.ts';
import { atLeast } from './repetitions.ts';
import { readStoppedStore } from './stopped-store.ts';

const KILLS = atLeast(20, 'E2E_KILLS');
const LONGEST_LIFE_MS = 1_500;
/** Some are killed while they start: recovery has to stand that too. */
const KILLED_AT_START_EVERY = 5;
const SENDER = { senderId: 7, connections: 4, spansPerBatch: 100 };

afterEach(tidyUp);

test(
  `killed ${KILLS} times under load, it has every acknowledged span once`,
  { timeout: 600_000 },
  async () => {
    let server = await startServer();
    const sender = startSender({ ...SENDER, url: server.addresses.otlpHttp });

    for (let kill = 1; kill <= KILLS; kill++) {
      await sleep(Math.random() * LONGEST_LIFE_MS);
      await server.kill();
      if (kill % KILLED_AT_START_EVERY === 0) await killWhileStarting(server);
      server = await server.startAgain();
    }

    const report = await sender.stop();
    await server.settled();
    await server.stop();
    expect(report.unexpected).toEqual([]);
    expect(report.acknowledged.length).toBeGreaterThan(KILLS);

    await readStoppedStore(server.dataDir, async (store) => {
      const rows = await expectBatches(store, { ...SENDER, acknowledged: report.acknowledged });
      await expectCountsAgree(store, createSpace('default', 'public', 'traces'));
      console.log(
        `${KILLS} kills, ${report.acknowledged.length} batches acknowledged, ${report.broken} broken, ${rows} spans stored`,
      );
    });
  },
);

async function killWhileStarting(server: ServerProcess): Promise<void> {
  const starting = server.spawnAgain();
  await sleep(Math.random() * LONGEST_LIFE_MS);
  await starting.kill();
}
