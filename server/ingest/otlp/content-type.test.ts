import { describe, expect, test } from 'vitest';
import type { OtlpEncoding } from './edge.ts';
import { encodingOfAnswer, parseContentType } from './content-type.ts';

const TAKEN = 'application/x-protobuf, application/protobuf, application/json';

describe('parseContentType', () => {
  const taken: [string, OtlpEncoding][] = [
    ['application/x-protobuf', 'protobuf'],
    ['application/protobuf', 'protobuf'],
    ['Application/JSON', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json;charset="UTF-8"', 'json'],
    ['application/json; Charset=utf8; other=1', 'json'],
    ['application/x-protobuf; messageType="x"', 'protobuf'],
  ];
  test.each(taken)('%s', (header, want) => {
    expect(parseContentType(header)).toBe(want);
  });

  const refused: [string | undefined, string][] = [
    [undefined, `content-type is missing; send one of ${TAKEN}`],
    ['', `content-type is ""; send one of ${TAKEN}`],
    ['text/plain; charset=utf-8', `content-type is "text/plain"; send one of ${TAKEN}`],
    ['application/grpc', `content-type is "application/grpc"; send one of ${TAKEN}`],
    ['constructor', `content-type is "constructor"; send one of ${TAKEN}`],
    ['application/json; charset=latin1', 'content-type has charset "latin1"; send utf-8'],
    ['application/json; charset=', 'content-type has charset ""; send utf-8'],
  ];
  test.each(refused)('refuses %j', (header, message) => {
    expect(() => parseContentType(header)).toThrow(
      expect.objectContaining({ code: 'unsupported-media', field: 'content-type', message }),
    );
  });
});

describe('encodingOfAnswer', () => {
  const table: [string | undefined, OtlpEncoding][] = [
    ['application/x-protobuf', 'protobuf'],
    ['application/json; charset=latin1', 'json'],
    ['text/plain', 'json'],
    [undefined, 'json'],
  ];
  test.each(table)('%s', (header, want) => {
    expect(encodingOfAnswer(header)).toBe(want);
  });
});
