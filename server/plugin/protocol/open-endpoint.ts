import { ServerCredentials } from '@grpc/grpc-js';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginLog } from '../log.ts';
import { type Handshake, presentHandshake } from './handshake.ts';
import { listenPlugin, type PluginListener } from './listen.ts';
import type { PluginServices } from './services.ts';

export interface Endpoint {
  /** For the host. */
  readonly line: string;
  close(timeoutMs: number): Promise<void>;
  /** Of what would be left in the file system; may be done twice. */
  removeSocket(): void;
}

/** Of an address of a Unix socket; a longer one would be cut off by the system. */
const MAX_SOCKET_BYTES = 100;

/** Listens where the host can reach it: on a socket that nobody else can use or, where none can be made, on loopback. */
export async function openEndpoint(
  handshake: Handshake,
  services: PluginServices,
  log: PluginLog,
): Promise<Endpoint> {
  const tls = await tlsOf(handshake);
  const security = tls === undefined ? {} : { credentials: tls.credentials };
  for (const directory of handshake.socketDirs) {
    const path = join(directory, `plugin${randomBytes(6).toString('hex')}.sock`);
    if (Buffer.byteLength(path) > MAX_SOCKET_BYTES) continue;
    try {
      const listener = await listenPlugin({ target: `unix:${path}`, services, ...security });
      return endpointOf(presentHandshake({ network: 'unix', address: path }, tls?.der), listener, path);
    } catch (error) {
      log.debug('no socket can be made here', { directory, error });
    }
  }
  const listener = await listenPlugin({ target: '127.0.0.1:0', services, ...security });
  const address = `127.0.0.1:${listener.port}`;
  return endpointOf(presentHandshake({ network: 'tcp', address }, tls?.der), listener, undefined);
}

function endpointOf(line: string, listener: PluginListener, path: string | undefined): Endpoint {
  return {
    line,
    close: (timeoutMs) => listener.close(timeoutMs),
    removeSocket() {
      if (path !== undefined) rmSync(path, { force: true });
    },
  };
}

/** Hosts that want TLS show a certificate of their own, and take ours from the handshake. */
async function tlsOf({
  hostCertificate,
}: Handshake): Promise<{ readonly credentials: ServerCredentials; readonly der: Buffer } | undefined> {
  if (hostCertificate === undefined) return undefined;
  // Hardly any host asks for it, so it is loaded when one does.
  const { createSelfSigned } = await import('./self-signed.ts');
  const { der, certPem, keyPem } = createSelfSigned();
  return {
    credentials: ServerCredentials.createSsl(
      Buffer.from(hostCertificate),
      [{ private_key: Buffer.from(keyPem), cert_chain: Buffer.from(certPem) }],
      true,
    ),
    der,
  };
}
