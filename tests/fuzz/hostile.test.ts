import { describe, expect, test } from 'vitest';
import { BODY_KINDS, type BodyKind } from './body-kinds.ts';
import { DecoderCheck } from './decoder-check.ts';

/*
 * Bodies that nobody sends in earnest: short ones that say they are endless, and long ones of nothing. Each is decoded under
 * tight limits and under the server's own, and everything that holds for mutated bodies holds for them: their time and what
 * they become, too.
 */

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const times = (count: number, piece: Buffer | string): Buffer =>
  Buffer.alloc(count * Buffer.byteLength(piece), piece);
const join = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const list = (count: number, present: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => present(index)).join(',');
const count32 = (count: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(count);
  return bytes;
};

const EMIT_BATCH = join(hex('80010004 00000009'), 'emitBatch', hex('00000000'));
const SPAN = '"traceId":"1f","id":"2","timestamp":1704164640000000';
const LINE_IDS = 'trace_id=0102030405060708090a0b0c0d0e0f10,span_id=0102030405060708';
const logLines = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `logs,${LINE_IDS} name="e" ${1_704_164_640_000_000_000n - BigInt(index)}\n`,
  ).join('');

describe('is no list of anything', () => {
  test.each<[string, BodyKind, Buffer]>([
    ['brackets', 'zipkin-json', times(1 << 20, '[')],
    ['brackets', 'zipkin-json-v1', times(1 << 20, '[')],
    ['brackets in what nobody knows', 'zipkin-json', join(`[{${SPAN},"x":`, times(1 << 20, '['))],
    ['brackets', 'jaeger-json', join('{"1":{"lst":', times(1 << 20, '['))],
    ['brackets', 'otlp-json', join('{"x":', times(1 << 20, '['))],
    ['2^31 structs', 'zipkin-thrift', hex('0c 7fffffff')],
    ['2^31 structs', 'jaeger-binary', hex('0c0001 00 0f0002 0c 7fffffff')],
    ['2^31 structs', 'jaeger-compact', hex('1c 00 19 fc ffffffff07')],
    ['2^31 structs', 'jaeger-json', Buffer.from('{"1":{"rec":{}},"2":{"lst":["rec",2147483647,{}')],
    ['2^31 structs', 'jaeger-agent-binary', join(EMIT_BATCH, hex('0c0001 0f0002 0c 7fffffff'))],
    ['structs without an end', 'zipkin-thrift', join(hex('0c 00000001'), times(100_000, hex('0c0001')))],
    ['structs without an end', 'jaeger-compact', times(200_000, hex('1c'))],
    ['a name with escapes', 'zipkin-json', join('[{"', times(200_000, '\\u00e9'), '":1}]')],
  ])('%s: %s', (_, kind, body) => {
    const check = new DecoderCheck(kind);
    check.checkTwice(body);
    expect(check).toMatchObject({ refused: 2, rows: 0 });
  });
});

describe('is too much of something', () => {
  test.each<[string, BodyKind, Buffer]>([
    ['200,000 tags', 'zipkin-json', join(`[{${SPAN},"tags":{${list(200_000, (index) => `"k${index}":""`)}}}]`)],
    ['200,000 tags', 'zipkin-json-v1', join(`[{${SPAN},"binaryAnnotations":[${list(100_000, () => '{"value":""}')}]}]`)],
    ['200,000 tags', 'zipkin-protobuf', join(hex('0a80b518'), times(200_000, hex('5a00')))],
    ['200,000 annotations', 'zipkin-json', join(`[{${SPAN},"annotations":[${list(200_000, () => '{}')}]}]`)],
    ['100,000 events of a span', 'influx-lines', join(logLines(100_000), `spans,${LINE_IDS} x=1 1704164640000000000\n`)],
  ])('%s: %s', (_, kind, body) => {
    const check = new DecoderCheck(kind);
    check.checkTwice(body);
    expect(check).toMatchObject({ refused: 0, rows: 0, rejected: 2 });
  }); // prettier-ignore
});

describe('is nothing, very often', () => {
  const MANY = 50_000;
  test.each<[string, BodyKind, Buffer]>([
    ['spans', 'otlp-json', join('{"resourceSpans":[{"scopeSpans":[{"spans":[', times(MANY - 1, '{},'), '{}]}]}]}')],
    ['spans', 'jaeger-binary', join(hex('0c0001 00 0f0002 0c'), count32(MANY), times(MANY, hex('00')), hex('00'))],
    ['spans', 'jaeger-json', join(`{"2":{"lst":["rec",${MANY}`, times(MANY, ',{}'), ']}}')],
    ['spans', 'jaeger-agent-binary', join(EMIT_BATCH, hex('0c0001 0f0002 0c'), count32(MANY), times(MANY + 2, hex('00')))],
    ['spans', 'zipkin-json', join('[', times(MANY - 1, '{},'), '{}]')],
    ['spans', 'zipkin-protobuf', times(MANY, hex('0a00'))],
    ['spans', 'zipkin-thrift', join(hex('0c'), count32(MANY), times(MANY, hex('00')))],
    ['spans', 'influx-lines', times(MANY, 'spans x=1\n')],
  ])('%s: %s', (_, kind, body) => {
    const check = new DecoderCheck(kind);
    check.checkTwice(body);
    expect(check).toMatchObject({ refused: 0, rows: 0, rejected: 2 * MANY });
  }); // prettier-ignore
});

test('20,000 events whose span is elsewhere, the last of them first', () => {
  const check = new DecoderCheck('influx-lines');
  check.checkTwice(Buffer.from(logLines(20_000)));
  expect(check).toMatchObject({ refused: 0, rejected: 0, fragments: 40_000 });
});

test('every kind takes a body without a byte for what it is', () => {
  const refused = Object.keys(BODY_KINDS).filter((kind) => {
    const check = new DecoderCheck(kind as BodyKind);
    check.checkTwice(Buffer.alloc(0));
    return check.refused > 0;
  });
  expect(Object.keys(BODY_KINDS).filter((kind) => !refused.includes(kind))).toEqual([
    'otlp-protobuf',
    'jaeger-protobuf',
    'zipkin-protobuf',
    'influx-lines',
  ]);
});
