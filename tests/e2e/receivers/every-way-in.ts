import { status as grpcStatus } from '@grpc/grpc-js';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'vitest';
import type { ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/wait.ts';
import { datagramOf, DOORS, knock, portOf } from './doors.ts';
import { callGrpc, POST_SPANS, postSpansOf } from './grpc-call.ts';

let lastId = 2_000_000;

/** Every protocol refuses in its own way what will go well later, and says which setting is why. */
export async function expectNoRoom(server: ServerProcess, setting: string): Promise<void> {
  for (const door of DOORS) {
    const { status, headers, text } = await knock(server, door, door.body(++lastId));
    expect([door.name, status]).toEqual([door.name, 503]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(text).toContain(setting);
  }
  const byGrpc = await callGrpc(server.addresses.jaegerGrpc, POST_SPANS, postSpansOf(++lastId));
  expect(byGrpc).toMatchObject({
    code: grpcStatus.RESOURCE_EXHAUSTED,
    details: expect.stringContaining(setting) as string,
  });
  await expectDropped(server, server.addresses.jaegerCompact, 'overloaded');
}

export async function expectAllWell(server: ServerProcess): Promise<void> {
  for (const door of DOORS) {
    const { status } = await knock(server, door, door.body(++lastId));
    expect([door.name, status]).toEqual([door.name, door.taken]);
  }
  const { code } = await callGrpc(server.addresses.jaegerGrpc, POST_SPANS, postSpansOf(++lastId));
  expect(code).toBe(grpcStatus.OK);
  const accepted = await server.metric('spanhouse_spans_accepted_total');
  await sendDatagram(server.addresses.jaegerCompact, datagramOf(++lastId, 'compact'));
  await until(
    'a datagram to be taken',
    async () => (await server.metric('spanhouse_spans_accepted_total')) === accepted + 1,
  );
}

/** A good datagram is refused for this reason, which the metrics count and the log tells. */
export async function expectDropped(server: ServerProcess, address: string, code: string): Promise<void> {
  const accepted = await server.metric('spanhouse_spans_accepted_total');
  const before = await datagramsCounted(server, code);
  await sendDatagram(address, datagramOf(++lastId, 'compact'));
  await until('the metrics to tell', async () => (await datagramsCounted(server, code)) > before);
  expect(await server.metric('spanhouse_spans_accepted_total')).toBe(accepted);
}

/** Datagrams that ended so; all of those but the good ones where nothing is said. */
export async function datagramsCounted({ addresses }: ServerProcess, code?: string): Promise<number> {
  const text = await (await fetch(`${addresses.http}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^spanhouse_intake_requests_total\{.*jaeger-udp/.test(line))
    .filter((line) => (code === undefined ? !line.includes('"ok"') : line.includes(`"${code}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export async function sendDatagram(address: string, datagram: Buffer): Promise<void> {
  const socket = createSocket('udp4');
  socket.connect(portOf(address), '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => {
    socket.send(datagram, resolve);
  });
  socket.close();
}
