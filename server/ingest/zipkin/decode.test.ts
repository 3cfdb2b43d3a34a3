import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BatchOptions,
  NOW_MS,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../../../tests/support/corpus.ts';
import { Fault } from '../../errors/fault.ts';
import type { Decode } from '../intake.ts';
import { DECODERS, readCorpus } from './corpus.fixture.ts';
import { decodeJsonV1 } from './decode-json-v1.ts';
import { decodeJsonV2 } from './decode-json-v2.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { decodeThriftV1 } from './decode-thrift-v1.ts';

/** What a body gives, as text, which is quickly compared. */
function blocksOf(body: string | Uint8Array, decode: Decode, options: Partial<BatchOptions> = {}) {
  const batch = createTestBatch(options);
  const receipt = decodeRequest(batch, Buffer.from(body), decode);
  const { spans, catalog } = encodeBatch(batch);
  return { receipt, spans: spans.toString('hex'), catalog: catalog.toString('hex') };
}

const spanOf = (fields: string): string =>
  `[{"traceId":"5b8efff798038103d269b633813fc60c","id":"eee19b7ec3c1b174",${fields}}]`;
const TIMED = '"timestamp":1704164640000000';

describe('a body that cannot be read', () => {
  const json: [string, string, string, number][] = [
    ['nothing', '', 'expected an array for the list of spans', 0],
    ['one span', '{}', 'expected an array for the list of spans', 0],
    ['something behind', '[]x', 'something follows the end of the request', 2],
    ['no end', '[{}', 'expected a comma or a closing bracket', 3],
    ['a number for a span', '[1]', 'expected an object for span', 1],
    ['a number for an id', '[{"traceId":1}]', 'expected a string for traceId', 12],
    ['half a number', '[{"timestamp":1-2}]', 'expected a number for timestamp', 14],
    ['a zero before a number', '[{"timestamp":01}]', 'expected a number for timestamp', 14],
    ['no number', '[{"duration":"soon"}]', 'expected a number of microseconds for duration', 13],
    ['a list for an endpoint', '[{"localEndpoint":[]}]', 'expected an object for localEndpoint', 18],
    ['a number for a service', '[{"localEndpoint":{"serviceName":7}}]', 'expected a string for serviceName', 33],
    ['a word for debug', '[{"debug":"yes"}]', 'expected true or false for debug', 10],
    ['a map for a tag', '[{"tags":{"k":{}}}]', 'expected a number for the value of a tag', 14],
    ['a list for tags', '[{"tags":[]}]', 'expected an object for tags', 9],
    ['a text for annotations', '[{"annotations":"x"}]', 'expected an array for annotations', 16],
    ['a number for a value', '[{"annotations":[{"value":1}]}]', 'expected a string for value of an annotation', 26],
  ]; // prettier-ignore
  test.each(json)('JSON: %s', (_, body, what, offset) => {
    const message = `the body is not valid Zipkin JSON: ${what} at byte ${offset}`;
    expect(() => blocksOf(body, decodeJsonV2)).toThrow(
      expect.objectContaining({ code: 'invalid', message, offset }),
    );
  });

  const older: [string, string, string, number][] = [
    ['one span', '{}', 'expected an array for the list of spans', 0],
    ['a text for annotations', '[{"annotations":"x"}]', 'expected an array for annotations', 16],
    ['a list for a key', '[{"binaryAnnotations":[{"key":[]}]}]', 'expected a string for key of a binary annotation', 30],
    ['a map for a value', '[{"binaryAnnotations":[{"value":{}}]}]', 'expected a number for the value of a tag', 32],
    ['a text for an endpoint', '[{"annotations":[{"endpoint":""}]}]', 'expected an object for endpoint of an annotation', 29],
  ]; // prettier-ignore
  test.each(older)('JSON of the first version: %s', (_, body, what, offset) => {
    const message = `the body is not valid Zipkin JSON: ${what} at byte ${offset}`;
    expect(() => blocksOf(body, decodeJsonV1)).toThrow(
      expect.objectContaining({ code: 'invalid', message, offset }),
    );
  });

  test.each([
    ['a length past the end', '0a05', 'a field of 5 bytes where 0 are left', 1],
    ['a tag past its span', '0a045a050a016b', 'a field of 5 bytes where 2 are left', 3],
    ['a key past its tag', '0a065a040a056b6b', 'a field of 5 bytes where 2 are left', 5],
    ['a time that is cut off', '0a033101020a00', 'a fixed-width number that is cut off', 3],
  ])('protobuf: %s', (_, hex, what, offset) => {
    const message = `the body is not valid protobuf: ${what} at byte ${offset}`;
    expect(() => blocksOf(Buffer.from(hex, 'hex'), decodeProtobuf)).toThrow(
      expect.objectContaining({ code: 'invalid', message, offset }),
    );
  });

  test.each([
    ['nothing', '', 0],
    ['a list of numbers', '0800000001000000ff', 0],
    ['more spans than bytes', '0c7fffffff00', 0],
    ['no span where one should be', '0c00000001', 0],
    ['an id that is cut off', '0c000000010a0001000000', 8],
    ['something behind', '0c000000000c', 5],
  ])('Thrift: %s', (_, hex, offset) => {
    expect(() => blocksOf(Buffer.from(hex, 'hex'), decodeThriftV1)).toThrow(
      expect.objectContaining({ code: 'invalid', offset }),
    );
  });
});

describe('JSON as senders also write it', () => {
  const same: [string, string, string][] = [
    ['white space anywhere', `\n"name" :\t"x" ,\r\n ${TIMED} , "tags" : { "k" : "v" } `, `"name":"x",${TIMED},"tags":{"k":"v"}`],
    ['fields that nobody knows', `"x":[{"y":[]}],${TIMED},"localEndpoint":{"z":{},"serviceName":"s"},"annotations":[{"q":1,"timestamp":1,"value":"a"}]`, `${TIMED},"localEndpoint":{"serviceName":"s"},"annotations":[{"timestamp":1,"value":"a"}]`],
    ['a kind that nobody knows', `${TIMED},"kind":"BROKER"`, TIMED],
    ['what is said twice counts the last time', `"name":"a",${TIMED},"name":"b","kind":"SERVER","kind":"CLIENT"`, `${TIMED},"kind":"CLIENT","name":"b"`],
    ['parts of microseconds', '"timestamp":1704164640000000.0,"duration":2.0009', '"timestamp":1704164640000000,"duration":2'],
    ['exponents', '"timestamp":1.70416464e15,"duration":2e0', '"timestamp":1704164640000000,"duration":2'],
    ['more digits than any time has, behind the point', `"timestamp":"1704164640000000.${'0'.repeat(600)}"`, TIMED],
    ['a duration longer than there are numbers', `${TIMED},"duration":1e400`, `${TIMED},"duration":9223372036854775807`],
    ['an empty number', `${TIMED},"duration":""`, TIMED],
    ['a port as a string', `${TIMED},"remoteEndpoint":{"port":"80"}`, `${TIMED},"remoteEndpoint":{"port":80}`],
    ['a port that is none', `${TIMED},"remoteEndpoint":{"port":"http"}`, TIMED],
    ['statuses by their names in OTLP', `${TIMED},"tags":{"otel.status_code":"STATUS_CODE_OK"}`, `${TIMED},"tags":{"otel.status_code":"OK"}`],
    ['an error by its name in OTLP', `${TIMED},"tags":{"otel.status_code":"STATUS_CODE_ERROR"}`, `${TIMED},"tags":{"otel.status_code":"ERROR"}`],
    ['escapes in a key', `${TIMED},"tags":{"\\u006b":"\\u0076"}`, `${TIMED},"tags":{"k":"v"}`],
  ]; // prettier-ignore
  test.each(same)('%s', (_, sent, meant) => {
    expect(blocksOf(spanOf(sent), decodeJsonV2)).toEqual(blocksOf(spanOf(meant), decodeJsonV2));
  });

  test.each(['STATUS_CODE_', 'STATUS_COD', 'STATUS_CODE_GOOD'])('a status that is none: %s', (status) => {
    const [told, other] = ['otel.status_code', 'otel.status_codf'].map((key) =>
      blocksOf(spanOf(`${TIMED},"tags":{"${key}":"${status}"}`), decodeJsonV2),
    );
    expect(told!.receipt).toEqual(other!.receipt);
    expect(told!.spans).toContain(Buffer.from(status).toString('hex'));
  });

  test('a byte order mark in front', () => {
    const body = spanOf(TIMED);
    expect(blocksOf(`\ufeff${body}`, decodeJsonV2)).toEqual(blocksOf(body, decodeJsonV2));
  });

  test('numbers and bools as values of tags keep their types', () => {
    const tags = '"tags":{"i":7,"d":1.5,"b":true,"n":null}';
    const typed =
      '{"key":"i","value":7},{"key":"d","value":1.5},{"key":"b","value":true},{"key":"n","value":null}';
    expect(blocksOf(spanOf(`${TIMED},${tags}`), decodeJsonV2)).toEqual(
      blocksOf(spanOf(`${TIMED},"binaryAnnotations":[${typed}]`), decodeJsonV1),
    );
  });

  test('parts of microseconds are nanoseconds', () => {
    const nanosOf = (fields: string): bigint => {
      const batch = createTestBatch();
      decodeRequest(batch, Buffer.from(spanOf(fields)), decodeJsonV2);
      const { words } = batch.batch.spans.start;
      return (BigInt(words[1]!) << 32n) | BigInt(words[0]!);
    };
    expect(nanosOf('"timestamp":1704164640000000.1259')).toBe(1_704_164_640_000_000_125n);
  });

  test.each([
    ['a value that its type cannot hold', '{"key":"k","value":"x","type":"I32"}', '{"key":"k","value":"x"}'],
    ['a type that nobody knows', '{"key":"k","value":"7","type":"I128"}', '{"key":"k","value":"7"}'],
    ['null for an annotation', 'null,{"key":"k","value":"7"}', '{"key":"k","value":"7"}'],
  ])('JSON of the first version: %s', (_, sent, meant) => {
    const body = (tags: string): string => spanOf(`${TIMED},"binaryAnnotations":[${tags}]`);
    expect(blocksOf(body(sent), decodeJsonV1)).toEqual(blocksOf(body(meant), decodeJsonV1));
  });
});

describe('a span that cannot be kept is refused alone', () => {
  const kept = '{"traceId":"1","id":"2","name":"kept","timestamp":1704164640000000}';
  const refused: [string, string, string][] = [
    ['a trace id that is none', '"traceId":"xyz","id":"1"', 'traceId "xyz" must be 1 to 32 hex digits'],
    ['a trace id that is too long', `"traceId":"${'1'.repeat(33)}","id":"1"`, `traceId "${'1'.repeat(33)}" must be 1 to 32 hex digits`],
    ['an id that is none', '"traceId":"1","id":"-1"', 'id "-1" must be 1 to 16 hex digits'],
    ['a parent that is none', '"traceId":"1","id":"1","parentId":"root"', 'parentId "root" must be 1 to 16 hex digits'],
    ['no id', '"traceId":"1"', 'span_id (none) must be 8 bytes, not all zero'],
    ['an endless id', `"traceId":"${'g'.repeat(1000)}","id":"1"`, `traceId "${'g'.repeat(60)}" must be 1 to 32 hex digits`],
  ]; // prettier-ignore
  test.each(refused)('%s', (_, fields, words) => {
    for (const decode of [decodeJsonV2, decodeJsonV1]) {
      const body = `[{${fields},"name":"bad",${TIMED}},${kept}]`;
      const { receipt } = blocksOf(body, decode);
      expect(receipt).toMatchObject({ accepted: 1, rejected: 1 });
      expect(receipt.message).toContain(`span 0 ("bad", `);
      expect(receipt.message).toContain(words);
    }
  });

  test.each(
    Object.entries(DECODERS).flatMap(([version, decoders]) =>
      Object.entries(decoders).map(
        ([ending, decode]) => [`${version}/${ending}`, version, ending, decode] as const,
      ),
    ),
  )('over a limit: %s', (_name, version, ending, decode) => {
    const bodies = readCorpus().filter(({ name }) => name.startsWith(version));
    const [, body] = bodies.find(({ name }) => name.endsWith(version === 'v1' ? 'client' : 'everything'))!
      .bodies.find(([one]) => one === ending)!; // prettier-ignore
    const limited = (limits: BatchOptions['limits']): string =>
      blocksOf(body, decode, { limits }).receipt.message;
    expect(limited({ spanBytes: 50 })).toContain('more than 50 (SPANHOUSE_MAX_SPAN_BYTES)');
    expect(limited({ spanBytes: 50 })).toContain('("get /api", trace 5b8efff798038103d269b633813fc60c)');
    expect(limited({ attributes: 0 })).toContain('more than 0 attributes (SPANHOUSE_MAX_ATTRIBUTES)');
    expect(limited({ events: 0 })).toContain('has more than 0 events (SPANHOUSE_MAX_EVENTS)');
    expect(limited({ attributeBytes: 3 })).toContain('more than 3 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)');
  });

  test('more annotations than are remembered', () => {
    const many = (one: string): string => `[${Array.from({ length: 40 }, () => one).join(',')}]`;
    const limits = { events: 3, attributes: 3 };
    const events = spanOf(`"annotations":${many('{"timestamp":1,"value":"x"}')}`);
    expect(blocksOf(events, decodeJsonV1, { limits }).receipt.reasons).toEqual({ 'too-many-events': 1 });
    const tags = spanOf(`"binaryAnnotations":${many('{"key":"k","value":"x"}')}`);
    expect(blocksOf(tags, decodeJsonV1, { limits }).receipt.reasons).toEqual({ 'too-many-attributes': 1 });
  });

  test('older than its space keeps spans', () => {
    const rules = { acceptOld: false };
    const { receipt } = blocksOf(`[${kept}]`, decodeJsonV2, { rules, retentionDays: 1 });
    expect(receipt.accepted).toBe(1);
    const old = spanOf('"timestamp":1600000000000000');
    expect(blocksOf(old, decodeJsonV2, { rules, retentionDays: 1 }).receipt.reasons).toEqual({
      'too-old': 1,
    });
  });
});

describe('pauses', () => {
  const pausesOf = (body: Uint8Array, decode: Decode): number => {
    const { writer, memory } = createTestBatch({ limits: { spanBytes: 100_000 } });
    writer.openRequest(memory, NOW_MS);
    let pauses = 0;
    for (const steps = decode(body, writer); steps.next().done !== true;) pauses++;
    return pauses;
  };
  const span = spanOf(`${TIMED},"tags":{"k":"${'v'.repeat(900)}"}`).slice(1, -1);
  const large = spanOf(`${TIMED},"tags":{"k":"${'v'.repeat(2_000_000)}"}`);

  test('of a body of many spans', () => {
    const body = Buffer.from(`[${Array.from({ length: 2000 }, () => span).join(',')}]`);
    expect(pausesOf(body, decodeJsonV2)).toBeGreaterThan(10);
    expect(pausesOf(body, decodeJsonV1)).toBeGreaterThan(10);
  });

  test('of one span', () => {
    expect(pausesOf(Buffer.from(large), decodeJsonV2)).toBeGreaterThan(10);
    expect(pausesOf(Buffer.from(large), decodeJsonV1)).toBeGreaterThan(10);
    const tag = Buffer.concat([Buffer.from('5aea070a016b12e407', 'hex'), Buffer.alloc(996, 'v')]);
    const tags = Buffer.concat(Array.from({ length: 2000 }, () => tag));
    const header = Buffer.from([0x0a, ...varint(tags.length)]);
    expect(pausesOf(Buffer.concat([header, tags]), decodeProtobuf)).toBeGreaterThan(10);
    // Two million empty annotations.
    const list = Buffer.from('0c000000010f00060c001e8480', 'hex');
    expect(pausesOf(Buffer.concat([list, Buffer.alloc(2_000_001)]), decodeThriftV1)).toBeGreaterThan(10);
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))];
}

describe('any bytes', () => {
  const LIMITS = { spanBytes: 2048, attributes: 10, attributeBytes: 64, events: 8, links: 2, nesting: 3 };
  const bodies = readCorpus().flatMap(({ name, bodies }) =>
    bodies.map(([ending, bytes, decode]) => ({ name, ending, bytes, decode })),
  );

  /** Anything but a clean refusal, or a second answer that is not the first, is thrown. */
  function check(body: Uint8Array, decode: Decode): void {
    const answers = [0xff, 0x22].map((around) => {
      const whole = Buffer.alloc(body.length + 32, around);
      whole.set(body, 16);
      try {
        return blocksOf(whole.subarray(16, 16 + body.length), decode, { limits: LIMITS });
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
        expect(thrown.offset).toBeGreaterThanOrEqual(0);
        expect(thrown.offset).toBeLessThanOrEqual(body.length);
        return thrown.message;
      }
    });
    expect(answers[0]).toEqual(answers[1]);
  }

  const decoders = Object.values(DECODERS).flatMap((one) => Object.entries(one));
  test.each(decoders)('%s', (_ending, decode) => {
    const random = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(random, (bytes) => {
        check(bytes, decode);
      }),
      { numRuns: 500 },
    );
  });

  test('mutated bodies', () => {
    const edit = fc.record({ at: fc.nat(), length: fc.nat(6), bytes: fc.uint8Array({ maxLength: 6 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...bodies),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (one, edits) => {
          let { bytes } = one;
          for (const { at, length, bytes: put } of edits) {
            const from = at % (bytes.length + 1);
            bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
          }
          check(bytes, one.decode);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each(
    bodies
      .filter(({ bytes }) => bytes.length < 1300)
      .map((one) => [`${one.name}.${one.ending}`, one] as const),
  )('%s, cut off anywhere', (_name, { bytes, decode }) => {
    for (let length = 0; length < bytes.length; length += 7) check(bytes.subarray(0, length), decode);
  });
});

describe('protobuf', () => {
  const STRANGE = ['f80101', '79ffffffffffffffff', '9a4b03ff0800', '7d01020304', 'fb3e0b0801c03e010cfc3e'];

  test('fields that nobody knows change nothing', () => {
    const { bodies } = readCorpus().find(({ name }) => name === 'v2/everything')!;
    const [, bytes] = bodies[1]!;
    const strange = Buffer.from(STRANGE.join(''), 'hex');
    const spans = lengthPrefixed(bytes).map((span) => message([strange, span, strange]));
    const body = Buffer.concat([strange, ...spans, strange]);
    expect(blocksOf(body, decodeProtobuf)).toEqual(blocksOf(bytes, decodeProtobuf));
  });

  test('endpoints of a span over the limit are passed over, whatever is in them', () => {
    const span = ['42020a09', '4a020a09', `5a0a0a01611205${'78'.repeat(5)}`].join('');
    const body = message([Buffer.from(span, 'hex')]);
    const receipt = decodeRequest(createTestBatch({ limits: { spanBytes: 10 } }), body, decodeProtobuf);
    expect(receipt).toMatchObject({ accepted: 0, reasons: { 'span-too-large': 1 } });
    expect(() => decodeRequest(createTestBatch(), body, decodeProtobuf)).toThrow(Fault);
  });

  test.each([
    ['a tag in the order that nobody writes', '5a06' + '120176' + '0a016b', '5a06' + '0a016b' + '120176'],
    [
      'a tag with a field that nobody knows',
      '5a09' + '0a016b' + 'f80101' + '120176',
      '5a06' + '0a016b' + '120176',
    ],
    ['a tag without a value', '5a03' + '0a016b', '5a05' + '0a016b' + '1200'],
    ['a kind that nobody knows', '2009', ''],
    ['an address of three bytes', '42051203010203', ''],
  ])('%s', (_, sent, meant) => {
    const start = '0a0800000000000000011a080000000000000001' + '3100409a51f40d0600';
    const body = (hex: string): Buffer => message([Buffer.from(start + hex, 'hex')]);
    const wanted = blocksOf(body(meant), decodeProtobuf);
    expect(wanted.receipt.accepted).toBe(1);
    expect(blocksOf(body(sent), decodeProtobuf)).toEqual(wanted);
  });

  function message(parts: readonly Buffer[]): Buffer {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([0x0a, ...varint(content.length)]), content]);
  }

  /** The spans of a list, none of which is longer than two bytes can tell. */
  function lengthPrefixed(bytes: Buffer): Buffer[] {
    const spans: Buffer[] = [];
    for (let at = 1; at < bytes.length;) {
      const isShort = bytes[at]! < 0x80;
      const length = isShort ? bytes[at]! : (bytes[at]! & 0x7f) | (bytes[at + 1]! << 7);
      at += isShort ? 1 : 2;
      spans.push(bytes.subarray(at, at + length));
      at += length + 1;
    }
    return spans;
  }
});
