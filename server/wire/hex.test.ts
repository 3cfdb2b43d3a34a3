import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bytes } from './bytes.ts';
import { appendHexId, readHex } from './hex.ts';

function read(text: string, bytes: number): string | undefined {
  const target = new Uint8Array(bytes + 2);
  const source = Buffer.from(`<${text}>`);
  if (!readHex(source, 1, source.length - 1, target, 1, bytes)) return undefined;
  expect([target[0], target[bytes + 1]]).toEqual([0, 0]);
  return Buffer.from(target.subarray(1, bytes + 1)).toString('hex');
}

describe('hex digits', () => {
  test('of either case are bytes', () => {
    expect(read('00ff10Ab', 4)).toBe('00ff10ab');
    const bytes = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(bytes, fc.boolean(), (value, isUpper) => {
        const text = Buffer.from(value).toString('hex');
        expect(read(isUpper ? text.toUpperCase() : text, value.length)).toBe(text);
      }),
    );
  });

  test.each([
    ['too few', '00ff10a', 4],
    ['too many', '00ff10ab0', 4],
    ['none', '', 4],
    ['a letter that is none, first', 'g0ff10ab', 4],
    ['a letter that is none, last', '00ff10ag', 4],
    ['more than ASCII', '00ff10€', 4],
    ['a minus', '-0ff10ab', 4],
  ])('%s are refused', (_, text, bytes) => {
    expect(read(text, bytes)).toBeUndefined();
  });
});

describe('an id', () => {
  test.each([
    ['0123456789abcdef', '0123456789abcdef'],
    ['FEDCBA9876543210', 'fedcba9876543210'],
    ['f', '000000000000000f'],
    ['abc', '0000000000000abc'],
    ['', undefined],
    ['0123456789abcdef0', undefined],
    ['0123456789abcdeg', undefined],
    ['g', undefined],
    ['0x1', undefined],
    ['-1', undefined],
    ['1 ', undefined],
    ['é', undefined],
  ])('%s is one of 8 bytes, or none', (text, id) => {
    const target = new Bytes(1);
    const source = Buffer.from(`"${text}"`);
    const taken = appendHexId(target, source, 1, source.length - 1, 8);
    expect(taken ? Buffer.from(target.view()).toString('hex') : undefined).toBe(id);
    if (!taken) expect(target.length).toBe(0);
  });
});
