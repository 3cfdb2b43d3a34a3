import { createSocket } from 'node:dgram';
import type { Connection } from './connection.ts';

/** A socket that sends datagrams, which carry no tenant: they are taken when the system has them. */
export function openUdpConnection(address: string): Connection {
  const { hostname, port } = new URL(`udp://${address}`);
  const socket = createSocket('udp4');
  return {
    send: (body) =>
      new Promise((resolve, reject) => {
        socket.send(body, Number(port), hostname, (error) => {
          if (error === null) resolve('taken');
          else reject(error);
        });
      }),
    close: () => {
      socket.close();
    },
  };
}
