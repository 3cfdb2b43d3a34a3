import { Point } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BatchOptions,
  type EncodedBatch,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../../../tests/support/corpus.ts';
import { readSpans } from '../../../tests/support/corpus-read.ts';
import { type Row, type RowReader, openRowReader } from '../../../tests/support/corpus-rows.ts';
import { APART } from '../../columns/fragment.ts';
import { CATALOG_COLUMNS } from '../../columns/span-columns.ts';
import { Fault } from '../../errors/fault.ts';
import type { AttributeValue, Attributes } from '../../span/attribute.ts';
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../span/span.ts';
import { BYTES_PER_TURN } from '../../wire/pace.ts';
import type { Receipt } from '../receipt.ts';
import { type Precision, decodeLines } from './decode-lines.ts';

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

interface Decoded extends EncodedBatch {
  readonly receipt: Receipt;
}

function decode(body: string | Uint8Array, options?: Partial<BatchOptions>, precision?: Precision): Decoded {
  const batch = createTestBatch(options);
  const receipt = decodeRequest(batch, Buffer.from(body), decodeLines(precision ?? 'ns'));
  return { receipt, ...encodeBatch(batch) };
}

async function readBack({ spans, catalog }: EncodedBatch): Promise<Span[]> {
  if (spans.length === 0) return [];
  const all = 'SELECT * EXCEPT (frame) FROM {file}';
  return readSpans(await reader.ask(all, spans), await reader.ask(all, catalog, CATALOG_COLUMNS));
}

async function onlyRow(body: string, precision?: Precision): Promise<Row> {
  const rows = await reader.spans(decode(body, {}, precision).spans);
  expect(rows.length).toBe(1);
  return rows[0]!;
}

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';
const IDS = `span_id=${SPAN},trace_id=${TRACE}`;
const START = 1_704_164_640_000_000_000n;
const GOOD = `spans,${IDS} span.name="good",duration_nano=5i ${START}`;

const spanLine = (fields: string): string => `spans,${IDS} span.name="x",${fields} ${START}`;
const eventLine = (fields: string, time: bigint = START): string => `logs,${IDS} ${fields} ${time}`;

describe('a timestamp', () => {
  const table: [Precision, string, string][] = [
    ['ns', '1704164640123456789', '1704164640123456789'],
    ['us', '1704164640123456', '1704164640123456000'],
    ['ms', '1704164640123', '1704164640123000000'],
    ['s', '1704164640', '1704164640000000000'],
    ['s', '9007199254', '9007199254000000000'],
    ['ns', '0', '0'],
    ['ns', '9223372036854775807', '9223372036854775807'],
  ];
  test.each(table)('in %s: %s', async (precision, sent, want) => {
    const body = `spans,${IDS} span.name="x",duration_nano=5i ${sent}\nlogs,${IDS} event.name="e" ${sent}`;
    expect(await onlyRow(body, precision)).toMatchObject({ start: want, events: [{ time: want }] });
  });

  test('may be missing where the start is a field, whose unit is a nanosecond', async () => {
    const body = `spans,${IDS} start_time_unix_nano=${START}i,duration_nano=5i`;
    expect(await onlyRow(body, 's')).toMatchObject({ start: `${START}`, duration: '5' });
  });

  test('counts where the start is a field too', async () => {
    const body = `spans,${IDS} start_time_unix_nano=17i,duration_nano=5i ${START}`;
    expect(await onlyRow(body)).toMatchObject({ start: `${START}`, duration: '5', attr: [] });
  });

  const refused: [Precision, string, string][] = [
    ['ns', '', 'it has neither a timestamp nor start_time_unix_nano'],
    ['ns', '-1', 'its timestamp -1 (precision ns) must lie between 1970 and 2262'],
    ['s', '1704164640000000000', 'its timestamp 1704164640000000000 (precision s) must lie between 1970 and 2262'],
    ['ns', '9223372036854775808', 'its timestamp 9223372036854775808 (precision ns) must lie between 1970 and 2262'],
  ]; // prettier-ignore
  test.each(refused)('in %s: %s is refused', (precision, sent, words) => {
    const { receipt } = decode(`spans,${IDS} span.name="x",duration_nano=5i ${sent}`, {}, precision);
    expect(receipt.reasons).toEqual({ 'start-unreadable': 1 });
    expect(receipt.message).toContain(words);
  });
});

describe('an end', () => {
  const table: [string, string, string][] = [
    ['is the start and the duration', 'duration_nano=5i', '5'],
    ['wins over the duration', `duration_nano=5i,end_time_unix_nano=${START + 7n}i`, '7'],
    ['is a number of any kind', `end_time_unix_nano=${START + 7n}u`, '7'],
    ['is a number without a kind', `end_time_unix_nano=${START + 7n}`, '7'],
    ['is a number in quotes', `end_time_unix_nano="${START + 7n}"`, '7'],
    ['is a time in words', 'end_time_unix_nano="2024-01-02 03:04:00.000000007 +0000 UTC"', '7'],
    ['is far away', `duration_nano=${2n ** 62n}i`, String(2n ** 62n)],
  ];
  test.each(table)('%s', async (_, fields, duration) => {
    expect(await onlyRow(spanLine(fields))).toMatchObject({ duration, attr: [] });
  });
});

describe('a kind', () => {
  const kinds = SPAN_KINDS.map((kind) => [kind, `${kind[0]!.toUpperCase()}${kind.slice(1)}`] as const);
  test.each(kinds)('%s', async (kind, word) => {
    for (const said of [word, kind, kind.toUpperCase(), `SPAN_KIND_${kind.toUpperCase()}`]) {
      for (const name of ['kind', 'span.kind']) {
        expect(await onlyRow(spanLine(`${name}="${said}"`))).toMatchObject({ kind, attr: [] });
      }
    }
  });

  const both: [string, string, [string, string][]][] = [
    ['span.kind="Server",kind="blue"', 'server', [['kind', 'blue']]],
    ['kind="blue",span.kind="Server"', 'server', [['kind', 'blue']]],
    ['kind="internal",span.kind="Server"', 'server', [['kind', 'internal']]],
    ['kind="SPAN_KIND_CLIENT",span.kind="server"', 'client', [['span.kind', 'server']]],
    ['span.kind="odd",kind="Client"', 'client', [['span.kind', 'odd']]],
    ['span.kind="odd",kind="blue"', 'unspecified', [['span.kind', 'odd'], ['kind', 'blue']]],
  ]; // prettier-ignore
  test.each(both)('%s', async (fields, kind, attr) => {
    expect(await onlyRow(spanLine(fields))).toMatchObject({ kind, attr });
  });
});

describe('a status', () => {
  const table: [string, string][] = [
    ['otel.status_code="Ok"', 'ok'],
    ['otel.status_code="OK"', 'ok'],
    ['otel.status_code="Error"', 'error'],
    ['otel.status_code="Unset"', 'unset'],
    ['status_code="STATUS_CODE_ERROR"', 'error'],
  ];
  test.each(table)('%s', async (fields, status) => {
    expect(await onlyRow(spanLine(fields))).toMatchObject({ status, attr: [] });
  });
});

describe('a resource', () => {
  test('is the same whatever the order of its fields', async () => {
    const body = [
      `spans,service.name=shop,span_id=${SPAN},trace_id=${TRACE} host.name="n",os.type="linux",container.id="c",a="b" ${START}`,
      `spans,service.name=shop,span_id=${SPAN},trace_id=${TRACE} os.type="linux",a="b",container.id="c",host.name="n" ${START}`,
    ].join('\n');
    const [one, other] = await readBack(decode(body));
    expect(one!.resource).toBe(other!.resource);
    const keys = one!.resource.attributes.map(({ key }) => key);
    expect(keys).toEqual(['service.name', 'container.id', 'host.name', 'os.type']);
    expect(one!.attributes).toEqual([{ key: 'a', value: { type: 'string', value: 'b' } }]);
  });

  test('is told for each span anew', async () => {
    const body = ['a', 'b', 'a']
      .map((name) => `spans,service.name=${name},span_id=${SPAN},trace_id=${TRACE} duration_nano=1i ${START}`)
      .join('\n');
    expect((await readBack(decode(body))).map(({ service }) => service)).toEqual(['a', 'b', 'a']);
  });
});

describe('an event', () => {
  const table: [string, string, object][] = [
    ['has the newer of two names', 'event.name="new",name="old"', { name: 'new', attr: [['name', 'old']] }],
    ['has the older name alone', 'name="old"', { name: 'old', attr: [] }],
    ['has no name', 'a=1i', { name: '', attr: [['a', '1']] }],
    ['has fields of its own', 'a=t,b=1.5,count=2u', { attr: [['a', 'true'], ['b', '1.5'], ['count', '2']], attr_types: 'bdi' }],
    ['has no field but one that stands for none', 'count=1u', { attr: [] }],
    ['has a count', 'dropped_attributes_count="7"', { attr: [], dropped_attributes: 7 }],
    ['has no count', 'dropped_attributes_count=-7i', { attr: [['dropped_attributes_count', '-7']], dropped_attributes: 0 }],
    ['says what its span says', 'host.name="n",otel.library.name="l"', { attr: [] }],
    ['has JSON', 'attributes="{\\"host.name\\":\\"n\\"}"', { attr: [['host.name', 'n']] }],
  ]; // prettier-ignore
  test.each(table)('%s', async (_, fields, event) => {
    expect(await onlyRow(`${GOOD}\n${eventLine(fields)}`)).toMatchObject({ events: [event] });
  });
});

describe('JSON that is none', () => {
  const kept: [string, string][] = [
    ['nothing', ''],
    ['a list', '[1]'],
    ['null', 'null'],
    ['no end', '{\\"a\\":1'],
    ['no value', '{\\"a\\":}'],
    ['something behind', '{\\"a\\":1}}'],
    ['a string without an end', '{\\"a\\":\\"'],
    ['a list without an end', '{\\"a\\":[1,'],
    ['a text in a list without an end', '{\\"a\\":[\\"x'],
    ['a zero in a string', '{\\"a\\":\\"\0\\"}'],
    ['a number that is none', '{\\"a\\":01}'],
  ];
  test.each(kept)('%s: the field is kept as it is', async (_, text) => {
    // What stood there before must not be seen.
    const before = spanLine('attributes="{\\"secret\\":[\\"s\\",{\\"a\\":\\"}\\"}],\\"b\\":\\"]]}\\"}"');
    const [, row] = await reader.spans(decode(`${before}\n${spanLine(`attributes="${text}"`)}`).spans);
    const attr = row!['attr'] as [string, string][];
    expect(attr.at(-1)).toEqual(['attributes', text.replaceAll('\\"', '"')]);
    expect(JSON.stringify(attr)).not.toContain('secret');
    expect(attr.length).toBeLessThan(3);
  });
});

describe('JSON behind JSON that is none', () => {
  const lists = (values: readonly string[]): string =>
    values.map((json) => spanLine(`attributes="${json.replaceAll('"', '\\"')}"`)).join('\n');

  test('is read as ever', async () => {
    const rows = await reader.spans(decode(lists(['{"a":[[[nope', '{"a":[1]}'])).spans);
    expect(rows.map(({ attr }) => attr)).toEqual([[['attributes', '{"a":[[[nope']], [['a', '[1]']]]);
  });

  test('is not taken for a part of it', () => {
    const long = 'x'.repeat(60);
    const body = lists([`{"a":"${long}","b":"${long}","c":"${long}"}`, '{"a":["x']);
    const { receipt } = decode(body, { limits: { attributeBytes: 100 } });
    expect(receipt).toMatchObject({
      accepted: 2,
      message: '2 ended before they started and were kept with a duration of 0',
    });
  });
});

describe('a refusal', () => {
  const table: [string, string, Receipt['reasons'], string][] = [
    ['of another measurement', 'cpu,host=a usage_user=1.5,usage_system=2.5 1704164640000000000', { 'not-a-span': 1 }, '("cpu,host=a usage_user=1.5,usage_system=2…"): measurement "cpu" is none of spans, logs, span-links'],
    ['of no line', '{"resourceSpans":[]}', { 'line-unreadable': 1 }, '("{\\"resourceSpans\\":[]}"): expected fields at byte 21 of the line'],
    ['of half a line', 'spans,trace_id=1', { 'line-unreadable': 1 }, '("spans,trace_id=1"): expected fields at byte 17 of the line'],
    ['of a trace id', `spans,span_id=${SPAN},trace_id=abc span.name="x" ${START}`, { 'trace-id': 1 }, 'trace_id "abc" must be 32 hex digits'],
    ['of no trace id', `spans,span_id=${SPAN} span.name="x" ${START}`, { 'trace-id': 1 }, 'trace_id (none) must be 16 bytes, not all zero'],
    ['of a span id', `spans,span_id=zzzzzzzzzzzzzzzz,trace_id=${TRACE} span.name="x" ${START}`, { 'span-id': 1 }, 'span_id "zzzzzzzzzzzzzzzz" must be 16 hex digits'],
    ['of a parent', spanLine('parent_span_id="1"'), { 'span-id': 1 }, 'parent_span_id "1" must be 16 hex digits'],
    ['of an event without a trace', `logs,span_id=${SPAN} event.name="x" ${START}`, { 'trace-id': 1 }, `trace_id "" must be 32 hex digits, not all zero`],
    ['of an event of no span', `logs,span_id=0000000000000000,trace_id=${TRACE} event.name="x" ${START}`, { 'span-id': 1 }, 'span_id "0000000000000000" must be 16 hex digits, not all zero'],
    ['of an event without a time', `logs,${IDS} event.name="x"`, { 'line-unreadable': 1 }, ': it has no timestamp'],
    ['of an event before 1970', `logs,${IDS} event.name="x" -5`, { 'line-unreadable': 1 }, ': its timestamp -5 (precision ns) must lie between 1970 and 2262'],
    ['of a link to nothing', `span-links,${IDS} a="b" ${START}`, { 'trace-id': 1 }, 'linked_trace_id "" must be 32 hex digits, not all zero'],
    ['of a link to half a span', `span-links,linked_span_id=12,linked_trace_id=${TRACE},${IDS} a="b" ${START}`, { 'span-id': 1 }, 'linked_span_id "12" must be 16 hex digits, not all zero'],
  ]; // prettier-ignore
  test.each(table)('%s leaves its neighbours alone', (_, line, reasons, words) => {
    const { receipt } = decode(`# first\n${GOOD}\n${line}\n${GOOD}`);
    expect(receipt).toMatchObject({ accepted: 2, rejected: 1, reasons });
    expect(receipt.message).toContain(words);
    if (receipt.message.includes('other lines')) expect(receipt.message).toContain('first: line 3 (');
  });

  test('of a string without an end tells where it begins, and takes the rest', () => {
    const { receipt } = decode(`${GOOD}\nspans,${IDS} span.name="x ${START}\ncpu a=1 1\n`);
    expect(receipt).toMatchObject({ accepted: 1, rejected: 1, reasons: { 'line-unreadable': 1 } });
    expect(receipt.message).toContain('first: line 2 (');
    expect(receipt.message).toContain('a string without an end at byte 84 of the line');
  });

  test('counts physical lines', () => {
    const { receipt } = decode(`spans,${IDS} span.name="a\nb",duration_nano=1i ${START}\r\ncpu a=1 1`);
    expect(receipt.message).toContain('line 3 ("cpu a=1 1")');
  });

  test('of what is no text at all is one for each line', () => {
    const { receipt } = decode(Buffer.from('1f8b0800000000000003cb48cdc9c9070086a6103605000000', 'hex'));
    expect(receipt).toMatchObject({ accepted: 0, rejected: 1, reasons: { 'line-unreadable': 1 } });
    const many = decode('\x01\n'.repeat(5000)).receipt;
    expect(many).toMatchObject({ accepted: 0, rejected: 5000 });
    expect(many.message.length).toBeLessThan(300);
  });
});

describe('limits', () => {
  const long = 'v'.repeat(300);
  const table: [string, Partial<BatchOptions['limits']>, string, string][] = [
    ['bytes of a span', { spanBytes: 400 }, spanLine(`long="${long}"`), 'span-too-large'],
    ['bytes of a field', { attributeBytes: 200 }, spanLine(`long="${long}"`), 'attribute-too-large'],
    ['bytes of a tag', { attributeBytes: 200 }, `spans,long=${long},${IDS} a=1i ${START}`, 'attribute-too-large'],
    ['bytes of a value in JSON', { attributeBytes: 200 }, spanLine(`attributes="{\\"long\\":\\"${long}\\"}"`), 'attribute-too-large'],
    ['bytes of a list in JSON', { attributeBytes: 200 }, spanLine(`attributes="{\\"a\\":[${'1,'.repeat(150)}1]}"`), 'attribute-too-large'],
    ['bytes of what is no JSON', { attributeBytes: 200 }, spanLine(`attributes="${long}"`), 'attribute-too-large'],
    ['bytes of a resource', { attributeBytes: 200 }, spanLine(`service.name="${long}"`), 'attribute-too-large'],
    ['bytes of a scope', { attributeBytes: 200 }, spanLine(`otel.library.name="${long}"`), 'attribute-too-large'],
    ['attributes', { attributes: 2 }, spanLine('a=1i,b=2i,c=3i'), 'too-many-attributes'],
    ['attributes in JSON', { attributes: 2 }, spanLine('attributes="{\\"a\\":1,\\"b\\":2,\\"c\\":3}"'), 'too-many-attributes'],
    ['nesting', { nesting: 2 }, spanLine('attributes="{\\"a\\":[[[]]]}"'), 'nested-too-deep'],
    ['nesting of an event', { nesting: 2 }, `${spanLine('a=1i')}\n${eventLine('event.name="x",attributes="{\\"a\\":{\\"b\\":[{}]}}"')}`, 'nested-too-deep'],
    ['attributes of an event', { attributes: 2 }, `${spanLine('a=1i')}\n${eventLine('event.name="x",a=1i,b=2i,c=3i')}`, 'too-many-attributes'],
    ['events', { events: 2 }, `${[1n, 2n, 3n, 4n].map((time) => eventLine('event.name="x"', time)).join('\n')}\n${spanLine('a=1i')}`, 'too-many-events'],
    ['links', { links: 2 }, `${`span-links,linked_span_id=${SPAN},linked_trace_id=${TRACE},${IDS} a="b" ${START}\n`.repeat(3)}${spanLine('a=1i')}`, 'too-many-links'],
  ]; // prettier-ignore
  test.each(table)('of %s', (_, limits, line, reason) => {
    const { receipt } = decode(`${line}\n${GOOD.replace(SPAN, 'eee19b7ec3c1b175')}`, { limits });
    expect(receipt).toMatchObject({ accepted: 1, fragments: 0, rejected: 1, reasons: { [reason]: 1 } });
  });

  test('of bytes of an event', () => {
    const { receipt } = decode(`${GOOD}\n${eventLine(`event.name="${long}"`)}`, {
      limits: { spanBytes: 200 },
    });
    expect(receipt).toMatchObject({ accepted: 1, rejected: 1, reasons: { 'span-too-large': 1 } });
    expect(receipt.message).toContain('(SPANHOUSE_MAX_SPAN_BYTES)');
  });

  test('a refused span is told by its name', () => {
    const { receipt } = decode(spanLine(`long="${long}"`), { limits: { spanBytes: 400 } });
    expect(receipt.message).toContain(`span 0 ("x", trace ${TRACE}): has`);
  });
});

describe('events and links apart', () => {
  test('are handed on', async () => {
    const link = `span-links,linked_span_id=aaaaaaaaaaaaaaaa,linked_trace_id=${TRACE},${IDS} trace_state="a=b" ${START}`;
    const { receipt, catalog } = decode(`${eventLine('event.name="e",k=7i')}\n${link}`);
    expect(receipt).toMatchObject({ accepted: 0, fragments: 2, rejected: 0, message: '' });
    const facts = (await reader.catalog(catalog)).filter(({ fact }) => fact === 'event' || fact === 'link');
    expect(facts).toMatchObject([
      { fact: 'event', name: 'e', attr: [['k', '7']], attr_types: 'i' },
      { fact: 'link', schema_url: 'a=b', attr: [] },
    ]);
  });

  test('are those of a span that cannot be read, and not those of one that is refused', () => {
    const event = eventLine('event.name="e"');
    expect(decode(`${event}\nspans,${IDS} span.name=x ${START}`).receipt).toMatchObject({ fragments: 1 });
    const limits = { spanBytes: 200 };
    const large = spanLine(`long="${'v'.repeat(300)}"`);
    expect(decode(`${event}\n${large}`, { limits }).receipt).toMatchObject({ fragments: 0 });
    expect(decode(`${event}\n${spanLine('parent_span_id="1"')}`).receipt).toMatchObject({ fragments: 0 });
  });

  test('of a span that comes twice belong to the first', async () => {
    const body = [spanLine('a=1i'), eventLine('event.name="e"'), spanLine('a=2i')].join('\n');
    const rows = await reader.spans(decode(body).spans);
    expect(rows.map(({ events }) => (events as unknown[]).length)).toEqual([1, 0]);
  });

  test('are asked for by every span', async () => {
    expect(await onlyRow(GOOD)).toMatchObject({ flags: APART });
  });
});

describe('pauses', () => {
  const turns = (body: string): number => {
    const { batch, writer, memory } = createTestBatch();
    writer.openRequest(memory, Date.now());
    let count = 0;
    const steps = decodeLines('ns')(Buffer.from(body), writer);
    while (steps.next().done !== true) count++;
    expect(batch.spans.rows).toBeLessThan(100_000);
    return count;
  };
  const mebibyte = 1 << 20;
  const values = Array.from({ length: 1000 }, (_, index) => [`k${index}`, 'x'.repeat(3000)] as const);
  const json = JSON.stringify(Object.fromEntries(values)).replaceAll('"', '\\"');
  const table: [string, string][] = [
    ['JSON of one span', spanLine(`attributes="${json}"`)],
    ['JSON of one event', `${GOOD}\n${eventLine(`attributes="${json}"`)}`],
    ['fields of one span', spanLine(values.map(([name, value]) => `${name}="${value}"`).join(','))],
    ['spans', `${GOOD}\n`.repeat(10_000)],
    ['events of one span', GOOD + `\n${eventLine(`event.name="${'x'.repeat(300)}"`)}`.repeat(4000)],
    ['events apart', `${eventLine('event.name="x"')}\n`.repeat(10_000)],
    ['refused lines', 'x\n'.repeat(mebibyte / 2)],
    ['empty lines', '\n'.repeat(mebibyte)],
    ['spaces', ' '.repeat(8 * mebibyte)],
    ['one string', `x a="${'\\"'.repeat(mebibyte)}" 1`],
    ['one line of fields', `x ${'a=1,'.repeat(mebibyte)}a=1 1`],
    ['one span', spanLine(`a="${'x'.repeat(8 * mebibyte)}"`)],
  ];
  test.each(table)('in %s', (name, body) => {
    const isReadTwice = name.includes(' of one ');
    // The first reading alone pauses as often as the body has turns.
    const oneReading = Math.ceil(Buffer.byteLength(body) / BYTES_PER_TURN);
    expect(turns(body)).toBeGreaterThan(isReadTwice ? oneReading + 6 : 6);
  });
});

/** A span as far as this protocol can carry it. */
interface Model {
  readonly trace: number;
  readonly span: number;
  readonly parent: number | undefined;
  readonly name: string;
  readonly service: string;
  readonly state: string;
  readonly kind: number;
  readonly status: number;
  readonly message: string;
  readonly durationNanos: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { name: string; attributes: Readonly<Record<string, unknown>> }[];
  readonly links: readonly { span: number; state: string }[];
  readonly dropped: number;
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
/** What the client library can say in a tag: it has no way to write a backslash at its end. */
const tagText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((one) => !/[\\\p{Cc}]/u.test(one))
  .map((one) => `a,= \\${one}`);
const json = fc.oneof(text, fc.boolean(), fc.maxSafeInteger(), fc.constant(null), fc.array(fc.oneof(text, fc.nat()), { maxLength: 3 })); // prettier-ignore
const key = text.map((one) => `k.${one}`);
const attributes = fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true });
const model: fc.Arbitrary<Model> = fc.record({
  trace: fc.integer({ min: 1, max: 3 }),
  span: fc.integer({ min: 1, max: 9 }),
  parent: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  name: text,
  service: tagText,
  state: text,
  kind: fc.nat(5),
  status: fc.nat(2),
  message: text,
  durationNanos: fc.maxSafeInteger().map(Math.abs),
  attributes,
  events: fc.array(fc.record({ name: text, attributes }), { maxLength: 3 }),
  links: fc.uniqueArray(fc.record({ span: fc.integer({ min: 1, max: 9 }), state: text }), {
    maxLength: 3,
    selector: ({ span }) => span,
  }),
  dropped: fc.nat(0xffff_ffff),
});
const models = fc.uniqueArray(model, { maxLength: 6, selector: ({ trace, span }) => `${trace} ${span}` });

const traceId = (number: number): string => number.toString(16).padStart(32, 'a');
const spanId = (number: number): string => number.toString(16).padStart(16, 'b');
const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** The lines of a span as the Collector's exporter would have it, by the escapes of a client library. */
function linesOf(one: Model): string[] {
  const point = (measurement: string, time: bigint): Point =>
    new Point(measurement)
      .tag('trace_id', traceId(one.trace))
      .tag('span_id', spanId(one.span))
      .timestamp(String(time));
  const span = point('spans', START)
    .tag('service.name', one.service)
    .stringField('span.name', one.name)
    .stringField('trace_state', one.state)
    .stringField('span.kind', capital(SPAN_KINDS[one.kind]!))
    .stringField('otel.status_code', capital(STATUS_CODES[one.status]!))
    .stringField('otel.status_description', one.message)
    .intField('duration_nano', one.durationNanos)
    .uintField('dropped_attributes_count', one.dropped)
    .stringField('attributes', JSON.stringify(one.attributes));
  if (one.parent !== undefined) span.stringField('parent_span_id', spanId(one.parent));
  const events = one.events.map((event, index) =>
    point('logs', START + BigInt(index))
      .stringField('event.name', event.name)
      .stringField('attributes', JSON.stringify(event.attributes)),
  );
  const links = one.links.map((link) =>
    point('span-links', START)
      .tag('linked_trace_id', traceId(one.trace))
      .tag('linked_span_id', spanId(link.span))
      .stringField('trace_state', link.state),
  );
  return [span, ...events, ...links].map((line) => line.toLineProtocol()!);
}

function spanOf(one: Model): Span {
  const nothing = { droppedAttributesCount: 0, schemaUrl: '' };
  const service: Attributes = [{ key: 'service.name', value: { type: 'string', value: one.service } }];
  const links = one.links.map((link) => ({
    traceId: traceId(one.trace),
    spanId: spanId(link.span),
    traceState: link.state,
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  }));
  return {
    traceId: traceId(one.trace) as Span['traceId'],
    spanId: spanId(one.span) as Span['spanId'],
    parentSpanId: one.parent === undefined ? undefined : (spanId(one.parent) as Span['spanId']),
    traceState: one.state,
    flags: APART,
    name: one.name,
    service: one.service,
    kind: SPAN_KINDS[one.kind]!,
    startNanos: START,
    durationNanos: BigInt(one.durationNanos),
    statusCode: STATUS_CODES[one.status]!,
    statusMessage: one.message,
    attributes: attributesOf(one.attributes),
    events: one.events.map((event, index) => ({
      timeNanos: START + BigInt(index),
      name: event.name,
      attributes: attributesOf(event.attributes),
      droppedAttributesCount: 0,
    })),
    links,
    droppedAttributesCount: one.dropped,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: { ...nothing, attributes: service },
    scope: { ...nothing, name: '', version: '', attributes: [] },
  };
}

function attributesOf(map: Readonly<Record<string, unknown>>): Attributes {
  return Object.entries(map).map(([name, value]) => ({ key: name, value: valueOf(value) }));
}

function valueOf(value: unknown): AttributeValue {
  if (value === null) return { type: 'empty' };
  if (Array.isArray(value)) return { type: 'array', value: value.map(valueOf) };
  if (typeof value === 'number') return { type: 'int', value: BigInt(value) };
  return typeof value === 'boolean' ? { type: 'bool', value } : { type: 'string', value: value as string };
}

/** In an order of their own. */
function sorted(spans: readonly Span[]): Span[] {
  const name = (span: Span): string => span.traceId + span.spanId;
  const byId = spans.map((span) => ({
    ...span,
    links: [...span.links].sort((one, other) => one.spanId.localeCompare(other.spanId)),
  }));
  return byId.sort((one, other) => name(one).localeCompare(name(other)));
}

describe('any spans', () => {
  test('come back from the lines of a client library, in any order', async () => {
    const bodies = models.chain((spans) =>
      fc.record({
        spans: fc.constant(spans),
        lines: fc.shuffledSubarray(spans.flatMap(linesOf), { minLength: spans.flatMap(linesOf).length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async ({ spans, lines }) => {
        const decoded = decode(lines.join('\n'));
        expect(decoded.receipt).toMatchObject({ accepted: spans.length, message: '', fragments: 0 });
        expect(sorted(await readBack(decoded))).toEqual(sorted(spans.map(spanOf)));
      }),
      { numRuns: 80 },
    );
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('spans', 'logs', 'span-links', `,${IDS}`, ` ${START}`, '\n', ',', ' ', '=', '"', '\\'),
    fc.constantFrom('span.name="x"', ',a=1i', 'event.name="e"', 'attributes="{', '\\"a\\":[', '1}', '"'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const bodies = fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join('')));

  test('is taken or refused by the line, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.oneof(bodies, fc.uint8Array({ maxLength: 200 })), (body) => {
        const [one, other] = [0x22, 0x7d].map((poison) => {
          const around = Buffer.alloc(body.length + 128, poison);
          around.set(body, 64);
          return outcome(around.subarray(64, 64 + body.length));
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 2000 },
    );
  });

  function outcome(body: Uint8Array): unknown {
    const started = performance.now();
    try {
      const { receipt, spans, catalog } = decode(body);
      return [receipt, spans.toString('hex'), catalog.toString('hex')];
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return thrown.message;
    } finally {
      expect(performance.now() - started).toBeLessThan(1000);
    }
  }
});
