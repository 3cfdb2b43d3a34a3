import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecordingEdge, type RecordingEdge, WHOLE } from '../../../tests/support/recording-edge.ts';
import { Fault } from '../../errors/fault.ts';
import { listenHttp } from '../../platform/http-listener.ts';
import type { Listener } from '../../platform/listener.ts';
import { createHttpReceiver } from '../http-receiver.ts';
import { createCourtesyRoutes } from './courtesy-routes.ts';
import { INFLUX_HTTP } from './http.ts';

let edge: RecordingEdge;
let listener: Listener;
let origin: string;

beforeEach(async () => {
  edge = createRecordingEdge();
  const receiver = createHttpReceiver(edge, INFLUX_HTTP, { paths: ['/write', '/api/v2/write'] });
  const app = express().use(receiver, createCourtesyRoutes());
  listener = await listenHttp(app, { host: '127.0.0.1', port: 0, bodyTimeoutMs: 5000 });
  origin = `http://127.0.0.1:${listener.port}`;
});
afterEach(() => listener.close(1000));

function post(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(origin + path, { method: 'POST', headers, body: 'spans f=1 1' });
}

const spaces: [string, Record<string, string>, string][] = [
  ['/write', {}, 'default/public/traces'],
  ['/write?db=otel', {}, 'default/otel/traces'],
  ['/write?db=otel&u=admin&p=public&precision=ns', {}, 'default/otel/traces'],
  ['/write?db=otel', { tenant: 'acme', table: 'spans' }, 'acme/otel/spans'],
  ['/write?tenant=acme&db=otel&table=spans', {}, 'acme/otel/spans'],
  ['/write?db=', { db: 'otel' }, 'default/otel/traces'],
  ['/api/v2/write?org=acme&bucket=otel', {}, 'acme/otel/traces'],
  ['/api/v2/write?org=acme&bucket=otel/spans', {}, 'acme/otel/spans'],
  ['/api/v2/write?org=my%20org&bucket=b', { tenant: 'acme', db: 'otel' }, 'acme/otel/traces'],
  ['/t/acme/otel/spans/write?db=otel', {}, 'acme/otel/spans'],
];
test.each(spaces)('%s %j', async (path, headers, space) => {
  const response = await post(path, headers);
  expect([response.status, await response.text()]).toEqual([204, '']);
  expect(edge.accepted.map((one) => one.space)).toEqual([space]);
});

const refused: [string, Record<string, string>, string][] = [
  ['/write?db=a', { db: 'b' }, 'header "db" says "b", but parameter "db" says "a"; send one of them'],
  ['/write?db=a&db=b', {}, 'parameter "db" may be given once'],
  [`/write?${'x&'.repeat(1_000)}db=a&db=b`, {}, 'parameter "db" may be given once'],
  [
    '/api/v2/write?org=acme&bucket=otel/spans/more',
    {},
    'parameter "bucket" is "spans/more", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
  ],
  ['/write?precision=h', {}, 'parameter "precision" is "h"; send ns, us, ms or s'],
  [
    '/api/v2/write?org=my%20org&bucket=b',
    {},
    'parameter "org" is "my org", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
  ],
];
test.each(refused)('refuses %s %j', async (path, headers, message) => {
  const response = await post(path, headers);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ code: 'invalid', message, error: message });
  expect(edge.accepted).toEqual([]);
});

describe('refusals', () => {
  test('of some lines are told as a partial write', async () => {
    edge.onAccept = () => ({ ...WHOLE, rejected: 1, message: '1 of 2 refused' });
    const response = await post('/write');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'partial write: 1 of 2 refused' });
  });

  test.each(['overloaded', 'unavailable', 'too-slow'] as const)(
    '%s is 503, the one status that its senders try again',
    async (code) => {
      edge.onAdmit = () => {
        throw new Fault(code, 'later', { retryAfterMs: 2000 });
      };
      const response = await post('/write');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      expect(await response.json()).toEqual({ code: 'unavailable', message: 'later', error: 'later' });
    },
  );

  test('of another method', async () => {
    const response = await fetch(`${origin}/write`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('what clients ask on the way', () => {
  test('a ping', async () => {
    const response = await fetch(`${origin}/ping`);
    expect([response.status, response.headers.get('x-influxdb-version')]).toEqual([204, '1.8.10']);
  });

  test('health', async () => {
    const response = await fetch(`${origin}/health`);
    expect(await response.json()).toMatchObject({ status: 'pass', version: '1.8.10' });
  });

  test('to make a database, which makes itself', async () => {
    const response = await fetch(`${origin}/query?q=CREATE%20DATABASE%20%22otel%22`, { method: 'POST' });
    expect([response.status, await response.json()]).toEqual([200, { results: [{ statement_id: 0 }] }]);
  });

  test('a query, which is not answered', async () => {
    const response = await fetch(`${origin}/query?q=SELECT%20*%20FROM%20cpu`);
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      error: "InfluxQL is not answered here: read with Jaeger's API or with Grafana",
    });
  });
});
