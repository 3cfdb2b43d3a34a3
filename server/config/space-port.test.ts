import { expect, test } from 'vitest';
import { parseSpacePorts, presentSpacePort } from './space-port.ts';

test('ports that are for one space each', () => {
  const ports = parseSpacePorts('http:4319=acme/iot/traces, udp:6841=acme/iot/debug-1 ,grpc:0=b/c/d,');
  expect(ports.map(presentSpacePort)).toEqual([
    'http:4319=acme/iot/traces',
    'udp:6841=acme/iot/debug-1',
    'grpc:0=b/c/d',
  ]);
  expect(parseSpacePorts('')).toEqual([]);
});

const FORM = 'must be ports such as http:4319=acme/iot/traces (or grpc:, or udp:), separated by commas';

test.each([
  ['4319=acme/iot/traces', FORM],
  ['tcp:4319=acme/iot/traces', FORM],
  ['http:65536=acme/iot/traces', FORM],
  ['http:4319=acme/iot', FORM],
  ['http:4319=acme/iot/traces/more', FORM],
  ['http:off=acme/iot/traces', FORM],
  ['http:1=a/b/c http:2=a/b/c', FORM],
  [
    'http:1=a/.b/c',
    '"db" is ".b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
  ],
])('%s', (text, message) => {
  expect(() => parseSpacePorts(text)).toThrow(expect.objectContaining({ code: 'invalid', message }));
});
