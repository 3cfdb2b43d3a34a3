import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordingEdge, type RecordingEdge } from '../../../tests/support/recording-edge.ts';
import { listenHttp } from '../../platform/http-listener.ts';
import type { Listener } from '../../platform/listener.ts';
import { createHttpReceiver } from '../http-receiver.ts';
import type { Decode } from '../intake.ts';
import { decodeThriftBinary, decodeThriftCompact, decodeThriftJson } from './decode-thrift.ts';
import { JAEGER_HTTP } from './http.ts';

let edge: RecordingEdge;
let listener: Listener;
let origin: string;

beforeEach(async () => {
  edge = createRecordingEdge();
  const app = express()
    .use(createHttpReceiver(edge, JAEGER_HTTP, { paths: ['/api/traces'], isShared: true }))
    .get('/api/traces', (_request, response) => void response.send('a search'));
  listener = await listenHttp(app, { host: '127.0.0.1', port: 0, bodyTimeoutMs: 5000 });
  origin = `http://127.0.0.1:${listener.port}`;
});
afterEach(() => listener.close(1000));

function post(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(origin + path, { method: 'POST', headers, body: new Uint8Array([0]) });
}

const taken: [string, string, Decode][] = [
  ['application/x-thrift', 'default/public/traces', decodeThriftBinary],
  ['application/vnd.apache.thrift.binary', 'default/public/traces', decodeThriftBinary],
  ['application/vnd.apache.thrift.compact', 'default/public/traces', decodeThriftCompact],
  ['application/vnd.apache.thrift.json', 'default/public/traces', decodeThriftJson],
  ['application/json', 'default/public/traces', decodeThriftJson],
];
test.each(taken)('%s', async (type, space, decode) => {
  const response = await post('/api/traces?format=jaeger.thrift', { 'content-type': type });
  expect([response.status, await response.text()]).toEqual([202, '']);
  expect(edge.accepted).toEqual([{ space, body: Buffer.from([0]), decode }]);
});

test('the space stands in headers or in the path', async () => {
  const type = { 'content-type': 'application/x-thrift' };
  await post('/api/traces', { ...type, tenant: 'a', db: 'b', table: 'c' });
  await post('/t/x/y/z/api/traces', type);
  expect(edge.accepted.map(({ space }) => space)).toEqual(['a/b/c', 'x/y/z']);
});

test('where others search at that path, only POST is taken', async () => {
  const response = await fetch(`${origin}/api/traces`);
  expect([response.status, await response.text()]).toEqual([200, 'a search']);
});

test('another type is refused with those that are taken', async () => {
  const response = await post('/api/traces', { 'content-type': 'application/x-protobuf' });
  expect(response.status).toBe(415);
  expect(await response.text()).toMatch(
    /^content-type is "application\/x-protobuf"; send one of application\/x-thrift, /,
  );
});
