import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createRefusalQueue } from './refusal-queue.ts';

const WHOLE = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nab';
const HALF = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\na';
const PLACES = 4;
const FOREVER_MS = 60_000;

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that refuses whatever comes, and how many answers it has given. */
async function refuseAll(longestMs: number): Promise<{
  answered: () => number;
  send: (text: string) => ReturnType<typeof connect>;
}> {
  const queue = createRefusalQueue({ places: PLACES, longestMs });
  let answered = 0;
  server = createServer((request: IncomingMessage, response) => {
    // Handlers are called when the head is there, before a body that came with it is looked at.
    setImmediate(() => {
      void queue(request).then(() => {
        answered++;
        response.writeHead(429).end();
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = (text: string): ReturnType<typeof connect> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(text);
    return socket.resume();
  };
  return { answered: () => answered, send };
}

test('a request that is there in full is answered at once, however many wait', async () => {
  const { answered, send } = await refuseAll(FOREVER_MS);
  for (let sender = 0; sender < PLACES * 3; sender++) send(HALF);
  await expect.poll(answered).toBe(PLACES);
  send(WHOLE);
  await expect.poll(answered).toBe(PLACES + 1);
});

test('a place is free again when the rest of the body has come', async () => {
  const { answered, send } = await refuseAll(FOREVER_MS);
  const first = send(HALF);
  for (let sender = 1; sender < PLACES * 2; sender++) send(HALF);
  await expect.poll(answered).toBe(PLACES);
  first.write('b');
  await expect.poll(answered).toBe(PLACES + 1);
});

test('a sender that does not go on keeps its place for a while only', async () => {
  const { answered, send } = await refuseAll(10);
  for (let sender = 0; sender < PLACES * 3; sender++) send(HALF);
  await expect.poll(answered).toBe(PLACES * 3);
});
