import { describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { goQuote, parseGoBool, parseGoDuration, parseGoFloat, parseGoInt } from './go-params.ts';

/** The value, or the text of the refusal. */
function outcome<T>(parse: () => T): T | string {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'invalid') return thrown.message;
    throw thrown;
  }
}

const syntax = (name: string, quoted: string): string => `strconv.${name}: parsing ${quoted}: invalid syntax`;
const range = (name: string, quoted: string): string =>
  `strconv.${name}: parsing ${quoted}: value out of range`;

describe('ParseInt', () => {
  test.each<[string, bigint | string]>([
    ['0', 0n],
    ['-0', 0n],
    ['+5', 5n],
    ['007', 7n],
    ['9223372036854775807', 9_223_372_036_854_775_807n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['9223372036854775808', range('ParseInt', '"9223372036854775808"')],
    ['-9223372036854775809', range('ParseInt', '"-9223372036854775809"')],
    ['99999999999999999999x', range('ParseInt', '"99999999999999999999x"')],
    ['9999999999999999999x', syntax('ParseInt', '"9999999999999999999x"')],
    ['', syntax('ParseInt', '""')],
    ['-', syntax('ParseInt', '"-"')],
    ['1_000', syntax('ParseInt', '"1_000"')],
    ['0x10', syntax('ParseInt', '"0x10"')],
    ['1.5', syntax('ParseInt', '"1.5"')],
    [' 1', syntax('ParseInt', '" 1"')],
    ['string', syntax('ParseInt', '"string"')],
    ['١', syntax('ParseInt', '"١"')],
    ['\u0000"\n', syntax('ParseInt', String.raw`"\x00\"\n"`)],
  ])('%j', (text, want) => {
    expect(outcome(() => parseGoInt(text))).toBe(want);
  });

  test.each<[string, bigint | string]>([
    ['2147483647', 2_147_483_647n],
    ['-2147483648', -2_147_483_648n],
    ['2147483648', range('ParseInt', '"2147483648"')],
    ['-2147483649', range('ParseInt', '"-2147483649"')],
  ])('%j in 32 bits', (text, want) => {
    expect(outcome(() => parseGoInt(text, 32))).toBe(want);
  });
});

describe('ParseBool', () => {
  test.each<[string, boolean | string]>([
    ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text): [string, boolean] => [text, true]),
    ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text): [string, boolean] => [text, false]),
    ['foobar', syntax('ParseBool', '"foobar"')],
    ['tRUE', syntax('ParseBool', '"tRUE"')],
    ['', syntax('ParseBool', '""')],
  ])('%j', (text, want) => {
    expect(outcome(() => parseGoBool(text))).toBe(want);
  });
});

describe('ParseFloat', () => {
  test.each<[string, number | string]>([
    ['0.95', 0.95],
    ['.5', 0.5],
    ['5.', 5],
    ['-1e-3', -0.001],
    ['1_000.5', 1000.5],
    ['0x1p-2', 0.25],
    ['-0x1.8p1', -3],
    ['NaN', Number.NaN],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['1e-400', 0],
    ['1e400', range('ParseFloat', '"1e400"')],
    ['', syntax('ParseFloat', '""')],
    ['.', syntax('ParseFloat', '"."')],
    ['+nan', syntax('ParseFloat', '"+nan"')],
    ['1e', syntax('ParseFloat', '"1e"')],
    ['_1', syntax('ParseFloat', '"_1"')],
    ['0x1', syntax('ParseFloat', '"0x1"')],
    ['0.95 ', syntax('ParseFloat', '"0.95 "')],
  ])('%j', (text, want) => {
    expect(outcome(() => parseGoFloat(text))).toBe(want);
  });
});

const badDuration = (quoted: string): string => `time: invalid duration ${quoted}`;

describe('ParseDuration', () => {
  test.each<[string, bigint | string]>([
    ['0', 0n],
    ['-0', 0n],
    ['5s', 5_000_000_000n],
    ['+1.5h', 5_400_000_000_000n],
    ['-1.5ms', -1_500_000n],
    ['1h2m3s4ms5us6ns', 3_723_004_005_006n],
    ['1µs', 1_000n],
    ['1μs', 1_000n],
    ['.5s', 500_000_000n],
    ['5.s', 5_000_000_000n],
    ['0.000000001s', 1n],
    ['0.3333333333333333333h', 1_200_000_000_000n - 1n],
    ['9223372036854775807ns', 9_223_372_036_854_775_807n],
    ['-9223372036854775808ns', -9_223_372_036_854_775_808n],
    ['9223372036854775808ns', badDuration('"9223372036854775808ns"')],
    ['99999999999999999999', badDuration('"99999999999999999999"')],
    ['3000000h', badDuration('"3000000h"')],
    ['', badDuration('""')],
    ['-', badDuration('"-"')],
    ['x', badDuration('"x"')],
    ['s', badDuration('"s"')],
    ['.s', badDuration('".s"')],
    ['1s x', 'time: unknown unit "s x" in duration "1s x"'],
    ['20', 'time: missing unit in duration "20"'],
    ['1s20', 'time: missing unit in duration "1s20"'],
    ['1.2.3s', 'time: missing unit in duration "1.2.3s"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1日', String.raw`time: unknown unit "\xe6\x97\xa5" in duration "1\xe6\x97\xa5"`],
    ['"\\', String.raw`time: invalid duration "\"\\"`],
  ])('%j', (text, want) => {
    expect(outcome(() => parseGoDuration(text))).toBe(want);
  });
});

test.each([
  ['a b', '"a b"'],
  ['"\\', String.raw`"\"\\"`],
  ['\t\x07\x1b\x7f', String.raw`"\t\a\x1b\x7f"`],
  ['é日😀', '"é日😀"'],
  ['\u00a0\u200b\u{e0001}', String.raw`"\u00a0\u200b\U000e0001"`],
])('Quote %j', (text, want) => {
  expect(goQuote(text)).toBe(want);
});
