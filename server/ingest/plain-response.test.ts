import { describe, expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { respondPlainFault, respondPlainReceipt } from './plain-response.ts';
import type { Receipt } from './receipt.ts';

const WHOLE: Receipt = { accepted: 5, fragments: 0, rejected: 0, clamped: 0, reasons: {}, message: '' };
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

describe('a receipt', () => {
  test('of everything is 202 without a word', () => {
    expect(respondPlainReceipt(WHOLE)).toEqual({ status: 202, headers: {}, body: Buffer.alloc(0) });
  });

  test('of a part is 202 with the reason', () => {
    expect(respondPlainReceipt({ ...WHOLE, rejected: 2, message: 'two are old' })).toEqual({
      status: 202,
      headers: TEXT,
      body: Buffer.from('two are old\n'),
    });
  });

  test('of nothing is a bad request', () => {
    expect(() =>
      respondPlainReceipt({ ...WHOLE, accepted: 0, rejected: 2, message: 'both are old' }),
    ).toThrow(expect.objectContaining({ code: 'invalid', message: 'both are old' }));
    expect(respondPlainReceipt({ ...WHOLE, accepted: 0 }).status).toBe(202);
  });
});

test.each([
  [new Fault('invalid', 'no'), 400, {}],
  [new Fault('too-large', 'no'), 413, {}],
  [new Fault('unsupported-media', 'no'), 415, {}],
  [new Fault('method-not-allowed', 'no'), 405, { allow: 'POST' }],
  [new Fault('overloaded', 'no', { retryAfterMs: 2500 }), 503, { 'retry-after': '3' }],
  [new Fault('unavailable', 'no'), 503, { 'retry-after': '1' }],
  [new Fault('too-slow', 'no'), 503, { 'retry-after': '1' }],
  [new Fault('internal', 'no'), 500, {}],
])('%s is %i', (fault, status, headers) => {
  expect(respondPlainFault(fault)).toEqual({
    status,
    headers: { ...TEXT, ...headers },
    body: Buffer.from('no\n'),
  });
});
