import { expect, test } from 'vitest';
import { Bytes } from '../../wire/bytes.ts';
import { appendAddress } from './address-text.ts';

test.each([
  ['00000000', '0.0.0.0'],
  ['0a00ff64', '10.0.255.100'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000001000000000000', '2001:db8:0:0:1::'],
  ['20010db8000100010001000000010001', '2001:db8:1:1:1:0:1:1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['00000000000000000000ffff0a000001', '10.0.0.1'],
  ['0a0000', ''],
  ['', ''],
])('%s is %s', (hex, text) => {
  const target = new Bytes();
  const source = Buffer.from(`ff${hex}ff`, 'hex');
  appendAddress(target, source, 1, source.length - 1);
  expect(Buffer.from(target.view()).toString()).toBe(text);
});
