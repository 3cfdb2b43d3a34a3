import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BatchOptions,
  NOW_MS,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../../../tests/support/corpus.ts';
import {
  THRIFT_PROTOCOLS,
  type ThriftField,
  type ThriftMessage,
  type ThriftProtocol,
  type ThriftStruct,
  type ThriftValue,
  encodeThrift,
} from '../../../tests/support/encode-thrift.ts';
import type { JaegerBatch, JaegerSpan, JaegerTag } from '../../../tests/support/jaeger-batch.ts';
import { type ProtobufMore, encodePostSpans } from '../../../tests/support/jaeger-protobuf.ts';
import { struct, thriftOfBatch, thriftOfSpan, thriftOfTag } from '../../../tests/support/jaeger-thrift.ts';
import { Fault } from '../../errors/fault.ts';
import { messageField } from '../../wire/protobuf-writer.ts';
import type { Decode } from '../intake.ts';
import type { Receipt } from '../receipt.ts';
import { decodePostSpans } from './decode-protobuf.ts';
import {
  decodeAgentBinary,
  decodeAgentCompact,
  decodeThriftBinary,
  decodeThriftCompact,
  decodeThriftJson,
} from './decode-thrift.ts';

const THRIFT_DECODERS: Record<ThriftProtocol, Decode> = {
  binary: decodeThriftBinary,
  compact: decodeThriftCompact,
  json: decodeThriftJson,
};
const DECODERS = {
  ...THRIFT_DECODERS,
  protobuf: decodePostSpans,
  'agent, binary': decodeAgentBinary,
  'agent, compact': decodeAgentCompact,
};
const START = `${NOW_MS}000`;
const SPAN: JaegerSpan = { traceIdLow: '1', spanId: '2', operationName: 'good', startTime: START };
const ONEWAY: ThriftMessage = { name: 'emitBatch', kind: 4 };
const STRING: ThriftValue = { type: 'string', value: 'strange' };
const FIVE: ThriftValue = { type: 'i32', value: 5 };

/** The receipt and the blocks, as text that is quickly compared. */
function blocksOf(body: Uint8Array, decoder: Decode, options: Partial<BatchOptions> = {}): object {
  const batch = createTestBatch(options);
  const receipt = decodeRequest(batch, body, decoder);
  const { spans, catalog } = encodeBatch(batch);
  return { receipt, spans: spans.toString('hex'), catalog: catalog.toString('hex') };
}

function receiptOf(body: Uint8Array, decoder: Decode, options: Partial<BatchOptions> = {}): Receipt {
  return decodeRequest(createTestBatch(options), body, decoder);
}

/** The batch in every encoding, and what decodes it. */
function bodiesOf(batch: JaegerBatch): [string, Buffer, Decode][] {
  const thrift = thriftOfBatch(batch);
  return [
    ...THRIFT_PROTOCOLS.map((protocol): [string, Buffer, Decode] => [
      protocol,
      encodeThrift(protocol, thrift),
      THRIFT_DECODERS[protocol],
    ]),
    ['protobuf', encodePostSpans(batch), decodePostSpans],
  ];
}

const digits = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.constantFrom('0', '1', '-1', '7', START),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('event', 'error', 'span.kind', 'server', 'true', 'service.name', 'otel.scope.name'),
);
const tag: fc.Arbitrary<JaegerTag> = fc.record(
  {
    key: text,
    vType: fc.constantFrom('STRING', 'DOUBLE', 'BOOL', 'LONG', 'BINARY'),
    vStr: text,
    // 0 has no sign in the JSON of Thrift's package.
    vDouble: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    vBool: fc.boolean(),
    vLong: digits,
    vBinary: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  },
  { requiredKeys: ['key'] },
);
const tags = fc.array(tag, { maxLength: 5 });
const reference = fc.record(
  {
    refType: fc.constantFrom('CHILD_OF', 'FOLLOWS_FROM'),
    traceIdLow: digits,
    traceIdHigh: digits,
    spanId: digits,
  },
  { requiredKeys: [] },
);
const span: fc.Arbitrary<JaegerSpan> = fc.record(
  {
    traceIdLow: digits,
    traceIdHigh: digits,
    spanId: digits,
    parentSpanId: digits,
    operationName: text,
    references: fc.array(reference, { maxLength: 4 }),
    flags: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    startTime: digits,
    duration: digits,
    tags,
    logs: fc.array(fc.record({ timestamp: digits, fields: tags }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const batches: fc.Arbitrary<JaegerBatch> = fc.record(
  {
    process: fc.record({ serviceName: text, tags }, { requiredKeys: [] }),
    spans: fc.array(span, { maxLength: 4 }),
  },
  { requiredKeys: ['spans'] },
);

describe('any spans', () => {
  test('give the same blocks in every encoding', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const [[, body, decoder], ...others] = bodiesOf(batch) as [[string, Buffer, Decode]];
        const first = blocksOf(body, decoder);
        for (const [name, other, decode] of others as [string, Buffer, Decode][])
          expect({ name, ...blocksOf(other, decode) }).toEqual({ name, ...first });
      }),
      { numRuns: 400 },
    );
  });

  test.each([0, 1, 126, 127, 128, 129, 255, 256, 257, 300])('with texts of %d bytes, too', (length) => {
    const some = 'x'.repeat(length);
    const tags: JaegerTag[] = [
      { key: some, vType: 'STRING', vStr: some },
      { key: 'k', vStr: some },
      { key: some, vType: 'STRING', vStr: 'v' },
      { key: some, vType: 'STRING' },
    ];
    const [first, ...others] = bodiesOf({ spans: [{ ...SPAN, tags }] }).map(([, body, decode]) =>
      blocksOf(body, decode),
    );
    expect(first).toMatchObject({ receipt: { accepted: 1 } });
    for (const other of others) expect(other).toEqual(first);
  });

  test('over a limit are refused in the same words', () => {
    const limits = { attributes: 2, events: 1, attributeBytes: 22 };
    fc.assert(
      fc.property(batches, (batch) => {
        const [first, ...others] = bodiesOf(batch).map(([, body, decode]) =>
          blocksOf(body, decode, { limits }),
        );
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  test('are not changed by fields that nobody knows', () => {
    const values: ThriftValue[] = [
      FIVE,
      STRING,
      { type: 'bool', value: true },
      { type: 'list', of: 'struct', values: [struct([1, FIVE])] },
      { type: 'map', keys: 'string', of: 'i32', pairs: [[STRING, FIVE]] },
    ];
    const strange = fc.array(fc.tuple(fc.integer({ min: 100, max: 30_000 }), fc.constantFrom(...values)), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(batches, strange, fc.constantFrom(...THRIFT_PROTOCOLS), (batch, fields, protocol) => {
        const decoder = THRIFT_DECODERS[protocol];
        const usual = thriftOfBatch(batch);
        const unusual = withStrange(usual, new Map(fields)) as ThriftStruct;
        expect(blocksOf(encodeThrift(protocol, unusual), decoder)).toEqual(
          blocksOf(encodeThrift(protocol, usual), decoder),
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** The same value, whose structs have these fields too. */
function withStrange(value: ThriftValue, fields: ReadonlyMap<number, ThriftValue>): ThriftValue {
  if (value.type === 'list')
    return { ...value, values: value.values.map((inner) => withStrange(inner, fields)) };
  if (value.type !== 'struct') return value;
  const own = value.fields.map(([id, inner]): ThriftField => [id, withStrange(inner, fields)]);
  return { type: 'struct', fields: [...own, ...fields] };
}

describe('Thrift as it should not be', () => {
  const usual = thriftOfSpan({ ...SPAN, tags: [{ key: 'k', vType: 'LONG', vLong: '5' }] });
  const batchOf = (span: ThriftValue): ThriftStruct =>
    struct(
      [1, struct([1, { type: 'string', value: 'service' }])],
      [2, { type: 'list', of: span.type, values: [span] }],
    );
  const listOf = (...values: ThriftValue[]): ThriftValue => ({ type: 'list', of: values[0]!.type, values });
  const tagOf = (...fields: ThriftField[]): ThriftStruct =>
    struct(...usual.fields.filter(([id]) => id !== 10), [10, listOf(struct(...fields))]);
  const withField = (...fields: ThriftField[]): ThriftStruct => struct(...usual.fields, ...fields);

  // JSON has no field twice as Thrift's package writes it, and is read by the same decoder.
  describe.each(['binary', 'compact'] as const)('%s', (protocol) => {
    const decoder = THRIFT_DECODERS[protocol];
    const blocks = (span: ThriftValue): object => blocksOf(encodeThrift(protocol, batchOf(span)), decoder);

    test.each<[string, ThriftStruct, ThriftStruct]>([
      ['fields of another type are passed over', withField([5, FIVE], [7, STRING], [8, STRING], [10, STRING], [11, struct([1, FIVE])]), usual],
      ['lists of another type are passed over', withField([10, listOf(STRING, STRING)], [11, listOf(FIVE)], [6, { type: 'list', of: 'i64', values: [] }]), usual],
      ['of a field that is there twice the last counts', struct([5, STRING], [3, { type: 'i64', value: 99n }], ...usual.fields), usual],
      ['lists that are there twice are one', withField([10, listOf(thriftOfTag({ key: 'l', vStr: 'm' }))]), thriftOfSpan({ ...SPAN, tags: [{ key: 'k', vType: 'LONG', vLong: '5' }, { key: 'l', vStr: 'm' }] })],
      ['fields in any order', struct(...usual.fields.toReversed()), usual],
      ['a tag whose value comes before its type', tagOf([6, { type: 'i64', value: 5n }], [2, { type: 'i32', value: 3 }], [1, { type: 'string', value: 'k' }]), usual],
      ['a tag with values of other types too', tagOf([1, { type: 'string', value: 'k' }], [2, { type: 'i32', value: 3 }], [6, { type: 'i64', value: 5n }], [3, STRING], [5, { type: 'bool', value: true }]), usual],
      ['a tag whose value has another type than Thrift has for it', tagOf([1, { type: 'string', value: 'k' }], [2, { type: 'i32', value: 3 }], [6, { type: 'i64', value: 5n }], [6, FIVE]), usual],
      ['a tag with a negative type', tagOf([1, { type: 'string', value: 'k' }], [2, { type: 'i32', value: -1 }], [6, { type: 'i64', value: 5n }]), usual],
    ])('%s', (_, sent, meant) => {
      expect(blocks(sent)).toEqual(blocks(meant));
    }); // prettier-ignore

    test('spans that are no structs are no spans', () => {
      expect(receiptOf(encodeThrift(protocol, batchOf(FIVE)), decoder)).toMatchObject({
        accepted: 0,
        rejected: 0,
      });
    });

    test('spans before and behind their process', () => {
      const process: ThriftField = [1, struct([1, STRING])];
      const spans = (...all: ThriftValue[]): ThriftField => [2, listOf(...all)];
      const around = encodeThrift(protocol, struct(spans(usual), process, spans(usual, usual)));
      const behind = encodeThrift(protocol, struct(process, spans(usual, usual, usual)));
      expect(blocksOf(around, decoder)).toEqual(blocksOf(behind, decoder));
    });

    test('nothing but an end is a batch of nothing', () => {
      expect(receiptOf(Buffer.from([0]), decoder)).toMatchObject({ accepted: 0, rejected: 0, message: '' });
    });
  });
});

describe('a body that cannot be read', () => {
  test.each<[string, Decode, string, string]>([
    ['nothing', decodeThriftBinary, '', '(binary): a value of 1 bytes where 0 are left at byte 0'],
    ['a negative number of spans', decodeThriftBinary, '0f0002 0c ffffffff', '(binary): -1 elements at byte 3'],
    ['2^31 - 1 spans', decodeThriftBinary, '0f0002 0c 7fffffff 00 00', '(binary): 2147483647 elements where 2 bytes are left at byte 3'],
    ['2^31 - 1 spans behind a process', decodeThriftBinary, '0c0001 00 0f0002 0c 7fffffff 00 00', '(binary): 2147483647 elements where 2 bytes are left at byte 7'],
    ['2^32 - 1 spans', decodeThriftCompact, '29 fc ffffffff0f 00', '(compact): 4294967295 elements where 1 bytes are left at byte 1'],
    ['a process without an end', decodeThriftBinary, '0c0001 0b0001 00000000', '(binary): a value of 1 bytes where 0 are left at byte 10'],
    ['no Thrift JSON', decodeThriftJson, Buffer.from('{"data":[]}').toString('hex'), '(JSON): expected the value of a field at byte 8'],
    ['no message', decodeAgentCompact, '8000', '(compact): no message at byte 0'],
  ])('%s', (_, decoder, hex, what) => {
    const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(() => receiptOf(body, decoder)).toThrow(`the body is not valid Thrift ${what}`);
  }); // prettier-ignore

  const good = { process: { serviceName: 's' }, spans: [{ ...SPAN, tags: [{ key: 'k', vStr: 'v' }] }] };
  test.each(bodiesOf(good))('%s, cut off anywhere', (_, body, decoder) => {
    for (let length = 0; length < body.length; length++) {
      const batch = createTestBatch();
      try {
        // Protobuf may end between two of its outermost fields, of which there is one.
        expect(decodeRequest(batch, body.subarray(0, length), decoder).accepted).toBe(0);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
      }
      expect(batch.batch.spans.rows).toBe(0);
    }
  });

  test.each(Object.entries(DECODERS))('%s: any bytes are refused cleanly or taken', (name, decoder) => {
    const valid = bodiesOf(good).find(([encoding]) => name.endsWith(encoding))![1];
    const args = struct([1, thriftOfBatch(good)]);
    const body = name.startsWith('agent')
      ? encodeThrift(name.endsWith('binary') ? 'binary' : 'compact', args, ONEWAY)
      : valid;
    const change = fc.tuple(fc.nat(body.length - 1), fc.nat(255));
    const damaged = fc.array(change, { maxLength: 4 }).map((changes) => {
      const bytes = Buffer.from(body);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), damaged), (bytes) => {
        const batch = createTestBatch();
        try {
          expect(decodeRequest(batch, bytes, decoder).accepted).toBe(batch.batch.spans.rows);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
          expect((thrown as Fault).code).toBe('invalid');
          expect(batch.batch.spans.rows).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('messages of the agent', () => {
  const args = struct([1, thriftOfBatch({ process: { serviceName: 's' }, spans: [SPAN] })]);
  const decoders = [['binary', decodeAgentBinary], ['compact', decodeAgentCompact]] as const; // prettier-ignore

  test.each(decoders)(
    '%s: a call is taken like what is one way, with bytes behind it',
    (protocol, decoder) => {
      const call = encodeThrift(protocol, args, { name: 'emitBatch', kind: 1 });
      const oneway = encodeThrift(protocol, args, ONEWAY);
      const padded = Buffer.concat([oneway, Buffer.alloc(40)]);
      expect(blocksOf(call, decoder)).toEqual(blocksOf(oneway, decoder));
      expect(blocksOf(padded, decoder)).toEqual(blocksOf(oneway, decoder));
      expect(receiptOf(oneway, decoder)).toMatchObject({ accepted: 1 });
    },
  );

  test.each(decoders)('%s: others are refused', (protocol, decoder) => {
    const refusal = (message: ThriftMessage) => () =>
      receiptOf(encodeThrift(protocol, args, message), decoder);
    const advice = 'is not taken: call emitBatch of jaeger.thrift; spans of Zipkin are taken over HTTP';
    expect(refusal({ name: 'emitZipkinBatch', kind: 4 })).toThrow(`the message "emitZipkinBatch" ${advice}`);
    expect(refusal({ name: 'emitBatch', kind: 2 })).toThrow(`an answer to emitBatch ${advice}`);
    expect(refusal({ name: 'x'.repeat(9000), kind: 4 })).toThrow(`the message "${'x'.repeat(60)}" ${advice}`);
  });
});

describe('limits', () => {
  const large = (count: number, bytes: number): JaegerSpan => ({
    ...SPAN,
    operationName: 'large',
    tags: Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, vStr: 'v'.repeat(bytes) })),
    logs: Array.from({ length: 20 }, () => ({ timestamp: START, fields: [{ key: 'event', vStr: 'e' }] })),
    references: [{ refType: 'FOLLOWS_FROM', traceIdLow: '5', spanId: '6' }],
  });

  test.each(bodiesOf({ process: { serviceName: 's' }, spans: [SPAN, large(50, 100), SPAN] }))(
    '%s: a span over the limit is refused alone, by its ids and name',
    (_, body, decoder) => {
      const receipt = receiptOf(body, decoder, { limits: { spanBytes: 4000 } });
      expect(receipt).toMatchObject({ accepted: 2, rejected: 1, reasons: { 'span-too-large': 1 } });
      expect(receipt.message).toMatch(
        /first: span 1 \("large", trace 00000000000000000000000000000001\): has \d+ bytes, more than 4000 \(SPANHOUSE_MAX_SPAN_BYTES\)$/,
      );
    },
  );

  test.each(bodiesOf({ process: { serviceName: 's' }, spans: [large(1000, 5000), SPAN] }))(
    '%s: so is one over the limit that is looked at with pauses',
    (_, body, decoder) => {
      const receipt = receiptOf(body, decoder);
      expect(receipt).toMatchObject({ accepted: 1, rejected: 1, reasons: { 'span-too-large': 1 } });
      expect(receipt.message).toMatch(/first: span 0 \("large", trace 0{31}1\): has 5\d{6} bytes, /);
      expect(turnsOf(body, decoder)).toBeGreaterThan(20);
    },
  );

  test('a span that is looked at with pauses is the same in every encoding, and the same as in one go', () => {
    const small = bodiesOf({ process: { serviceName: 's' }, spans: [large(900, 100)] });
    const huge = bodiesOf({ process: { serviceName: 's' }, spans: [large(900, 300)] });
    const [first, ...others] = huge.map(([, body, decoder]) => blocksOf(body, decoder));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ receipt: { accepted: 1, message: '' } });
    expect(huge.map(([, body, decoder]) => turnsOf(body, decoder) > 1)).toEqual([true, true, true, true]);
    // Nothing tells the two apart but what their values hold.
    for (const [index, [, body, decoder]] of small.entries()) {
      const { spans } = blocksOf(body, decoder) as { spans: string };
      const { spans: hugeSpans } = blocksOf(huge[index]![1], decoder) as { spans: string };
      expect(hugeSpans.length - spans.length).toBeGreaterThan(2 * 900 * 200);
    }
  });

  test.each(bodiesOf({ process: { serviceName: 's', tags: large(50, 100).tags! }, spans: [SPAN] }))(
    '%s: a process over the limit takes its spans with it',
    (_, body, decoder) => {
      const receipt = receiptOf(body, decoder, { limits: { spanBytes: 4000 } });
      expect(receipt).toMatchObject({ accepted: 0, rejected: 1, reasons: { 'span-too-large': 1 } });
      expect(receipt.message).toMatch(/: its resource has \d+ bytes, more than 4000/);
    },
  );

  test.each(
    bodiesOf({ spans: [{ ...SPAN, tags: [{ key: 'b', vType: 'BINARY', vBinary: 'A'.repeat(4000) }] }] }),
  )('%s: bytes over the limit are refused as they are, without a text of them', (_, body, decoder) => {
    const receipt = receiptOf(body, decoder, { limits: { attributeBytes: 2999 } });
    expect(receipt.message).toContain('attribute "b" has 3000 bytes, more than 2999');
  });

  test.each(bodiesOf({ spans: [{ ...SPAN, references: Array.from({ length: 5000 }, () => ({})) }] }))(
    '%s: references are counted while they are read',
    (_, body, decoder) => {
      expect(receiptOf(body, decoder)).toMatchObject({ accepted: 0, reasons: { 'too-many-links': 1 } });
    },
  );

  test.each(bodiesOf({ process: { serviceName: 's' }, spans: Array.from({ length: 10_000 }, () => SPAN) }))(
    '%s: ten thousand spans, with pauses',
    (_, body, decoder) => {
      expect(receiptOf(body, decoder)).toMatchObject({ accepted: 10_000, rejected: 0 });
      expect(turnsOf(body, decoder)).toBeGreaterThan(1);
    },
  );

  test.each(['binary', 'compact'] as const)(
    '%s: what nobody asked for is passed over with pauses',
    (protocol) => {
      const many: ThriftValue = {
        type: 'list',
        of: 'string',
        values: Array.from({ length: 100_000 }, () => STRING),
      };
      const process: ThriftField = [1, struct()];
      const spans: ThriftField = [2, { type: 'list', of: 'struct', values: [struct([99, many])] }];
      const turns = (...fields: ThriftField[]): number =>
        turnsOf(encodeThrift(protocol, struct(...fields)), THRIFT_DECODERS[protocol]);
      expect(turns(process, [3, many])).toBeGreaterThan(5);
      // Once to see how long the span is, once more to read it.
      expect(turns(process, spans)).toBeGreaterThan(10);
      expect(turns(spans, process)).toBeGreaterThan(15);
    },
  );

  test('so it is in JSON', () => {
    const body = Buffer.from(`{"3":{"lst":["i32",100000${',5'.repeat(400_000)}]}}`);
    expect(turnsOf(body, decodeThriftJson)).toBeGreaterThan(5);
  });
});

function turnsOf(body: Uint8Array, decoder: Decode): number {
  const { writer, memory } = createTestBatch();
  writer.openRequest(memory, NOW_MS);
  const steps = decoder(body, writer);
  let turns = 1;
  while (steps.next().done !== true) turns++;
  return turns;
}

describe('protobuf', () => {
  const scope: JaegerTag = { key: 'otel.scope.name', vStr: 'lib' };
  const shop = { serviceName: 'shop', tags: [{ key: 'k', vStr: 'v' }] };
  const own = { serviceName: 'own' };
  const spans = ['a', 'b', 'c', 'd'].map((operationName) => ({ ...SPAN, operationName, tags: [scope] }));

  /** One request of several batches. */
  const together = (...bodies: Buffer[]): Buffer => Buffer.concat(bodies);

  test('a span may have a process of its own', () => {
    const more: ProtobufMore[] = [{}, { process: own }, {}, { process: {} }];
    const body = encodePostSpans({ process: shop, spans }, more);
    const apart = together(
      encodePostSpans({ process: shop, spans: spans.slice(0, 1) }),
      encodePostSpans({ process: own, spans: spans.slice(1, 2) }),
      encodePostSpans({ process: shop, spans: spans.slice(2, 3) }),
      encodePostSpans({ spans: spans.slice(3) }),
    );
    expect(blocksOf(body, decodePostSpans)).toEqual(blocksOf(apart, decodePostSpans));
    expect(receiptOf(body, decodePostSpans)).toMatchObject({ accepted: 4 });
  });

  test('a long process is not read again for every other span: those that have their own are put off', () => {
    const tags = Array.from({ length: 1000 }, (_, index) => ({ key: `key.${index}`, vStr: 'v'.repeat(500) }));
    const long = { serviceName: 'shop', tags };
    const some = Array.from({ length: 4000 }, (_, index) => ({ ...SPAN, spanId: String(index + 1) }));
    const more = some.map((_, index) => (index % 2 === 0 ? {} : { process: own }));
    const body = encodePostSpans({ process: long, spans: some }, more);
    const batch = createTestBatch();
    expect(decodeRequest(batch, body, decodePostSpans)).toMatchObject({ accepted: 4000, rejected: 0 });
    const { words, length } = batch.batch.spans.resourceId;
    const resources = Array.from({ length: length / 2 }, (_, row) => words[2 * row]!);
    expect(resources.filter((resource) => resource === resources[0])).toHaveLength(2000);
    expect(new Set(resources).size).toBe(2);
    // How often one was opened after the other.
    expect(resources.filter((resource, row) => resource !== resources[row - 1]).length).toBeLessThan(20);
  });

  test('the process may stand in front of its spans', () => {
    const body = encodePostSpans({ process: shop, spans });
    const withoutProcess = encodePostSpans({ spans });
    const processOnly = encodePostSpans({ process: shop, spans: [] });
    // Fields of a message, one behind the other, are one message.
    const front = messageField(1, Buffer.concat([fieldsOf(processOnly), fieldsOf(withoutProcess)]));
    expect(blocksOf(front, decodePostSpans)).toEqual(blocksOf(body, decodePostSpans));
  });

  test('times of a span over the limit are passed over, whatever is in them', () => {
    const [start, duration] = [6, 7].map((field) => messageField(field, Buffer.from('0880', 'hex')));
    const span = Buffer.concat([start!, duration!, messageField(3, Buffer.from('name'))]);
    const body = messageField(1, messageField(1, span));
    const receipt = receiptOf(body, decodePostSpans, { limits: { spanBytes: 10 } });
    expect(receipt).toMatchObject({ accepted: 0, reasons: { 'span-too-large': 1 } });
    expect(() => receiptOf(body, decodePostSpans)).toThrow(Fault);
  });

  test('warnings become the attribute that our Jaeger API looks for them in', () => {
    const body = encodePostSpans({ spans: [SPAN] }, [{ warnings: ['clock "skew"', ''] }]);
    const batch = createTestBatch();
    expect(decodeRequest(batch, body, decodePostSpans)).toMatchObject({ accepted: 1, message: '' });
    const block = encodeBatch(batch).spans.toString('latin1');
    expect(block).toContain('@jaeger@warnings');
    expect(block).toContain('["clock \\"skew\\"",""]');
  });

  test('warnings over the limit of an attribute are refused before they are a text', () => {
    const body = encodePostSpans({ spans: [SPAN] }, [{ warnings: Array.from({ length: 1000 }, () => '') }]);
    expect(receiptOf(body, decodePostSpans, { limits: { attributeBytes: 100 } }).message).toContain(
      'attribute "@jaeger@warnings" has 103 bytes, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)',
    );
  });

  const spanWith = (...fields: string[]): Buffer => {
    const start = Buffer.from('3206' + '08a088cfac06', 'hex');
    const span = Buffer.concat([...fields.map((hex) => Buffer.from(hex, 'hex')), start]);
    return messageField(1, messageField(1, span));
  };
  const spanId = '1208' + '0000000000000002';

  test('the lower half of a trace id may stand alone', () => {
    const half = spanWith('0a08' + '00000000000000ff', spanId);
    const whole = spanWith('0a10' + '0000000000000000' + '00000000000000ff', spanId);
    expect(blocksOf(half, decodePostSpans)).toEqual(blocksOf(whole, decodePostSpans));
    expect(receiptOf(half, decodePostSpans)).toMatchObject({ accepted: 1 });
  });

  test.each([
    ['trace id', '0a03010203', spanId, 'trace_id 010203 must be 16 bytes, not all zero'],
    ['span id', '0a08' + '00000000000000ff', '1203010203', 'span_id 010203 must be 8 bytes, not all zero'],
    ['reference', '0a08' + '00000000000000ff', spanId + '22050a03010203', "a reference's trace_id 010203 must be 16 bytes, not all zero"],
    ['reference to a span', '0a08' + '00000000000000ff', spanId + '2204' + '12020102', "a reference's span_id 0102 must be 8 bytes, not all zero"],
  ])('a %s of another length is refused', (_, traceId, rest, what) => {
    expect(receiptOf(spanWith(traceId, rest), decodePostSpans).message).toContain(what);
  }); // prettier-ignore
});

/** Of the only field of a request. */
function fieldsOf(request: Buffer): Buffer {
  // Its tag, and a length of one or two bytes.
  return request.subarray(request[1]! < 0x80 ? 2 : 3);
}
