import { describe, expect, test } from 'vitest';
import {
  type BatchOptions,
  NOW_MS,
  type TestBatch,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../../tests/support/corpus.ts';
import { type NativeBlock, decodeNative } from '../columns/native-reader.ts';
import { createSpace } from '../space/space.ts';
import type { FragmentIds } from './fragment-writer.ts';
import type { Decode } from './intake.ts';
import type { Receipt } from './receipt.ts';
import { type SpanWriter, emptyLink } from './span-writer.ts';

const START = BigInt(NOW_MS) * 1_000_000n;
const DAY = 86_400_000_000_000n;
const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

interface Sent {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly name?: string;
  readonly timeNanos?: bigint;
  readonly attributes?: Readonly<Record<string, string>>;
}

function putAttributes({ fragments }: SpanWriter, attributes: Sent['attributes'] = {}): void {
  for (const [key, value] of Object.entries(attributes)) {
    const [name, text] = [Buffer.from(key), Buffer.from(value)];
    fragments.attributes.put(name, 0, name.length, 's'.charCodeAt(0), text, 0, text.length);
  }
}

/** The ids and the text one after the other, as a decoder finds them. */
function sourceOf({ traceId = TRACE, spanId = SPAN, name = 'boom' }: Sent): {
  readonly source: Buffer;
  readonly ids: FragmentIds;
} {
  const trace = Buffer.from(traceId, 'hex');
  const source = Buffer.concat([trace, Buffer.from(spanId, 'hex'), Buffer.from(name)]);
  const spanIdTo = source.length - Buffer.byteLength(name);
  return { source, ids: { traceIdFrom: 0, traceIdTo: trace.length, spanIdFrom: trace.length, spanIdTo } };
}

function putEvent(writer: SpanWriter, sent: Sent): void {
  const { source, ids } = sourceOf(sent);
  const { timeNanos = START } = sent;
  putAttributes(writer, sent.attributes);
  const [low, high] = [Number(timeNanos & 0xffff_ffffn), Number(timeNanos >> 32n)];
  writer.fragments.event(source, ids, low, high, ids.spanIdTo, source.length, 3);
}

function putLink(writer: SpanWriter, sent: Sent): void {
  const { source, ids } = sourceOf(sent);
  const link = { ...emptyLink(), traceIdTo: 16, spanIdFrom: 16, spanIdTo: 24, droppedAttributes: 4, flags: 0xffff_ffff };
  putAttributes(writer, sent.attributes);
  writer.fragments.link(source, ids, { ...link, stateFrom: ids.spanIdTo, stateTo: source.length });
} // prettier-ignore

const once = (put: (writer: SpanWriter) => void): Decode =>
  function* decode(_body, writer) {
    yield;
    put(writer);
  };

const NO_BODY = new Uint8Array(0);
const accept = (batch: TestBatch, put: (writer: SpanWriter) => void, nowMs?: number): Receipt =>
  decodeRequest(batch, NO_BODY, once(put), nowMs);

interface Row {
  readonly fact: string;
  readonly id: bigint;
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly dropped: number;
  readonly expires: number;
}

/** Rows of the catalog that are fragments; keys are left out. */
function rowsOf(batch: TestBatch): Row[] {
  const blocks = decodeNative(encodeBatch(batch).catalog);
  return blocks
    .flatMap((block) => Array.from({ length: block.rows }, (_, row) => rowOf(block, row)))
    .filter(({ fact }) => fact !== 'key');
}

function rowOf(block: NativeBlock, row: number): Row {
  return {
    fact: block.column('fact').text(row),
    id: block.column('id').bigint(row),
    name: block.column('name').text(row),
    version: block.column('version').text(row),
    state: block.column('schema_url').text(row),
    dropped: block.column('dropped_attributes').number(row),
    expires: block.column('expires').number(row),
  };
}

describe('an event or a link without its span', () => {
  test('is a fact that says whose it is', () => {
    const batch = createTestBatch();
    const receipt = accept(batch, (writer) => {
      putEvent(writer, { attributes: { k: 'v' } });
      putLink(writer, { name: 'a=b' });
    });
    expect(receipt).toMatchObject({ accepted: 0, fragments: 2, rejected: 0, message: '' });
    const [event, link] = rowsOf(batch);
    const time = START.toString(16).padStart(16, '0');
    expect(event).toMatchObject({
      fact: 'event',
      name: 'boom',
      version: `${TRACE}${SPAN}${time}`,
      dropped: 3,
    });
    expect(link).toMatchObject({ fact: 'link', name: '', state: 'a=b', dropped: 4 });
    expect(link!.version).toBe(`${TRACE}${SPAN}ffffffff${TRACE}-${SPAN}`);
    expect(batch.batch.spans.rows).toBe(0);
  });

  test('is the same fact when it is sent again, and another when anything differs', () => {
    const idOf = (sent: Sent, put = putEvent): bigint => {
      const batch = createTestBatch();
      accept(batch, (writer) => {
        put(writer, sent);
      });
      return rowsOf(batch)[0]!.id;
    };
    const sent = { attributes: { k: 'v' } };
    expect(idOf(sent)).toBe(idOf(sent));
    const others: readonly bigint[] = [
      idOf({ ...sent, name: 'bang' }),
      idOf({ ...sent, timeNanos: START + 1n }),
      idOf({ ...sent, spanId: SPAN.replace('e', 'f') }),
      idOf({ attributes: { k: 'w' } }),
      idOf({ attributes: {} }),
      idOf(sent, putLink),
    ];
    expect(new Set([idOf(sent), ...others]).size).toBe(7);
    const place = (id: bigint): bigint => id >> 48n;
    expect(new Set([idOf(sent), ...others].map(place)).size).toBe(1);
    expect(place(idOf({ traceId: TRACE.replace('5', '6') }))).not.toBe(place(idOf(sent)));
  });

  test('lives as long as its span, and its keys are listed', () => {
    const batch = createTestBatch({ retentionDays: 7, space: createSpace('a', 'b', 'c') });
    accept(batch, (writer) => {
      putEvent(writer, { attributes: { k: 'v' } });
      putEvent(writer, { attributes: { k: 'w' } });
      putLink(writer, { attributes: { k: 'v' } });
    });
    const today = Math.floor(NOW_MS / 86_400_000);
    for (const { expires } of rowsOf(batch)) expect(expires).toBeGreaterThan(today + 7);
    const [block] = decodeNative(encodeBatch(batch).catalog);
    const levels = Array.from({ length: block!.rows }, (_, row) => block!.column('level').text(row));
    expect(levels.filter((level) => level !== 'none').sort()).toEqual(['event', 'link']);
  });
});

describe('is refused, the others are kept, and the sender is told why', () => {
  const limits = { spanBytes: 200, attributes: 2, attributeBytes: 50 };
  const strict: Partial<BatchOptions> = { limits, rules: { acceptOld: false, acceptFuture: false } };
  const who = `event "boom" of span ${SPAN} (trace ${TRACE})`;
  const full = (value: string): Record<string, string> => ({ a: value, b: value });
  test.each<[keyof Receipt['reasons'], Sent, string]>([
    ['trace-id', { traceId: '' }, `event "boom" of span ${SPAN} (trace (none)): trace_id (none) must be 16 bytes, not all zero`],
    ['trace-id', { traceId: '00'.repeat(16) }, `event "boom" of span ${SPAN} (trace ${'00'.repeat(16)}): trace_id ${'00'.repeat(16)} must be 16 bytes, not all zero`],
    ['span-id', { spanId: 'abcd' }, `event "boom" of span abcd (trace ${TRACE}): span_id abcd must be 8 bytes, not all zero`],
    ['too-old', { timeNanos: START - 15n * DAY }, `${who}: time_unix_nano 2023-12-18T03:04:05.000Z is older than its space's retention of 14d (SPANHOUSE_RETENTION; SPANHOUSE_ACCEPT_OLD_SPANS lets it in)`],
    ['too-far-ahead', { timeNanos: START + 2n * DAY }, `${who}: time_unix_nano 2024-01-04T03:04:05.000Z is more than 86400s ahead of the server's clock (SPANHOUSE_MAX_AHEAD; SPANHOUSE_ACCEPT_FUTURE_SPANS lets it in)`],
    ['start-unreadable', { timeNanos: 2n ** 63n }, `${who}: time_unix_nano 2262-04-11T23:47:16.854Z is later than the last time there is, 2262-04-11T23:47:16Z`],
    ['attribute-too-large', { attributes: { k: 'x'.repeat(51) } }, `${who}: attribute "k" has 51 bytes, more than 50 (SPANHOUSE_MAX_ATTRIBUTE_BYTES)`],
    ['too-many-attributes', { attributes: { a: '', b: '', c: '' } }, `${who}: it has more than 2 attributes (SPANHOUSE_MAX_ATTRIBUTES)`],
    ['span-too-large', { attributes: full('x'.repeat(50)), name: 'boom'.repeat(40) }, `event "${'boom'.repeat(15)}" of span ${SPAN} (trace ${TRACE}): has 268 bytes, more than 200 (SPANHOUSE_MAX_SPAN_BYTES)`],
  ])('%s: %o', (reason, sent, words) => {
    const batch = createTestBatch(strict);
    const receipt = accept(batch, (writer) => {
      putEvent(writer, {});
      putEvent(writer, sent);
      putLink(writer, {});
    });
    expect(receipt).toMatchObject({ fragments: 2, rejected: 1, reasons: { [reason]: 1 } });
    expect(receipt.message).toBe(`1 of 3 spans, events and links apart refused (${reason}: 1); first: ${words}`);
    expect(rowsOf(batch)).toHaveLength(2);
  }); // prettier-ignore

  test('a link says what it is', () => {
    const receipt = accept(createTestBatch(strict), (writer) => {
      putLink(writer, { attributes: { k: 'x'.repeat(51) } });
      writer.fragments.attributes.refuseNesting();
      putLink(writer, { name: '' });
    });
    expect(receipt.reasons).toEqual({ 'attribute-too-large': 1, 'nested-too-deep': 1 });
    expect(receipt.message).toContain(
      `first: link of span ${SPAN} (trace ${TRACE}): attribute "k" has 51 bytes`,
    );
  });
});

test('what a request left half told is not told by the next', () => {
  const batch = createTestBatch();
  const broken = (): Receipt =>
    accept(batch, (writer) => {
      putEvent(writer, {});
      putAttributes(writer, { lost: 'x' });
      throw new Error('broken off');
    });
  expect(broken).toThrow('broken off');
  expect(rowsOf(batch)).toEqual([]);
  accept(batch, (writer) => {
    putEvent(writer, {});
  });
  const [block] = decodeNative(encodeBatch(batch).catalog);
  expect(block!.rows).toBe(1);
});

test.each([
  [0, false, 0],
  [0xffff_ffff, false, 0x7fff_ffff],
  [-1, false, 0x7fff_ffff],
  [0x8000_0001, true, 0x8000_0001],
  [1, true, 0x8000_0001],
])('flags %i of a span that came apart: %s are stored as %i', (flags, apart, want) => {
  const batch = createTestBatch();
  accept(batch, (writer) => {
    const { source, ids } = sourceOf({});
    writer.openSpan(source);
    Object.assign(writer, ids, { flags, apart });
    [writer.startLow, writer.startHigh] = [Number(START & 0xffff_ffffn), Number(START >> 32n)];
    writer.closeSpan();
    writer.openSpan(source);
    expect(writer.apart).toBe(false);
  });
  const [block] = decodeNative(encodeBatch(batch).spans);
  expect(block!.column('flags').number(0)).toBe(want);
});
