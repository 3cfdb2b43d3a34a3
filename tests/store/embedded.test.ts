import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import { describeTraceStore } from '../../server/store/conformance.ts';
import { openTestStore } from '../support/open-test-store.ts';

describeTraceStore('the embedded engine', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-store-'));
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  const opened = await openTestStore(engine);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await rm(dataDir, { recursive: true });
    },
  };
});
