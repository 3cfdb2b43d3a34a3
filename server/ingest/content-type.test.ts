import { describe, expect, test } from 'vitest';
import { parseContentType, typeOfAnswer } from './content-type.ts';

type Encoding = 'protobuf' | 'json';

const TYPES: ReadonlyMap<string, Encoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json'],
]);
const TAKEN = 'application/x-protobuf, application/protobuf, application/json';

describe('parseContentType', () => {
  const taken: [string, Encoding][] = [
    ['application/x-protobuf', 'protobuf'],
    ['application/protobuf', 'protobuf'],
    ['Application/JSON', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json;charset="UTF-8"', 'json'],
    ['application/json; Charset=utf8; other=1', 'json'],
    ['application/x-protobuf; messageType="x"', 'protobuf'],
  ];
  test.each(taken)('%s', (header, want) => {
    expect(parseContentType(header, TYPES)).toBe(want);
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
    expect(() => parseContentType(header, TYPES)).toThrow(
      expect.objectContaining({ code: 'unsupported-media', field: 'content-type', message }),
    );
  });
});

describe('typeOfAnswer', () => {
  const table: [string | undefined, Encoding | undefined][] = [
    ['application/x-protobuf', 'protobuf'],
    ['application/json; charset=latin1', 'json'],
    ['text/plain', undefined],
    [undefined, undefined],
  ];
  test.each(table)('%s', (header, want) => {
    expect(typeOfAnswer(header, TYPES)).toBe(want);
  });
});
