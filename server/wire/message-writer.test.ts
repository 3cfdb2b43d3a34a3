import { expect, test } from 'vitest';
import { MessageWriter } from './message-writer.ts';

type Written = [Exclude<keyof MessageWriter, 'take' | 'message'>, ...unknown[]];

function write(writer: MessageWriter, [method, ...given]: Written): void {
  (writer[method] as (...given: unknown[]) => void).apply(writer, given);
}

/** Expected bytes are written out by the rules of the protobuf encoding guide. */
test.each<[string, Written, string]>([
  ['a varint of two bytes', ['varint', 1, 150], '089601'],
  ['text', ['text', 2, 'testing'], '120774657374696e67'],
  ['text of several bytes a character', ['text', 1, 'é'], '0a02c3a9'],
  ['empty text that is there', ['presentText', 1, ''], '0a00'],
  ['minus one', ['int64', 3, -1n], '18ffffffffffffffffff01'],
  ['the least integer', ['int64', 3, -(2n ** 63n)], '1880808080808080808001'],
  ['zero that is there', ['presentInt64', 3, 0n], '1800'],
  ['false that is there', ['presentBool', 2, false], '1000'],
  ['a double', ['presentDouble', 4, 1], '21000000000000f03f'],
  ['fixed 64 bits', ['fixed64', 7, 1n], '390100000000000000'],
  ['fixed 32 bits, all of them', ['fixed32', 16, 0xffff_ffff], '8501ffffffff'],
  ['an id', ['id', 2, '00000000000000ab', 8], '120800000000000000ab'],
  ['an id that is too short', ['id', 2, 'ab', 8], '120800000000000000ab'],
  ['no bytes', ['bytes', 2, Buffer.alloc(0)], '1200'],
  ['zero', ['varint', 1, 0], ''],
  ['zero of 64 bits', ['int64', 1, 0n], ''],
  ['fixed zero', ['fixed64', 1, 0n], ''],
  ['fixed zero of 32 bits', ['fixed32', 1, 0], ''],
  ['empty text', ['text', 1, ''], ''],
])('%s', (_, written, hex) => {
  const writer = new MessageWriter();
  write(writer, written);
  expect(writer.take().toString('hex')).toBe(hex);
  expect(writer.take()).toHaveLength(0);
});

test('messages in messages, the last of them empty', () => {
  const writer = new MessageWriter();
  writer.message(1, () => {
    writer.message(2, () => {
      writer.text(3, 'a');
      writer.message(4, () => undefined);
    });
  });
  expect(writer.take().toString('hex')).toBe('0a07' + '1205' + '1a0161' + '2200');
});

test.each([127, 128, 16_383, 16_384, 3_000_000])('a message of %d bytes in another', (size) => {
  const writer = new MessageWriter();
  writer.message(1, () => {
    writer.bytes(2, Buffer.alloc(size, 7));
    writer.text(3, 'end');
  });
  const inner = Buffer.concat([
    Buffer.from([0x12, ...varint(size)]),
    Buffer.alloc(size, 7),
    Buffer.from([0x1a, 3]),
    Buffer.from('end'),
  ]);
  expect(writer.take().equals(Buffer.concat([Buffer.from([0x0a, ...varint(inner.length)]), inner]))).toBe(
    true,
  );
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
