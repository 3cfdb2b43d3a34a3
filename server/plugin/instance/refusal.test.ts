import { expect, test } from 'vitest';
import { refusalOf } from './refusal.ts';

const URL = 'http://host/api/traces';

test.each([
  [400, '{"error":{"code":"invalid","message":"no"}}', 'refused', `${URL} refused the request (400): no`],
  [
    400,
    '{"data":null,"errors":[{"code":400,"msg":"no"}]}',
    'refused',
    `${URL} refused the request (400): no`,
  ],
  [404, '{"error":{"httpCode":404,"message":"no"}}', 'refused', `${URL} refused the request (404): no`],
  [429, '{"message":"no"}', 'refused', `${URL} refused the request (429): no`],
  [401, 'no', 'unauthorized', `${URL} does not accept the data source's credentials (401): no`],
  [403, '', 'unauthorized', `${URL} forbids this to the data source's credentials with status 403`],
  [502, '<html>Bad gateway</html>', 'failed', `${URL} failed with status 502`],
  [500, '{"odd":1}', 'failed', `${URL} failed with status 500`],
  [500, 'null', 'failed', `${URL} failed (500): null`],
])('%i %s', (status, body, kind, message) => {
  expect(refusalOf(status, URL, body)).toMatchObject({ status, kind, message });
});

test('long words are cut', () => {
  expect(refusalOf(500, URL, 'x'.repeat(10_000)).message.length).toBeLessThan(600);
});

test('secrets that a server sends back are not shown', () => {
  const body = `${'x'.repeat(480)} Bearer s3cret-token, s3cret-token`;
  const { message } = refusalOf(401, URL, body, ['s3cret-token']);
  expect(message).not.toContain('s3c');
  expect(message).toContain('Bearer ********');
});
