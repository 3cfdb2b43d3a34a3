import { expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { parseHexTraceId, parseTraceId } from './trace-id-param.ts';

const id = (high: string, low: string): string => high.padStart(16, '0') + low.padStart(16, '0');
const badUint = (text: string): string => `strconv.ParseUint: parsing "${text}": invalid syntax`;
const tooLong = (text: string): string => `TraceID cannot be longer than 32 hex characters: ${text}`;

function outcome(parse: (text: string) => string, text: string): string {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'invalid') return thrown.message;
    throw thrown;
  }
}

/** Text, as hex alone, as hex or base64 where that is something else. */
test.each<[string, string, string?]>([
  ['1', id('0', '1')],
  ['123456aBC', id('0', '123456abc')],
  ['00000000000000010000000000000002', id('1', '2')],
  ['10000000000000002', id('1', '2')],
  ['', badUint('')],
  ['0x1', badUint('0x1'), 'invalid length for TraceID'],
  ['+1', badUint('+1'), 'invalid length for TraceID'],
  ['12345678-1234-1234-1234-123456789012', tooLong('12345678-1234-1234-1234-123456789012')],
  ['x0000000000000001', badUint('x'), badUint('x')],
  ['1000000000000000x', badUint('000000000000000x'), badUint('000000000000000x')],
  ['0'.repeat(33), tooLong('0'.repeat(33))],
  ['AAAAAAAAAAEAAAAAAAAAAQ==', badUint('AAEAAAAAAAAAAQ=='), id('1', '1')],
  ['AAAAAAAAAAEAAAAAAAAAAQ', badUint('AAAAEAAAAAAAAAAQ'), id('1', '1')],
  ['AAAAAAAAAP///////////w==', badUint('AP///////////w=='), id('ff', 'ffffffffffffffff')],
  ['AAAAAAAAAP___________w==', badUint('AP___________w=='), id('ff', 'ffffffffffffffff')],
  ['EjRWeJq83vD+3LqYdlQyEA==', badUint('EjRWeJq8'), id('123456789abcdef0', 'fedcba9876543210')],
  ['EjRWeJq83vD-3LqYdlQyEA==', badUint('EjRWeJq8'), id('123456789abcdef0', 'fedcba9876543210')],
  ['not-a-valid-id!', badUint('not-a-valid-id!')],
  ['chumbawumba', badUint('chumbawumba'), id('0', Buffer.from('chumbawumba', 'base64').toString('hex'))],
  ['badtraceid', badUint('badtraceid'), 'invalid length for TraceID'],
])('%s', (text, hex, either) => {
  expect(outcome(parseHexTraceId, text)).toBe(hex);
  if (either !== undefined || !hex.startsWith('strconv')) {
    expect(outcome(parseTraceId, text)).toBe(either ?? hex);
  }
});
