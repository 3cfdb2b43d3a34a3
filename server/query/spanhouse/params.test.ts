import { describe, expect, test } from 'vitest';
import {
  parseDependenciesParams,
  parseKeysParams,
  parseOperationsParams,
  parseTraceId,
  parseValuesParams,
  refuseParams,
} from './params.ts';

const NOW_MS = 10_000_000;
const LAST_HOUR = { fromNanos: 6_400_000_000_000n, toNanos: 10_000_000_000_000n };

const values = (url: string): unknown => parseValuesParams(url, NOW_MS);
const dependencies = (url: string): unknown => parseDependenciesParams(url, NOW_MS);

const TAKEN: [string, (url: string) => unknown, string, unknown][] = [
  ['operations', parseOperationsParams, '', {}],
  ['operations', parseOperationsParams, '?service=&kind=', {}],
  ['operations', parseOperationsParams, '?service=a+b&kind=server', { service: 'a b', kind: 'server' }],
  ['keys', parseKeysParams, '', { limit: 100 }],
  ['keys', parseKeysParams, '?level=event&prefix=http.&limit=7', { level: 'event', prefix: 'http.', limit: 7 }],
  ['values', values, '?key=k', { key: 'k', limit: 100, window: LAST_HOUR }],
  ['values', values, '?key=k&to=5000000000000', { key: 'k', limit: 100, window: { fromNanos: 1_400_000_000_000n, toNanos: 5_000_000_000_000n } }],
  ['values', values, '?key=k&level=span&service=s&prefix=p&limit=10000&from=1&to=2', { key: 'k', level: 'span', service: 's', prefix: 'p', limit: 10_000, window: { fromNanos: 1n, toNanos: 2n } }],
  ['dependencies', dependencies, '', LAST_HOUR],
  ['dependencies', dependencies, '?from=1&to=2', { fromNanos: 1n, toNanos: 2n }],
]; // prettier-ignore
test.each(TAKEN)('%s take %#', (_, parse, query, want) => {
  expect(parse(`/api/v1/x${query}`)).toEqual(want);
});

const NANOS = 'must be a whole number of nanoseconds in text, as in "1500000000"';
const LIMIT = 'must be a whole number from 1 to 10000';
const REFUSED: [string, (url: string) => unknown, string, string, string][] = [
  ['nothing', refuseParams, '?x=1', 'there is no field "x" here', 'x'],
  ['operations', parseOperationsParams, '?services=a', 'there is no field "services" here', 'services'],
  ['operations', parseOperationsParams, '?service=a&service=b', 'the parameter "service" may be given once', 'service'],
  ['operations', parseOperationsParams, '?kind=any', 'kind must be one of unspecified, internal, server, client, producer, consumer', 'kind'],
  ['keys', parseKeysParams, '?level=trace', 'level must be one of resource, scope, span, event, link', 'level'],
  ['keys', parseKeysParams, '?limit=0', `limit ${LIMIT}`, 'limit'],
  ['keys', parseKeysParams, '?limit=10001', `limit ${LIMIT}`, 'limit'],
  ['keys', parseKeysParams, '?limit=x', `limit ${LIMIT}`, 'limit'],
  ['keys', parseKeysParams, '?key=x', 'there is no field "key" here', 'key'],
  ['values', values, '', 'key must be text', 'key'],
  ['values', values, '?key=', 'key must not be empty', 'key'],
  ['values', values, '?key=k&from=x', `from ${NANOS}`, 'from'],
  ['values', values, '?key=k&to=2026-01-01', `to ${NANOS}`, 'to'],
  ['values', values, '?key=k&from=2&to=1', 'from must be before to', 'from'],
  ['dependencies', dependencies, '?to=-1', `to ${NANOS}`, 'to'],
  ['dependencies', dependencies, '?from=2&to=2', 'from must be before to', 'from'],
  ['dependencies', dependencies, '?service=a', 'there is no field "service" here', 'service'],
]; // prettier-ignore
test.each(REFUSED)('%s refuse %#: %s', (_, parse, query, message, field) => {
  const refusal: unknown = expect.objectContaining({ code: 'invalid', message, field });
  expect(() => parse(`/api/v1/x${query}`)).toThrow(refusal);
});

describe('a trace id', () => {
  test('may be short, and of any case', () => {
    expect(parseTraceId('ABC')).toBe('00000000000000000000000000000abc');
  });

  test.each(['', 'xyz', '0'.repeat(33), '../x'])('%j is none', (text) => {
    expect(() => parseTraceId(text)).toThrow(
      `the trace id ${JSON.stringify(text)} is not 1 to 32 hex digits`,
    );
  });
});
