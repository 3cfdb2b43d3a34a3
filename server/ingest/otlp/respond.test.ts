import { describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import type { Receipt } from '../receipt.ts';
import { respondFault, respondReceipt } from './respond.ts';

const WHOLE: Receipt = { accepted: 5, fragments: 0, rejected: 0, clamped: 0, reasons: {}, message: '' };
const PARTIAL: Receipt = { ...WHOLE, rejected: 3, message: 'bad' };

describe('respondReceipt', () => {
  const table: [string, Receipt, string, string][] = [
    ['everything kept', WHOLE, '', '{}'],
    [
      'some refused',
      PARTIAL,
      '0a070803' + '1203626164',
      '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"bad"}}',
    ],
    [
      'a warning',
      { ...WHOLE, message: 'bad' },
      '0a05' + '1203626164',
      '{"partialSuccess":{"rejectedSpans":"0","errorMessage":"bad"}}',
    ],
  ];
  test.each(table)('%s', (_, receipt, protobuf, json) => {
    expect(respondReceipt(receipt, 'protobuf')).toEqual({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(protobuf, 'hex'),
    });
    expect(respondReceipt(receipt, 'json')).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(json),
    });
  });
});

describe('respondFault', () => {
  const table: [Fault, number, Record<string, string>][] = [
    [new Fault('invalid', 'no'), 400, {}],
    [new Fault('too-large', 'no'), 413, {}],
    [new Fault('overloaded', 'no', { retryAfterMs: 1001 }), 429, { 'retry-after': '2' }],
    [new Fault('unavailable', 'no'), 503, { 'retry-after': '1' }],
    [new Fault('method-not-allowed', 'no'), 405, { allow: 'POST' }],
  ];
  test.each(table)('%s', (fault, status, headers) => {
    const json = respondFault(fault, 'json');
    expect(json).toMatchObject({ status, headers: { 'content-type': 'application/json', ...headers } });
    expect(Object.keys(json.headers)).toEqual(['content-type', ...Object.keys(headers)]);
    expect(JSON.parse(json.body.toString())).toMatchObject({ code: fault.kind.grpc, message: 'no' });

    const protobuf = respondFault(fault, 'protobuf');
    expect(protobuf.headers['content-type']).toBe('application/x-protobuf');
    expect(protobuf.body.subarray(0, 6)).toEqual(Buffer.from([8, fault.kind.grpc, 0x12, 2, 0x6e, 0x6f]));
  });
});
