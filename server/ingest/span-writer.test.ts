import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BatchOptions,
  NOW_MS,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../../tests/support/corpus.ts';
import { decodeJson } from './otlp/decode-json.ts';
import { decodeNative } from '../columns/native-reader.ts';
import type { Receipt } from './receipt.ts';
import { emptyLink } from './span-writer.ts';

const START = BigInt(NOW_MS) * 1_000_000n;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

type JsonSpan = Readonly<Record<string, unknown>>;

function spanOf(fields: JsonSpan): JsonSpan {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'op',
    startTimeUnixNano: String(START),
    endTimeUnixNano: String(START + 1n),
    ...fields,
  };
}

const attributes = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: { intValue: index } }));
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const nested = (depth: number): object =>
  depth === 0 ? { intValue: 1 } : { arrayValue: { values: [nested(depth - 1)] } };

interface Sent {
  readonly spans: readonly JsonSpan[];
  readonly resource?: object;
  readonly scope?: object;
  readonly schemaUrl?: string;
}

function bodyOf({ spans, resource = {}, scope = {}, schemaUrl = '' }: Sent): Buffer {
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl }] }] }),
  );
}

const LIMITS = { spanBytes: 4000, attributes: 3, attributeBytes: 100, events: 2, links: 2, nesting: 3 };
const STRICT: Partial<BatchOptions> = { limits: LIMITS, rules: { acceptOld: false, acceptFuture: false } };

function receiptOf(sent: Sent, options: Partial<BatchOptions> = STRICT): Receipt {
  return decodeRequest(createTestBatch(options), bodyOf(sent), decodeJson);
}

describe('a span is refused, the others are kept, and the sender is told why', () => {
  const who = 'span 1 ("op", trace 5b8efff798038103d269b633813fc60c)';
  const table: [keyof Receipt['reasons'], JsonSpan, string][] = [
    ['trace-id', { traceId: '' }, 'span 1 ("op", trace (none)): trace_id (none) must be 16 bytes, not all zero'],
    ['trace-id', { traceId: '00'.repeat(16) }, `span 1 ("op", trace ${'00'.repeat(16)}): trace_id ${'00'.repeat(16)} must be 16 bytes, not all zero`],
    ['trace-id', { traceId: 'ab'.repeat(30) }, `span 1 ("op", trace ${'ab'.repeat(20)}… (30 bytes)): trace_id ${'ab'.repeat(20)}… (30 bytes) must be 16 bytes, not all zero`],
    ['span-id', { spanId: 'abcd' }, `${who}: span_id abcd must be 8 bytes, not all zero`],
    ['span-id', { spanId: '00'.repeat(8) }, `${who}: span_id 0000000000000000 must be 8 bytes, not all zero`],
    ['span-id', { parentSpanId: 'abcd' }, `${who}: parent_span_id abcd must be 8 bytes, or empty for a root`],
    ['start-unreadable', { startTimeUnixNano: String(2n ** 63n) }, `${who}: start_time_unix_nano 2262-04-11T23:47:16.854Z is later than the last time there is, 2262-04-11T23:47:16Z`],
    ['too-old', { startTimeUnixNano: String(START - 15n * DAY) }, `${who}: start_time_unix_nano 2023-12-18T03:04:05.000Z is older than its space's retention of 14d (SPANHOUSE_RETENTION; SPANHOUSE_ACCEPT_OLD_SPANS lets it in)`],
    ['too-old', { startTimeUnixNano: 0 }, `${who}: start_time_unix_nano 1970-01-01T00:00:00.000Z is older than its space's retention of 14d (SPANHOUSE_RETENTION; SPANHOUSE_ACCEPT_OLD_SPANS lets it in)`],
    ['too-far-ahead', { startTimeUnixNano: String(START + DAY + SECOND) }, `${who}: start_time_unix_nano 2024-01-03T03:04:06.000Z is more than 86400s ahead of the server's clock (SPANHOUSE_MAX_AHEAD; SPANHOUSE_ACCEPT_FUTURE_SPANS lets it in)`],
    ['span-too-large', { status: { message: 'x'.repeat(4000) } }, `${who}: has 4192 bytes, more than 4000 (SPANHOUSE_MAX_SPAN_BYTES)`],
    ['attribute-too-large', { attributes: [text('k', 'x'.repeat(101))] }, `${who}: attribute "k" has 101 bytes, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)`],
    ['attribute-too-large', { attributes: [text('k'.repeat(101), '')] }, `${who}: attribute "${'k'.repeat(80)}" has 101 bytes, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)`],
    ['too-many-attributes', { attributes: attributes(4) }, `${who}: it has more than 3 attributes (SPANHOUSE_MAX_ATTRIBUTES)`],
    ['too-many-attributes', { events: [{ attributes: attributes(4) }] }, `${who}: its event has more than 3 attributes (SPANHOUSE_MAX_ATTRIBUTES)`],
    ['too-many-attributes', { links: [{ attributes: attributes(4) }] }, `${who}: its link has more than 3 attributes (SPANHOUSE_MAX_ATTRIBUTES)`],
    ['too-many-events', { events: [{}, {}, {}] }, `${who}: has more than 2 events (SPANHOUSE_MAX_EVENTS)`],
    ['too-many-links', { links: [{}, {}, {}] }, `${who}: has more than 2 links (SPANHOUSE_MAX_LINKS)`],
    ['nested-too-deep', { attributes: [{ key: 'k', value: nested(4) }] }, `${who}: an attribute is nested deeper than 3 (SPANHOUSE_MAX_NESTING)`],
  ]; // prettier-ignore
  test.each(table)('%s (%#)', (reason, fields, first) => {
    const receipt = receiptOf({ spans: [spanOf({}), spanOf(fields), spanOf({})] });
    expect(receipt).toEqual({
      accepted: 2,
      fragments: 0,
      rejected: 1,
      clamped: expect.any(Number) as number,
      reasons: { [reason]: 1 },
      message: `1 of 3 spans refused (${reason}: 1); first: ${first}`,
    });
  });
});

describe('all spans are refused for what they belong to', () => {
  const large = 'x'.repeat(101);
  const table: [keyof Receipt['reasons'], Partial<Sent>, string][] = [
    ['too-many-attributes', { resource: { attributes: attributes(4) } }, 'its resource has more than 3 attributes (SPANHOUSE_MAX_ATTRIBUTES)'],
    ['too-many-attributes', { scope: { attributes: attributes(4) } }, 'its scope has more than 3 attributes (SPANHOUSE_MAX_ATTRIBUTES)'],
    ['attribute-too-large', { resource: { attributes: [text('k', large)] } }, 'its resource\'s attribute "k" has 101 bytes, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)'],
    ['attribute-too-large', { scope: { name: large } }, "its scope's name has 101 characters, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)"],
    ['attribute-too-large', { schemaUrl: large }, "its scope's schema_url has 101 characters, more than 100 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)"],
    ['nested-too-deep', { resource: { attributes: [{ key: 'k', value: nested(4) }] } }, 'its resource: an attribute is nested deeper than 3 (SPANHOUSE_MAX_NESTING)'],
    ['span-too-large', { resource: { attributes: [text('k', 'x'.repeat(4000))] } }, 'its resource has 4055 bytes, more than 4000 (SPANHOUSE_MAX_SPAN_BYTES)'],
  ]; // prettier-ignore
  test.each(table)('%s (%#)', (reason, sent, why) => {
    const receipt = receiptOf({ spans: [spanOf({}), spanOf({})], ...sent });
    const first = `span 0 ("op", trace 5b8efff798038103d269b633813fc60c): ${why}`;
    expect(receipt).toMatchObject({
      accepted: 0,
      rejected: 2,
      message: `2 of 2 spans refused (${reason}: 2); first: ${first}`,
    });
  });

  test('and the next resource begins anew', () => {
    const batch = createTestBatch(STRICT);
    decodeRequest(
      batch,
      bodyOf({ spans: [spanOf({})], resource: { attributes: attributes(4) } }),
      decodeJson,
    );
    expect(decodeRequest(batch, bodyOf({ spans: [spanOf({})] }), decodeJson).accepted).toBe(1);
  });
});

describe('what is just within its limit is kept', () => {
  const table: [string, JsonSpan][] = [
    ['the oldest', { startTimeUnixNano: String(START - 14n * DAY) }],
    ['the newest', { startTimeUnixNano: String(START + DAY) }],
    ['attributes', { attributes: attributes(3) }],
    ['an attribute', { attributes: [text('k'.repeat(100), 'x'.repeat(100))] }],
    ['events', { events: [{ attributes: attributes(3) }, {}] }],
    ['links', { links: [{ attributes: attributes(3) }, {}] }],
    ['nesting', { attributes: [{ key: 'k', value: nested(3) }] }],
    ['no parent', { parentSpanId: '' }],
    ['a parent of zeros', { parentSpanId: '00'.repeat(8) }],
  ];
  test.each(table)('%s', (_, fields) => {
    expect(receiptOf({ spans: [spanOf(fields)] })).toMatchObject({ accepted: 1, rejected: 0 });
  });

  test('every time, when the rules say so', () => {
    const spans = [0n, START - 15n * DAY, START + 9n * DAY, 2n ** 63n - 1n].map((start) =>
      spanOf({ startTimeUnixNano: String(start) }),
    );
    expect(receiptOf({ spans }, {})).toMatchObject({ accepted: 4, rejected: 0 });
  });
});

test('a refused span leaves nothing behind but its words', () => {
  const spans = (middle: JsonSpan[]): JsonSpan[] => [
    spanOf({ attributes: attributes(2) }),
    ...middle,
    spanOf({}),
  ];
  const full = {
    attributes: attributes(3),
    events: [{ name: 'e', attributes: attributes(3) }, {}, {}],
    links: [{ traceId: 'ab', attributes: attributes(2) }],
  };
  const rowsOf = (middle: JsonSpan[]): unknown[] => {
    const batch = createTestBatch(STRICT);
    decodeRequest(batch, bodyOf({ spans: spans(middle) }), decodeJson);
    const [block] = decodeNative(encodeBatch(batch).spans);
    return [0, 1].map((row) => [
      block!.rows,
      ...['attr', 'events', 'links'].map((name) => block!.column(name).to(row)),
      block!.column('attr_types').text(row),
    ]);
  };
  expect(rowsOf([spanOf(full)])).toEqual(rowsOf([]));
});

/** Whoever calls the writer itself: the decoders do not even read what it would not take. */
test('a refused span takes no room while it goes on', () => {
  const batch = createTestBatch(STRICT);
  const { writer, memory } = batch;
  const { events, links } = batch.batch.spans;
  const rooms = [events.time, events.name.indexes, links.flags];
  const room = rooms.map(({ words }) => words.length);
  writer.openRequest(memory, NOW_MS);
  writer.openSpan(new Uint8Array(0));
  for (let index = 0; index < 10_000; index++) {
    writer.closeEvent(0, 0, new Uint8Array(0), 0, 0, 0);
    writer.closeLink(new Uint8Array(0), emptyLink());
  }
  writer.closeSpan();
  expect(rooms.map(({ words }) => words.length)).toEqual(room);
});

describe('times', () => {
  function columnsOf(
    startNanos: bigint,
    endNanos: bigint,
  ): { bucket: number; duration: bigint; receipt: Receipt } {
    const batch = createTestBatch();
    const times = { startTimeUnixNano: String(startNanos), endTimeUnixNano: String(endNanos) };
    const receipt = decodeRequest(batch, bodyOf({ spans: [spanOf(times)] }), decodeJson);
    const { bucket, duration } = batch.batch.spans;
    const [low, high] = duration.words;
    return { bucket: bucket.words[0]!, duration: (BigInt(high!) << 32n) | BigInt(low!), receipt };
  }
  const start = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  /** The nanosecond on which a bucket begins, and those around it, in every year there is. */
  const edge = fc
    .tuple(fc.bigInt({ min: 0n, max: (2n ** 63n - 10n) / (10n * SECOND) }), fc.bigInt({ min: -2n, max: 2n }))
    .map(([bucket, offset]) => bucket * 10n * SECOND + offset)
    .filter((nanos) => nanos >= 0n);

  test('buckets are exact', () => {
    fc.assert(
      fc.property(fc.oneof(start, edge), (nanos) => {
        expect(columnsOf(nanos, nanos).bucket).toBe(Number(nanos / (10n * SECOND)));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(Array.from({ length: 293 }, (_, index) => 1970 + index))('around the turn of %d', (year) => {
    const turn = BigInt(Date.UTC(year, 0, 1)) * 1_000_000n;
    for (const nanos of [turn - 1n, turn, turn + 1n, turn + 10n * SECOND - 1n]) {
      if (nanos >= 0n) expect(columnsOf(nanos, nanos).bucket).toBe(Number(nanos / (10n * SECOND)));
    }
  });

  test('durations are exact, and never negative', () => {
    fc.assert(
      fc.property(start, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (startNanos, endNanos) => {
        const { duration, receipt } = columnsOf(startNanos, endNanos);
        expect(duration).toBe(endNanos < startNanos ? 0n : endNanos - startNanos);
        expect(receipt.clamped).toBe(endNanos < startNanos ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('facts', () => {
  const factsOf = (batch: ReturnType<typeof createTestBatch>): string[] => {
    const { catalog } = encodeBatch(batch);
    batch.batch.reset();
    return decodeNative(catalog).flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) =>
        ['fact', 'service', 'name', 'level']
          .map((column) => block.column(column).text(row))
          .join(' ')
          .trim(),
      ),
    );
  };
  const shop = { attributes: [text('service.name', 'shop')] };
  const body = bodyOf({
    spans: [spanOf({ attributes: [text('k', 'v')] })],
    resource: shop,
    scope: { name: 'lib' },
  });
  const all = [
    'key  k span',
    'resource shop  none',
    'key  service.name resource',
    'scope  lib none',
    'service shop  none',
    'operation shop op none',
  ];
  const DAY_MS = 86_400_000;

  test('are written once a day', () => {
    const batch = createTestBatch();
    const days = [0, 0, 1, 1].map((day) => {
      decodeRequest(batch, body, decodeJson, NOW_MS + day * DAY_MS);
      return factsOf(batch);
    });
    expect(days).toEqual([all, [], all, []]);
  });

  test('are written again when the request that brought them could not be read to its end', () => {
    const batch = createTestBatch();
    expect(() => decodeRequest(batch, body.subarray(0, -2), decodeJson)).toThrow();
    expect(factsOf(batch)).toEqual([]);
    decodeRequest(batch, body, decodeJson);
    expect(factsOf(batch)).toEqual(all);
  });

  test('are written again when the log did not take them', () => {
    const batch = createTestBatch();
    decodeRequest(batch, body, decodeJson);
    batch.batch.discard();
    decodeRequest(batch, body, decodeJson);
    expect(factsOf(batch)).toEqual(all);
  });

  test('are not written for a resource and a scope of which no span is kept', () => {
    const batch = createTestBatch();
    decodeRequest(batch, bodyOf({ spans: [spanOf({ traceId: '' })], resource: shop }), decodeJson);
    expect(factsOf(batch)).toEqual([]);
  });

  test('outlive the spans that refer to them', () => {
    for (const retentionDays of [1, 14, 32, 33, 366, 367, 3650]) {
      const batch = createTestBatch({ retentionDays, rules: { acceptFuture: false } });
      const latest = spanOf({ startTimeUnixNano: String(START + DAY) });
      decodeRequest(batch, bodyOf({ spans: [latest] }), decodeJson);
      const { spans, catalog } = encodeBatch(batch);
      const [ofSpan] = decodeNative(spans);
      const [ofFact] = decodeNative(catalog);
      expect(ofFact!.column('expires').number(0)).toBeGreaterThan(ofSpan!.column('expires').number(0));
    }
  });

  test('names past a limit are kept and found, but not listed, and the list says that it is cut', () => {
    const batch = createTestBatch({ lists: { services: 1, operations: 2, attributeKeys: 1 } });
    const spans = ['a', 'b', 'c', 'a'].map((name) =>
      spanOf({ name, attributes: [text(`key of ${name}`, '')] }),
    );
    decodeRequest(batch, bodyOf({ spans }), decodeJson);
    decodeRequest(batch, bodyOf({ spans: [spanOf({})], resource: shop }), decodeJson);
    const [block] = decodeNative(encodeBatch(batch).spans);
    expect([0, 1, 2, 3, 4].map((row) => block!.column('listed').number(row))).toEqual([3, 3, 1, 3, 0]);
    expect(factsOf(batch)).toEqual([
      'key  key of a span',
      'resource unknown_service  none',
      'scope   none',
      'service unknown_service  none',
      'operation unknown_service a none',
      'cut  keys none',
      'operation unknown_service b none',
      'cut  operations none',
      'resource shop  none',
      'cut  services none',
    ]);
  });

  test('the same resource is the same fact, whatever the order of its fields; another is another', () => {
    const idOf = (resource: object): bigint => {
      const batch = createTestBatch();
      decodeRequest(batch, bodyOf({ spans: [spanOf({})], resource }), decodeJson);
      return decodeNative(encodeBatch(batch).spans)[0]!.column('resource_id').bigint(0);
    };
    const one = idOf({ attributes: [text('a', 'b')], droppedAttributesCount: 1 });
    expect(idOf({ droppedAttributesCount: 1, attributes: [text('a', 'b')] })).toBe(one);
    const others = [
      { attributes: [text('a', 'b')] },
      { attributes: [text('a', 'bb')], droppedAttributesCount: 1 },
      { attributes: [text('ab', '')], droppedAttributesCount: 1 },
      { attributes: [{ key: 'a', value: { bytesValue: 'b' } }], droppedAttributesCount: 1 },
    ].map(idOf);
    expect(new Set([one, ...others]).size).toBe(5);
  });

  test('texts that only together are the same are two facts', () => {
    const idOf = (scope: object): bigint => {
      const batch = createTestBatch();
      decodeRequest(batch, bodyOf({ spans: [spanOf({})], scope }), decodeJson);
      return decodeNative(encodeBatch(batch).spans)[0]!.column('scope_id').bigint(0);
    };
    const scopes = [
      { name: 'ab', version: 'c' },
      { name: 'a', version: 'bc' },
      { name: 'a\0', version: '' },
      { name: 'a', version: '\0' },
    ];
    expect(new Set(scopes.map(idOf)).size).toBe(4);
  });
});
