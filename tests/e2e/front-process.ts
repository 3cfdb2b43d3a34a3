import { openClickHouseFront } from '../support/clickhouse-front.ts';

/** A program of its own, so that it can be killed: a ClickHouse as far as its clients can tell, on a directory and a port. */
const [directory, port] = process.argv.slice(2);
const front = await openClickHouseFront({ directory: directory!, port: Number(port) });
process.once('message', () => void front.close().then(() => process.exit()));
process.once('disconnect', () => process.exit());
process.send!({ url: front.url });
