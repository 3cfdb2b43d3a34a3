import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import { describeTraceStore } from '../../server/store/conformance.ts';
import { openTestStore } from '../support/open-test-store.ts';

describeTraceStore('the embedded engine', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-store-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  const { store, job, close } = await openTestStore(engine);
  return {
    store,
    closeMinutes: async (nowMs) => {
      const minute = Math.floor(nowMs / 60_000);
      job.noteLoaded(Array.from({ length: 5 }, (_, back) => minute - back));
      await job.run(Date.now(), { deadlineMs: performance.now() + 60_000 });
    },
    close: async () => {
      await close();
      await rm(dataDir, { recursive: true });
    },
  };
});
