import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../errors/fault.ts';
import { type ListenAddress, type Listener, presentAddress } from './listener.ts';

export interface HttpListenOptions extends ListenAddress {
  /** How long readers of bodies wait for one; the connection is cut some time after. */
  readonly bodyTimeoutMs: number;
}

const HEADERS_TIMEOUT_MS = 10_000;
/** How often connections are looked at for timeouts; Node's own half minute would make ten seconds forty. */
const CHECK_TIMEOUTS_EVERY_MS = 1_000;
/** Readers of bodies time out first: they can say why. */
const REQUEST_GRACE_MS = 5_000;
/** Longer than the 60 s after which load balancers drop idle connections, so that they do it and not we. */
const KEEP_ALIVE_MS = 75_000;
/** How often idle connections are looked for while closing. */
const CLOSE_IDLE_EVERY_MS = 20;

export async function listenHttp(handler: RequestListener, options: HttpListenOptions): Promise<Listener> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
      requestTimeout: HEADERS_TIMEOUT_MS + options.bodyTimeoutMs + REQUEST_GRACE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    handler,
  );
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, close: (timeoutMs) => close(server, timeoutMs) };
}

function bind(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'another process listens there' : (cause.code ?? 'unknown reason');
      const message = `cannot listen on ${presentAddress(address)}: ${why}`;
      reject(new Fault('failed-precondition', message, { cause }));
    });
    server.listen(address.port, address.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** A connection whose last answer is out stays open for the next request, so the idle ones are looked for again. */
async function close(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, CLOSE_IDLE_EVERY_MS);
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
