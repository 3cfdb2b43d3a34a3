import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Fault } from '../errors/fault.ts';
import { type ListenAddress, type Listener, presentAddress } from './listener.ts';

/** Datagrams come in bursts, and what the system cannot hold until we look is lost: as much as Linux gives unasked. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

/** A datagram's bytes are its handler's to keep. `settled` resolves when all that was taken so far is done with. */
export interface DatagramHandler {
  readonly take: (bytes: Buffer) => void;
  /** The socket is in trouble of its own; it stays open. */
  readonly failed: (cause: Error) => void;
  readonly settled: () => Promise<void>;
}

export async function listenUdp(handler: DatagramHandler, address: ListenAddress): Promise<Listener> {
  const socket = createSocket({
    type: isIPv6(address.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  await bind(socket, address);
  socket.on('message', handler.take).on('error', handler.failed);
  return {
    host: address.host,
    port: socket.address().port,
    close: async (timeoutMs) => {
      socket.close();
      await within(handler.settled(), timeoutMs);
    },
  };
}

function bind(socket: Socket, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'another process listens there' : (cause.code ?? 'unknown reason');
      const message = `cannot listen on ${presentAddress(address)} (udp): ${why}`;
      reject(new Fault('failed-precondition', message, { cause }));
    });
    socket.bind(address.port, address.host, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
}

async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
