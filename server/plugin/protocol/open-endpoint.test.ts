import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPluginLog } from '../log.ts';
import { type Endpoint, openEndpoint } from './open-endpoint.ts';
import type { PluginHandlers } from './plugin-handlers.ts';
import { createSelfSigned } from './self-signed.ts';
import { createServices } from './services.ts';

let directory: string;
let endpoint: Endpoint | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spanhouse-endpoint-'));
});

afterEach(async () => {
  await endpoint?.close(1_000);
  endpoint?.removeSocket();
  rmSync(directory, { recursive: true });
});

async function open(socketDirs: readonly string[], hostCertificate?: string): Promise<string[]> {
  const log = createPluginLog(() => undefined);
  const services = createServices({ handlers: {} as PluginHandlers, log, onShutdown: () => undefined });
  endpoint = await openEndpoint({ socketDirs, hostCertificate }, services, log);
  return endpoint.line.trimEnd().split('|');
}

/** The health check that go-plugin's Ping makes: the name `plugin` in field 1. */
function ping(target: string, channel = credentials.createInsecure(), options = {}): Promise<Buffer> {
  const client = new Client(target, channel, options);
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    const answered = (error: ServiceError | null, answer?: Buffer): void => {
      client.close();
      if (error === null) resolve(answer!);
      else reject(error);
    };
    const path = '/grpc.health.v1.Health/Check';
    const deadline = { deadline: Date.now() + 3_000 };
    client.makeUnaryRequest(path, same, same, Buffer.from('\n\x06plugin'), deadline, answered);
  });
}

function pemOf(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

const SERVING = Buffer.from([0x08, 0x01]);

describe('openEndpoint', () => {
  test('listens on a socket that its owner alone may use, and takes it away', async () => {
    const [, , network, address] = await open([directory]);
    expect(network).toBe('unix');
    expect(statSync(address!).mode & 0o777).toBe(0o600);
    expect(await ping(`unix:${address!}`)).toEqual(SERVING);
    await endpoint!.close(1_000);
    endpoint!.removeSocket();
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ['is not there', '/not/there'],
    ['has too long a name', `/tmp/${'x'.repeat(100)}`],
  ])('listens on loopback where the only directory %s', async (_what, socketDir) => {
    const [, , network, address] = await open([socketDir]);
    expect(network).toBe('tcp');
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await ping(address!)).toEqual(SERVING);
  });

  test('speaks TLS with the host that asked for it, and with nobody else', async () => {
    const [host, stranger] = [createSelfSigned(), createSelfSigned()];
    const [, , , address, , certificate] = await open([directory], host.certPem);
    // The padding that the handshake leaves out is needed in PEM.
    const { raw } = new X509Certificate(Buffer.from(certificate!, 'base64'));
    const ca = Buffer.from(pemOf(raw));
    const as = ({ keyPem, certPem }: typeof host): Promise<Buffer> => {
      const channel = credentials.createSsl(ca, Buffer.from(keyPem), Buffer.from(certPem));
      return ping(`unix:${address!}`, channel, { 'grpc.ssl_target_name_override': 'localhost' });
    };
    expect(await as(host)).toEqual(SERVING);
    await expect(as(stranger)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await expect(ping(`unix:${address!}`)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});
