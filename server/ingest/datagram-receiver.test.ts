import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordingEdge, type RecordingEdge, WHOLE } from '../../tests/support/recording-edge.ts';
import { until } from '../../tests/support/wait.ts';
import { Fault } from '../errors/fault.ts';
import type { Listener } from '../platform/listener.ts';
import { listenUdp } from '../platform/udp-listener.ts';
import { createSpace } from '../space/space.ts';
import { createDatagramReceiver } from './datagram-receiver.ts';
import type { Decode } from './intake.ts';

const decode: Decode = function* decode() {
  yield* [];
};

let edge: RecordingEdge;
let listener: Listener;

beforeEach(async () => {
  edge = createRecordingEdge();
  listener = await open(edge);
});
afterEach(() => listener.close(1000));

function open(on: RecordingEdge): Promise<Listener> {
  const formatOf = (bytes: Uint8Array) => {
    if (bytes[0] === 0) throw new Fault('invalid', 'this is none');
    return { name: 'plain', decode };
  };
  return listenUdp(createDatagramReceiver(on, { name: 'test-udp', formatOf }), {
    host: '127.0.0.1',
    port: 0,
  });
}

async function send(...datagrams: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const text of datagrams) {
    await new Promise((resolve) => {
      socket.send(text, listener.port, '127.0.0.1', resolve);
    });
  }
  socket.close();
}

async function finished(count: number): Promise<void> {
  await until('datagrams', () => edge.finished.length === count);
}

test('a datagram goes to the intake, and is counted', async () => {
  await send('spans');
  await finished(1);
  expect(edge.accepted).toEqual([{ space: 'default/public/traces', body: Buffer.from('spans'), decode }]);
  expect(edge.finished).toEqual([
    {
      protocol: 'test-udp',
      format: 'plain',
      outcome: 'ok',
      bodyBytes: 5,
      receipt: WHOLE,
      durationMs: expect.any(Number) as number,
    },
  ]);
  expect(edge.logged).toEqual([]);
  expect(edge.admittedBytes()).toBe(0);
});

test('a port that is for one space puts everything there', async () => {
  await listener.close(1000);
  const portSpace = createSpace('acme', 'iot', 'traces');
  listener = await open({ ...edge, portSpace });
  await send('spans');
  await finished(1);
  expect(edge.accepted[0]!.space).toBe('acme/iot/traces');
});

test('what cannot be read is counted each time and told to the log now and then', async () => {
  await send('\0', '\0', '\0', 'fine');
  await finished(4);
  expect(edge.finished.map(({ outcome }) => outcome).toSorted()).toEqual([
    'invalid',
    'invalid',
    'invalid',
    'ok',
  ]);
  expect(edge.logged).toEqual([{ protocol: 'test-udp', reason: 'this is none', datagrams: 1 }]);
  await listener.close(1000);
  expect(edge.logged.slice(1)).toEqual([{ protocol: 'test-udp', reason: 'this is none', datagrams: 2 }]);
  listener = await open(edge);
});

test('the end of a flood is told too, when nothing comes any more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const formatOf = (): never => {
    throw new Fault('invalid', 'this is none');
  };
  const handler = createDatagramReceiver(edge, { name: 'test-udp', formatOf });
  for (let sent = 0; sent < 5; sent++) handler.take(Buffer.alloc(1));
  vi.advanceTimersByTime(60_000);
  expect(edge.logged).toMatchObject([{ datagrams: 1 }, { datagrams: 4 }]);
  handler.take(Buffer.alloc(1));
  expect(edge.logged).toMatchObject([{ datagrams: 1 }, { datagrams: 4 }, { datagrams: 1 }]);
  await handler.settled();
  expect(edge.logged).toHaveLength(3);
  vi.useRealTimers();
});

test('a datagram for which there is no room is dropped, and said to be', async () => {
  edge.onAdmit = () => {
    throw new Fault('overloaded', 'full', { setting: 'SPANHOUSE_MAX_INFLIGHT_BYTES' });
  };
  await send('spans');
  await finished(1);
  expect(edge.finished[0]!.outcome).toBe('overloaded');
  expect(edge.logged).toEqual([{ protocol: 'test-udp', reason: 'full', datagrams: 1 }]);
});

test('spans that are refused are told too', async () => {
  edge.onAccept = () => ({ ...WHOLE, rejected: 1, message: '1 of 2 spans refused' });
  await send('spans');
  await finished(1);
  expect(edge.logged).toEqual([{ protocol: 'test-udp', reason: '1 of 2 spans refused', datagrams: 1 }]);
});

test('a mistake of ours is told with its cause', async () => {
  const cause = new Error('boom');
  edge.onAccept = () => {
    throw cause;
  };
  await send('spans');
  await finished(1);
  expect(edge.logged).toEqual([expect.objectContaining({ protocol: 'test-udp', err: cause })]);
});

test('a socket that fails is told to the log', () => {
  const cause = new Error('no buffer space');
  createDatagramReceiver(edge, { name: 'x', formatOf: () => ({ name: 'x', decode }) }).failed(cause);
  expect(edge.logged).toEqual([{ protocol: 'x', err: cause }]);
});

test('closing waits for what was taken', async () => {
  let release = (): void => undefined;
  const stored = new Promise<void>((resolve) => {
    release = resolve;
  });
  edge.onAccept = async () => {
    await stored;
    return WHOLE;
  };
  await send('spans');
  await until('the datagram to be under way', () => edge.accepted.length === 1);
  let closed = false;
  const closing = listener.close(5000).then(() => {
    closed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(closed).toBe(false);
  release();
  await closing;
  expect(edge.finished).toHaveLength(1);
  listener = await open(edge);
});

test('a port that is taken is said so', async () => {
  const again = listenUdp(
    createDatagramReceiver(edge, { name: 'x', formatOf: () => ({ name: 'x', decode }) }),
    {
      host: '127.0.0.1',
      port: listener.port,
    },
  );
  await expect(again).rejects.toThrow(
    `cannot listen on 127.0.0.1:${listener.port} (udp): another process listens there`,
  );
});
