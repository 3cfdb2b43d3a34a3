import { describe, expect, test } from 'vitest';
import { messageField, stringField, varintField } from './protobuf-writer.ts';

/** Expected bytes are those of the protobuf encoding guide, or written out by its rules. */
describe('fields', () => {
  const table: [string, Buffer, string][] = [
    ['a varint of two bytes', varintField(1, 150), '089601'],
    ['zero', varintField(1, 0), ''],
    ['beyond 32 bits', varintField(2, 2 ** 40), '10808080808020'],
    ['a field number of two bytes', varintField(16, 1), '800101'],
    ['text', stringField(2, 'testing'), '120774657374696e67'],
    ['text of several bytes a character', stringField(1, 'é'), '0a02c3a9'],
    ['no text', stringField(2, ''), ''],
    ['a nested message', messageField(3, varintField(1, 150)), '1a03089601'],
    ['an empty message', messageField(1), '0a00'],
    ['a message of several parts', messageField(1, varintField(1, 1), varintField(2, 2)), '0a0408011002'],
    ['a message longer than 127 bytes', messageField(1, Buffer.alloc(200)).subarray(0, 3), '0ac801'],
  ];
  test.each(table)('%s', (_, bytes, hex) => {
    expect(bytes.toString('hex')).toBe(hex);
  });
});
