import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { createSelfSigned } from './self-signed.ts';

const DAY_MS = 86_400_000;

test('OpenSSL reads the certificate: for localhost, signed by its own key, valid now', () => {
  const { der, certPem, keyPem } = createSelfSigned();
  const certificate = new X509Certificate(der);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.subject).toBe('CN=localhost');
  expect(certificate.ca).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 365 * DAY_MS);
  expect(new X509Certificate(certPem).fingerprint256).toBe(certificate.fingerprint256);
});

test('its time is written in either way: before 2050 and after', () => {
  const { der } = createSelfSigned(Date.UTC(2045, 0, 1));
  const { validFrom, validTo } = new X509Certificate(der);
  expect([validFrom, validTo]).toEqual(['Dec 31 23:00:00 2044 GMT', 'Dec 30 00:00:00 2054 GMT']);
});

test('no two are alike', () => {
  expect(createSelfSigned().certPem).not.toBe(createSelfSigned().certPem);
});

test('two sides that know each other by these certificates alone speak TLS', async () => {
  const [ours, hosts, another] = [createSelfSigned(), createSelfSigned(), createSelfSigned()];
  const server = createServer(
    { cert: ours.certPem, key: ours.keyPem, ca: hosts.certPem, requestCert: true, rejectUnauthorized: true },
    (socket) => socket.end('hello'),
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const greet = async (host: typeof hosts): Promise<string> => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: ours.certPem,
      cert: host.certPem,
      key: host.keyPem,
    });
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    // Turned away after the handshake, a client is told by an error or by the end alone.
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    return text;
  };
  expect(await greet(hosts)).toBe('hello');
  expect(await greet(another)).toBe('');
  server.close();
});
