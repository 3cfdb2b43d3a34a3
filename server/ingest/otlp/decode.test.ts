import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type EncodedBatch,
  createTestBatch,
  decodeRequest,
  encodeBatch,
  readCorpus,
} from '../../../tests/support/corpus.ts';
import { encodeOtlp, presentOtlp } from '../../../tests/support/corpus-otlp.ts';
import { readSpans } from '../../../tests/support/corpus-read.ts';
import { type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import { arbitrarySpans } from '../../../tests/support/corpus-spans.ts';
import { DecoderCheck } from '../../../tests/fuzz/decoder-check.ts';
import { CATALOG_COLUMNS } from '../../columns/span-columns.ts';
import type { Span } from '../../span/span.ts';
import { feedSpans } from '../feed-spans.ts';
import type { Decode } from '../intake.ts';
import type { Receipt } from '../receipt.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

const NOTHING = new Uint8Array(0);

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

function decode(body: Uint8Array, decoder: Decode): EncodedBatch & { readonly receipt: Receipt } {
  const batch = createTestBatch();
  const receipt = decodeRequest(batch, body, decoder);
  return { receipt, ...encodeBatch(batch) };
}

/** The same as text, which is quickly compared. */
function blocksOf(body: Uint8Array, decoder: Decode): object {
  const { receipt, spans, catalog } = decode(body, decoder);
  return { receipt, spans: spans.toString('hex'), catalog: catalog.toString('hex') };
}

/** What the engine read of the blocks, as spans. */
async function readBack({ spans, catalog }: EncodedBatch): Promise<Span[]> {
  if (spans.length === 0) return [];
  const all = 'SELECT * EXCEPT (frame) FROM {file}';
  return readSpans(await reader.ask(all, spans), await reader.ask(all, catalog, CATALOG_COLUMNS));
}

describe('any spans', () => {
  test('come back from the engine as they were fed, type for type', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySpans(), async (spans) => {
        expect(await readBack(decode(NOTHING, feedSpans(spans)))).toEqual(spans);
      }),
      { numRuns: 60 },
    );
  });

  test('give the same blocks as values, as JSON and as protobuf', () => {
    fc.assert(
      fc.property(arbitrarySpans(), (spans) => {
        const fed = blocksOf(NOTHING, feedSpans(spans));
        const json = blocksOf(Buffer.from(presentOtlp(spans)), decodeJson);
        const protobuf = blocksOf(encodeOtlp(spans), decodeProtobuf);
        expect(fed).toMatchObject({ receipt: { message: '' } });
        expect(json).toEqual(fed);
        expect(protobuf).toEqual(fed);
      }),
      { numRuns: 200 },
    );
  });

  test('over a limit are refused in the same words', () => {
    const limits = { attributes: 2, events: 1, links: 1, nesting: 1 };
    const decodeLimited = (body: Uint8Array, decoder: Decode): unknown => {
      const batch = createTestBatch({ limits });
      return { receipt: decodeRequest(batch, body, decoder), rows: encodeBatch(batch).spans.toString('hex') };
    };
    fc.assert(
      fc.property(arbitrarySpans(), (spans) => {
        const json = decodeLimited(Buffer.from(presentOtlp(spans)), decodeJson);
        expect(decodeLimited(encodeOtlp(spans), decodeProtobuf)).toEqual(json);
      }),
      { numRuns: 200 },
    );
  });

  test('are not changed by fields that nobody knows', () => {
    const strange = fc.infiniteStream(fc.constantFrom(...STRANGE_FIELDS));
    fc.assert(
      fc.property(arbitrarySpans(3), strange, (spans, fields) => {
        const body = encodeOtlp(spans, () => fields.next().value as Buffer);
        expect(blocksOf(body, decodeProtobuf)).toEqual(blocksOf(encodeOtlp(spans), decodeProtobuf));
      }),
      { numRuns: 100 },
    );
  });
});

/** One of each wire type, with numbers of one and of three bytes; a group with a group inside. */
const STRANGE_FIELDS = ['', 'f80101', '79ffffffffffffffff', '9a4b03ff0800', '7d01020304', 'fb3e0b0801c03e010c' + 'fc3e'].map(
  (hex) => Buffer.from(hex, 'hex'),
); // prettier-ignore

describe('any bytes', () => {
  const runs = 2000;

  test.each(['protobuf', 'json'] as const)('as %s are refused cleanly or taken', (kind) => {
    const check = new DecoderCheck(`otlp-${kind}`);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        check.check(Buffer.from(body));
      }),
      { numRuns: runs },
    );
  });

  test.each(readCorpus().map((one) => [one.name, one] as const))('%s, cut off anywhere', (_name, one) => {
    for (const kind of ['protobuf', 'json'] as const) {
      const check = new DecoderCheck(`otlp-${kind}`);
      for (let length = 0; length < one[kind].length; length++) check.check(one[kind].subarray(0, length));
    }
  });
});

describe('a body that cannot be read', () => {
  const good = '{"resourceSpans":[{"scopeSpans":[{"spans":[';
  const protobuf: [string, string, string, number][] = [
    ['a tag that is cut off', '80', 'a number that is cut off', 0],
    ['field 0', '00', 'a field of number 0', 0],
    ['a length past the end', '0a05', 'a field of 5 bytes where 0 are left', 1],
    ['a length of 2^35', '0a8080808080011200', 'a field of 34359738368 bytes where 2 are left', 1],
    ['a length past the message', '0a021205', 'a field of 5 bytes where 0 are left', 3],
    [
      'a long length past the message',
      `0a0412820100${'00'.repeat(200)}`,
      'a field of 130 bytes where 1 are left',
      3,
    ],
    [
      'an attribute past its span',
      '0a0f120d12054a090a016b12040a026162',
      'a field of 9 bytes where 3 are left',
      7,
    ],
    [
      'a text past its value',
      '0a12121012 0e4a0c0a016b12020a0568656c6c6f'.replace(' ', ''),
      'a field of 5 bytes where 0 are left',
      14,
    ],
    ['a number of eleven bytes', '08ffffffffffffffffffff01', 'a number of more than ten bytes', 1],
    ['a fixed number that is cut off', '0a0712051203390000', 'a fixed-width number that is cut off', 7],
    ['the end of a group that never began', '0c', 'wire type 4, which does not exist here', 1],
    ['wire type 6', '0e', 'wire type 6, which does not exist here', 1],
    ['a group without an end', '0b0800', 'a group without an end', 1],
    ['a group that ends as another', '0b14', 'a group that ends as another', 1],
    ['groups within groups', '0b'.repeat(40), 'groups nested too deep', 1],
  ];
  test.each(protobuf)('protobuf: %s', (_, hex, what, offset) => {
    const message = `the body is not valid protobuf: ${what} at byte ${offset}`;
    expect(() => decode(Buffer.from(hex, 'hex'), decodeProtobuf)).toThrow(
      expect.objectContaining({ code: 'invalid', message, offset }),
    );
  });

  const json: [string, string, string, number][] = [
    ['nothing', '', 'expected an object for the request', 0],
    ['a list', '[]', 'expected an object for the request', 0],
    ['something behind', '{}x', 'something follows the end of the request', 2],
    ['no end', '{', 'expected the name of a field', 1],
    ['a field without a value', '{"a"}', 'expected a colon', 4],
    ['a comma too many', '{"a":1,}', 'expected the name of a field', 7],
    ['no comma', '{"a":1 "b":2}', 'expected a comma or a closing bracket', 7],
    ['another kind', '{"resourceSpans":{}}', 'expected an array for resourceSpans', 17],
    ['a word', '{"a":nul}', 'expected a value', 5],
    ['a number that is none', `${good}{"kind":1-2}]}]}]}`, 'expected a number for kind', 51],
    ['half a number', `${good}{"kind":0.5}]}]}]}`, 'expected a whole number of 64 bits for kind', 51],
    ['2^64', `${good}{"flags":18446744073709551616}]}]}]}`, 'expected a whole number of 64 bits for flags', 52],
    ['an escape', `${good}{"name":"\\x"}]}]}]}`, 'an unknown escape', 52],
    ['hex digits', `${good}{"name":"\\u00g0"}]}]}]}`, 'an escape without four hex digits', 52],
    ['a control character', `${good}{"name":"\n"}]}]}]}`, 'a control character inside a string', 52],
    ['a string without an end', `${good}{"name":"`, 'a string without an end', 52],
    ['no bool', `${good}{"attributes":[{"value":{"boolValue":1}}]}]}]}]}`, 'expected true or false for boolValue', 80],
    ['hex as double', `${good}{"attributes":[{"value":{"doubleValue":"0x10"}}]}]}]}]}`, 'expected a number for doubleValue', 82],
  ]; // prettier-ignore
  test.each(json)('JSON: %s', (_, body, what, offset) => {
    const message = `the body is not valid OTLP JSON: ${what} at byte ${offset}`;
    expect(() => decode(Buffer.from(body), decodeJson)).toThrow(
      expect.objectContaining({ code: 'invalid', message, offset }),
    );
  });
});

describe('JSON as senders also write it', () => {
  const spanOf = (fields: string): string =>
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",${fields}}]}]}]}`;
  const same: [string, string, string][] = [
    ['enums out of range are 0', '"kind":-1,"status":{"code":-1}', '"kind":0'],
    ['enums with unknown names are 0', '"kind":"SPAN_KIND_X","status":{"code":"ERROR"}', '"kind":0'],
    ['enums as digits in a string', '"kind":"3"', '"kind":3'],
    ['numbers with an exponent', '"flags":1e2', '"flags":100'],
    ['numbers with a plus', '"flags":"+7"', '"flags":7'],
    ['an empty number', '"flags":""', '"flags":0'],
    ['a value that is said twice: the last counts', '"attributes":[{"key":"k","value":{"stringValue":"x"},"value":{}}]', '"attributes":[{"key":"k"}]'],
    ['a key that is said twice', '"attributes":[{"key":"j","key":"k","value":{}}]', '"attributes":[{"key":"k"}]'],
    ['two values in one: the last counts', '"attributes":[{"key":"k","value":{"intValue":1,"stringValue":"x"}}]', '"attributes":[{"key":"k","value":{"stringValue":"x"}}]'],
    ['infinity by its short name', '"attributes":[{"key":"k","value":{"doubleValue":"-inf"}}]', '"attributes":[{"key":"k","value":{"doubleValue":"-Infinity"}}]'],
    ['whole numbers that 64 bits do not hold, as the JavaScript exporter writes doubles', '"attributes":[{"key":"k","value":{"intValue":9223372036854775808}}]', '"attributes":[{"key":"k","value":{"doubleValue":9223372036854775808}}]'],
    ['white space anywhere', '\n"name" :\t"x" ,\r\n "attributes" : [ { "key" : "k" } ] ', '"name":"x","attributes":[{"key":"k"}]'],
    ['half a surrogate pair', '"name":"\\ud83d!"', '"name":"\\ufffd!"'],
    ['surrogates the wrong way round', '"name":"\\ude00\\ud83d"', '"name":"\\ufffd\\ufffd"'],
    ['ids in base64 without padding', '"parentSpanId":"7uGbfsPBsXM"', '"parentSpanId":"eee19b7ec3c1b173"'],
  ]; // prettier-ignore
  test.each(same)('%s', (_, sent, meant) => {
    expect(blocksOf(Buffer.from(spanOf(sent)), decodeJson)).toEqual(
      blocksOf(Buffer.from(spanOf(meant)), decodeJson),
    );
  });

  test('a byte order mark in front', () => {
    const body = spanOf('"name":"x"');
    expect(blocksOf(Buffer.from(`\ufeff${body}`), decodeJson)).toEqual(
      blocksOf(Buffer.from(body), decodeJson),
    );
  });
});
