import { status as grpcStatus } from '@grpc/grpc-js';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createSpace } from '../../server/space/space.ts';
import { BatchMaker } from '../support/otlp-request.ts';
import {
  makeDataDir,
  type ServerProcess,
  spawnServer,
  startServer,
  tidyUp,
} from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { post } from './post.ts';
import {
  datagramOf,
  type Door,
  DOORS,
  hexId,
  JAEGER_DOOR,
  knock,
  LINES_DOOR,
  portOf,
  ZIPKIN_DOOR,
} from './receivers/doors.ts';
import { expectAllWell, expectDropped, expectNoRoom } from './receivers/every-way-in.ts';
import { callGrpc, POST_SPANS, postSpansOf } from './receivers/grpc-call.ts';
import { readStoppedStore } from './stopped-store.ts';

/* Receivers while the store is full, closed to new spaces, killed or stopped, and when they cannot have their ports. */

const EVERY_PORT = { JAEGER_COMPACT_PORT: '0', JAEGER_BINARY_PORT: '0', INFLUX_PORT: '0' };

afterEach(tidyUp);

test('a full log: every protocol says so in its own way, and all take spans again when there is room', async () => {
  const server = await startServer({
    ...EVERY_PORT,
    LOG_MAX_BYTES: '16MiB',
    LOG_HIGH_WATER: '0.1',
    SEGMENT_MAX_BYTES: '16MiB',
    // So long nothing is loaded, and the log stays full.
    SEGMENT_MAX_AGE: '5s',
  });
  const maker = new BatchMaker(3, 4_000);
  let batch = 0;
  await until(
    'the log to be full',
    async () => (await post(server.addresses.otlpHttp, maker.make(++batch))).status === 429,
    { everyMs: 0 },
  );
  await expectNoRoom(server, 'SPANHOUSE_LOG_MAX_BYTES');
  await until('the log to open again', async () => (await server.readiness()).ready);
  await expectAllWell(server);
  await server.stop();
});

describe('spaces that may not come into being', () => {
  const OTHER = 'other/public/traces';

  async function expectRefused(
    server: ServerProcess,
    status: number,
    code: grpcStatus,
    word: string,
  ): Promise<void> {
    for (const door of DOORS) {
      const answer = await knock(server, door, door.body(7), { headers: { tenant: 'other' } });
      expect([door.name, answer.status]).toEqual([door.name, status]);
      expect(answer.text).toContain(OTHER);
    }
    const names = { tenant: 'other' };
    const byGrpc = await callGrpc(server.addresses.jaegerGrpc, POST_SPANS, postSpansOf(7), { names });
    expect(byGrpc).toMatchObject({ code, details: expect.stringContaining(OTHER) as string });
    await expectDropped(server, server.addresses[`udp of ${OTHER}`]!, word);
    await expectAllWell(server);
  }

  test('by MAX_SPACES, and by CREATE_SPACES', async () => {
    let server = await startServer({ ...EVERY_PORT, SPACE_PORTS: `udp:0=${OTHER}`, MAX_SPACES: '1' });
    await expectAllWell(server);
    await expectRefused(server, 403, grpcStatus.PERMISSION_DENIED, 'forbidden');
    await server.settled();
    await server.stop();
    server = await server.startAgain({ MAX_SPACES: '10', CREATE_SPACES: 'false' });
    await expectRefused(server, 404, grpcStatus.NOT_FOUND, 'not-found');
    await server.settled();
    expect((await server.spaces()).map(({ tenant }) => tenant)).toEqual(['default']);
    await server.stop();
  });
});

describe('killed', () => {
  const KILLS = 3;
  const ORPHANS: Door = {
    ...LINES_DOOR,
    body: (id) => Buffer.from(`logs,${idTags(id)} event.name="orphan" ${now()}`),
  };
  const SENDERS = [JAEGER_DOOR, ZIPKIN_DOOR, LINES_DOOR, ORPHANS];

  test('while everybody sends: what was acknowledged is there once', { timeout: 60_000 }, async () => {
    let server = await startServer(EVERY_PORT);
    let isOver = false;
    const acknowledged = SENDERS.map(() => [] as number[]);
    const sendOn = async (door: Door, at: number): Promise<void> => {
      for (let id = (at + 1) * 1_000_000; !isOver; id++) {
        const answer = await knock(server, door, door.body(id)).catch(() => undefined);
        if (answer?.status === door.taken) acknowledged[at]!.push(id);
        else await sleep(20);
      }
    };
    const sending = SENDERS.map(sendOn);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(300 + Math.random() * 700);
      await server.kill();
      server = await server.startAgain();
    }
    await sleep(300);
    isOver = true;
    await Promise.all(sending);

    // Their spans come only now, long after their events were loaded.
    const orphans = acknowledged[3]!;
    const late = orphans.map((id) => LINES_DOOR.body(id).toString()).join('');
    expect((await knock(server, LINES_DOOR, Buffer.from(late))).status).toBe(204);
    await server.settled();
    await server.stop();
    console.log(`${KILLS} kills, acknowledged: ${acknowledged.map(({ length }) => length).join(', ')}`);
    for (const ids of acknowledged) expect(ids.length).toBeGreaterThan(KILLS);

    await readStoppedStore(server.dataDir, async (store) => {
      const rows = await store.rows('SELECT hex(span_id) AS id, count() AS rows FROM spans GROUP BY id');
      const stored = new Map(rows.map(({ id, rows: count }) => [String(id).toLowerCase(), Number(count)]));
      const notOnce = acknowledged.flat().filter((id) => stored.get(hexId(id)) !== 1);
      expect(notOnce.map(hexId)).toEqual([]);
      for (const id of orphans.slice(-50)) {
        const [span] = await store.trace(SPACE, `${hexId(0)}${hexId(id)}`);
        expect([id, span?.events.map(({ name }) => name)]).toEqual([id, ['orphan']]);
      }
    });
  });

  const SPACE = createSpace('default', 'public', 'traces');

  function idTags(id: number): string {
    return `span_id=${hexId(id)},trace_id=${hexId(0)}${hexId(id)}`;
  }

  function now(): string {
    return `${Date.now()}000000`;
  }
});

test('stopped while datagrams come in: it ends well, and what it counted is there', async () => {
  const server = await startServer(EVERY_PORT);
  const socket = createSocket('udp4');
  const port = portOf(server.addresses.jaegerCompact);
  let id = 0;
  const sending = setInterval(() => {
    for (let at = 0; at < 20; at++) socket.send(datagramOf(++id, 'compact'), port, '127.0.0.1');
  }, 1);
  await until('some to arrive', async () => (await server.metric('spanhouse_spans_accepted_total')) > 500);
  const counted = await server.metric('spanhouse_spans_accepted_total');
  await server.stop();
  clearInterval(sending);
  socket.close();
  expect(server.noise).toEqual([]);
  expect(server.lines.filter(({ level }) => level === 'error')).toEqual([]);
  const again = await server.startAgain();
  await again.settled();
  const [space] = await again.spaces();
  expect(space!.spanCount).toBeGreaterThanOrEqual(counted);
  expect(space!.spanCount).toBeLessThanOrEqual(id);
  await again.stop();
});

describe('ports', () => {
  test.each([
    [{ ZIPKIN_PORT: '19411', INFLUX_PORT: '19411' }, /SPANHOUSE_INFLUX_PORT is 19411.*another listener/],
    [{ JAEGER_COMPACT_PORT: '16831', JAEGER_BINARY_PORT: '16831' }, /SPANHOUSE_JAEGER_BINARY_PORT is 16831/],
    [{ ZIPKIN_PORT: '19411', SPACE_PORTS: 'http:19411=a/b/c' }, /SPANHOUSE_SPACE_PORTS .*19411/],
  ])('two that are the same: %j', async (settings, message) => {
    const server = spawnServer(settings);
    expect((await server.exited).code).toBe(2);
    expect(server.story()).toMatch(message);
  });

  test('those that another process has', async () => {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const tcpPort = String((tcp.address() as { readonly port: number }).port);
    const udpPort = String(udp.address().port);
    const taken: readonly (readonly [string, string, string])[] = [
      ['ZIPKIN_PORT', tcpPort, tcpPort],
      ['JAEGER_GRPC_PORT', tcpPort, tcpPort],
      ['JAEGER_COMPACT_PORT', udpPort, udpPort],
      ['SPACE_PORTS', `udp:${udpPort}=a/b/c`, udpPort],
    ];
    const tried = taken.map(async ([setting, value, port]) => {
      const server = spawnServer({ [setting]: value });
      expect([setting, (await server.exited).code]).toEqual([setting, 1]);
      expect(server.story()).toMatch(new RegExp(`cannot listen on 127.0.0.1:${port}.*SPANHOUSE_${setting}`));
    });
    await Promise.all(tried);
    tcp.close();
    udp.close();
  });
});

test('a file of strategies that cannot be used keeps the server from starting, and the message says which', async () => {
  const path = join(makeDataDir(), 'strategies.json');
  writeFileSync(path, '{"service_strategies":[{"service":"a","type":"none","param":1}]}');
  const server = spawnServer({ SAMPLING_FILE: path });
  expect((await server.exited).code).toBe(1);
  expect(server.story()).toMatch(/SPANHOUSE_SAMPLING_FILE.*service_strategies\[0\]\.type/);
});
