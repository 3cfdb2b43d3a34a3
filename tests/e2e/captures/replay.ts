import { Client, credentials } from '@grpc/grpc-js';
import { createSocket } from 'node:dgram';
import type { ServerProcess } from '../../support/server-process.ts';
import type { Capture } from './read-captures.ts';

/** Sends what was captured once more. Rejects unless the server takes it; datagrams are not answered. */
export async function replay({ request, body }: Capture, { addresses }: ServerProcess): Promise<void> {
  const { port, method, path, headers } = request;
  const address = addresses[port]!;
  if (method !== undefined) await overHttp(`${address}${path!}`, { method, headers: { ...headers } }, body);
  else if (path !== undefined) await overGrpc(address, path, body);
  else await inDatagram(address, body);
}

async function overHttp(url: string, init: RequestInit, body: Buffer): Promise<void> {
  const response = await fetch(url, { ...init, body: new Uint8Array(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${answer}`);
}

async function overGrpc(address: string, path: string, body: Buffer): Promise<void> {
  const client = new Client(address, credentials.createInsecure());
  const same = (bytes: Buffer): Buffer => bytes;
  try {
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(path, same, same, body, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}

async function inDatagram(address: string, body: Buffer): Promise<void> {
  const [host, port] = address.split(':');
  const socket = createSocket('udp4');
  await new Promise((resolve) => {
    socket.send(body, Number(port), host, resolve);
  });
  socket.close();
}
