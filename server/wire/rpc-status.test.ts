import { describe, expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { encodeRpcStatus, presentRpcStatus, retryDelayMs } from './rpc-status.ts';

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

describe('retryDelayMs', () => {
  const table: [Fault, number | undefined][] = [
    [new Fault('overloaded', 'full', { retryAfterMs: 2500 }), 2500],
    [new Fault('overloaded', 'full', { retryAfterMs: 20 }), 1000],
    [new Fault('unavailable', 'away'), 1000],
    [new Fault('too-slow', 'slow'), 1000],
    [new Fault('cancelled', 'gone'), undefined],
    [new Fault('invalid', 'wrong'), undefined],
    [new Fault('internal', 'ours'), undefined],
  ];
  test.each(table)('%s', (fault, want) => {
    expect(retryDelayMs(fault)).toBe(want);
  });
});

describe('google.rpc.Status', () => {
  test('of a fault that stays one: code and message', () => {
    const fault = new Fault('invalid', 'no');
    expect(encodeRpcStatus(fault).toString('hex')).toBe('0803' + '12026e6f');
    expect(presentRpcStatus(fault)).toEqual({ code: 3, message: 'no', details: [] });
  });

  test('of a retryable one: with RetryInfo of a second and a half', () => {
    const fault = new Fault('overloaded', 'no', { retryAfterMs: 1500 });
    const duration = '0801' + '1080cab5ee01';
    const any = '0a28' + Buffer.from(RETRY_INFO).toString('hex') + '120a' + '0a08' + duration;
    expect(encodeRpcStatus(fault).toString('hex')).toBe('0808' + '12026e6f' + '1a36' + any);
    expect(presentRpcStatus(fault)).toEqual({
      code: 8,
      message: 'no',
      details: [{ '@type': RETRY_INFO, retryDelay: '1.5s' }],
    });
  });
});
