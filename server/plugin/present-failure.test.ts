import { expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { UpstreamError } from './instance/upstream.ts';
import { presentFailure } from './present-failure.ts';

test.each([
  new Fault('invalid', 'half of a character: \ud83d'),
  new UpstreamError('refused', 'half of a character: \ud83d', { status: 400 }),
])('what the host would refuse is not said: %s', (thrown) => {
  expect(presentFailure(thrown)).toMatchObject({ status: 400, message: 'half of a character: \ufffd' });
});

test('characters of two halves stay', () => {
  expect(presentFailure(new Fault('invalid', 'a 😀')).message).toBe('a 😀');
});
