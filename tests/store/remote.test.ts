import { SINGLE } from '../../server/clickhouse/deployment.ts';
import { openRemoteEngine } from '../../server/clickhouse/engine/remote.ts';
import { describeTraceStore } from '../../server/store/conformance.ts';
import { openClickHouseFront } from '../support/clickhouse-front.ts';
import { openTestStore } from '../support/open-test-store.ts';

/** A server to use instead of the front: the same suite then runs against the official image. */
const SERVER = process.env['TEST_CLICKHOUSE_URL'];

describeTraceStore('the remote engine', async () => {
  const front = SERVER === undefined ? await openClickHouseFront() : undefined;
  const engine = await openRemoteEngine({
    url: front?.url ?? SERVER!,
    user: 'default',
    password: process.env['TEST_CLICKHOUSE_PASSWORD'] ?? '',
    database: `spanhouse_test_${process.pid}`,
    deployment: SINGLE,
    connections: 8,
  });
  const opened = await openTestStore(engine);
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await front?.close();
    },
  };
});
