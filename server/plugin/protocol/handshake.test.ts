import { describe, expect, test } from 'vitest';
import { NOT_BY_HAND, presentHandshake, readHandshake } from './handshake.ts';

const COOKIE = { grafana_plugin_type: 'datasource' };

describe('readHandshake', () => {
  test.each([
    ['without the cookie', {}, NOT_BY_HAND],
    ['with another cookie', { grafana_plugin_type: 'app' }, NOT_BY_HAND],
    [
      'of a Grafana to come',
      { ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: '3,4' },
      "This plugin speaks version 2 of Grafana's plugin protocol, and this Grafana asks for 3, 4.",
    ],
  ])('%s there is nothing to run for', (_what, environment, refusal) => {
    expect(readHandshake(environment)).toEqual({ refusal });
  });

  test.each([
    [{}, ['/tmp']],
    [{ TMPDIR: '/var/tmp' }, ['/var/tmp', '/tmp']],
    [{ PLUGIN_UNIX_SOCKET_DIR: '/run/grafana', TMPDIR: '' }, ['/run/grafana', '/tmp']],
    [{ PLUGIN_PROTOCOL_VERSIONS: '1,2' }, ['/tmp']],
  ])('%j looks for a place in %j', (environment, socketDirs) => {
    expect(readHandshake({ ...COOKIE, ...environment })).toEqual({ socketDirs, hostCertificate: undefined });
  });

  test('takes the certificate of a host that wants TLS', () => {
    expect(readHandshake({ ...COOKIE, PLUGIN_CLIENT_CERT: 'PEM' })).toMatchObject({ hostCertificate: 'PEM' });
  });
});

describe('presentHandshake', () => {
  test('is one line of five fields', () => {
    expect(presentHandshake({ network: 'unix', address: '/tmp/plugin1.sock' })).toBe(
      '1|2|unix|/tmp/plugin1.sock|grpc\n',
    );
  });

  test('has the certificate in base64 without padding', () => {
    const line = presentHandshake({ network: 'tcp', address: '127.0.0.1:1' }, Buffer.from([0xfb, 0xff]));
    expect(line).toBe('1|2|tcp|127.0.0.1:1|grpc|+/8\n');
  });
});
