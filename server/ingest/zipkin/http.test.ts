import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordingEdge, type RecordingEdge, WHOLE } from '../../../tests/support/recording-edge.ts';
import { Fault } from '../../errors/fault.ts';
import { listenHttp } from '../../platform/http-listener.ts';
import type { Listener } from '../../platform/listener.ts';
import { createHttpReceiver } from '../http-receiver.ts';
import type { Decode } from '../intake.ts';
import { decodeJsonV1 } from './decode-json-v1.ts';
import { decodeJsonV2 } from './decode-json-v2.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { decodeThriftV1 } from './decode-thrift-v1.ts';
import { ZIPKIN_V1, ZIPKIN_V2 } from './http.ts';

let edge: RecordingEdge;
let listener: Listener;
let origin: string;

beforeEach(async () => {
  edge = createRecordingEdge();
  const app = express().use(
    createHttpReceiver(edge, ZIPKIN_V2, { paths: ['/api/v2/spans'] }),
    createHttpReceiver(edge, ZIPKIN_V1, { paths: ['/api/v1/spans'] }),
  );
  listener = await listenHttp(app, { host: '127.0.0.1', port: 0, bodyTimeoutMs: 5000 });
  origin = `http://127.0.0.1:${listener.port}`;
});
afterEach(() => listener.close(1000));

function post(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(origin + path, { method: 'POST', headers, body: new Uint8Array([0x5b, 0x5d]) });
}

const taken: [string, Record<string, string>, Decode, string][] = [
  ['/api/v2/spans', { 'content-type': 'application/json' }, decodeJsonV2, 'default/public/traces'],
  ['/api/v2/spans', {}, decodeJsonV2, 'default/public/traces'],
  [
    '/api/v2/spans',
    { 'content-type': 'application/x-protobuf', tenant: 'a' },
    decodeProtobuf,
    'a/public/traces',
  ],
  [
    '/api/v1/spans',
    { 'content-type': 'application/json; charset=utf-8' },
    decodeJsonV1,
    'default/public/traces',
  ],
  ['/t/a/b/c/api/v1/spans', { 'content-type': 'application/x-thrift' }, decodeThriftV1, 'a/b/c'],
];
test.each(taken)('%s %j', async (path, headers, decode, space) => {
  const response = await post(path, headers);
  expect([response.status, await response.text()]).toEqual([202, '']);
  expect(edge.accepted).toEqual([{ space, body: Buffer.from('[]'), decode }]);
});

test('another type is refused with those that are taken', async () => {
  const response = await post('/api/v1/spans', { 'content-type': 'application/x-protobuf' });
  expect([response.status, await response.text()]).toEqual([
    415,
    'content-type is "application/x-protobuf"; send one of application/json, application/x-thrift\n',
  ]);
});

test('of a request of which nothing is kept the reason is told, of one of which a part is too', async () => {
  edge.onAccept = () => ({ ...WHOLE, accepted: 0, rejected: 1, message: 'too old' });
  const whole = await post('/api/v2/spans', {});
  expect([whole.status, await whole.text()]).toEqual([400, 'too old\n']);
  edge.onAccept = () => ({ ...WHOLE, rejected: 1, message: 'one too old' });
  const part = await post('/api/v2/spans', {});
  expect([part.status, await part.text()]).toEqual([202, 'one too old\n']);
});

test('what may go well later is 503', async () => {
  edge.onAdmit = () => {
    throw new Fault('overloaded', 'full', { retryAfterMs: 3000 });
  };
  const response = await post('/api/v2/spans', {});
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
});
