import { describe, expect, test } from 'vitest';
import { Fault } from '../../../errors/fault.ts';
import type { Span } from '../../../span/span.ts';
import { rawTrace } from '../adjust/adjust-trace.ts';
import { presentTrace } from './present-trace.ts';
import { parseOtlpTraces } from './transform.ts';

function parse(body: string): (readonly Span[])[] {
  const steps = parseOtlpTraces(Buffer.from(body));
  for (let step = steps.next(); ; step = steps.next())
    if (step.done === true) return [...step.value.values()];
}

const TRACE = '0102030405060708090a0b0c0d0e0f10';
const SPAN = '00000000000000aa';
const request = (...spans: string[]): string =>
  `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.join(',')}]}]}]}`;
const spanWith = (fields: string): string => request(`{"traceId":"${TRACE}","spanId":"${SPAN}",${fields}}`);
const attributes = (value: string): string => spanWith(`"attributes":[{"key":"k","value":${value}}]`);

test('the example of the reference', () => {
  const body = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"telemetrygen"}}]},
    "scopeSpans":[{"scope":{"name":"telemetrygen"},"spans":[{"traceId":"83a9efd15c1c98a977e0711cc93ee28b",
    "spanId":"e127af99e3b3e074","parentSpanId":"909541b92cf05311","name":"okey-dokey-0","kind":2,
    "startTimeUnixNano":"1706678909209712000","endTimeUnixNano":"1706678909209835000",
    "attributes":[{"key":"net.peer.ip","value":{"stringValue":"1.2.3.4"}},{"key":"peer.service","value":{"stringValue":"telemetrygen-client"}}],
    "status":{}}]}]}]}`;
  const [spans = []] = parse(body);
  expect([...presentTrace(rawTrace(spans))].join('')).toBe(
    '{"traceID":"83a9efd15c1c98a977e0711cc93ee28b","spans":[{"traceID":"83a9efd15c1c98a977e0711cc93ee28b","spanID":"e127af99e3b3e074","operationName":"okey-dokey-0","references":[{"refType":"CHILD_OF","traceID":"83a9efd15c1c98a977e0711cc93ee28b","spanID":"909541b92cf05311"}],"startTime":1706678909209712,"duration":123,"tags":[{"key":"otel.scope.name","type":"string","value":"telemetrygen"},{"key":"net.peer.ip","type":"string","value":"1.2.3.4"},{"key":"peer.service","type":"string","value":"telemetrygen-client"},{"key":"span.kind","type":"string","value":"server"}],"logs":[],"processID":"p1","warnings":null}],"processes":{"p1":{"serviceName":"telemetrygen","tags":[]}},"warnings":null}',
  );
});

test('every field, whatever comes first, in both spellings', () => {
  const [[span] = []] = parse(`{"resource_spans":[{"scope_spans":[{"spans":[{
    "status":{"code":"STATUS_CODE_ERROR","message":"m"},"flags":1,"unknown":{"a":[1]},
    "links":[{"trace_id":"${TRACE}","span_id":"${SPAN}","attributes":[{"key":"l","value":{"boolValue":true}}]}],
    "events":[{"time_unix_nano":5,"name":"e","attributes":[{"key":"k","value":{"intValue":"9223372036854775807"}}]}],
    "trace_id":"${TRACE}","span_id":"AAAAAAAAAKo=","parent_span_id":"00000000000000bb","trace_state":"a=b",
    "name":"n","kind":"SPAN_KIND_CLIENT","start_time_unix_nano":"10","end_time_unix_nano":"17"}],
    "scope":{"version":"1","name":"lib"}}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]}}]}`);
  expect(span).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: '00000000000000bb',
    traceState: 'a=b',
    flags: 1,
    name: 'n',
    service: 's',
    kind: 'client',
    startNanos: 10n,
    durationNanos: 7n,
    statusCode: 'error',
    statusMessage: 'm',
    attributes: [],
    events: [
      {
        timeNanos: 5n,
        name: 'e',
        attributes: [{ key: 'k', value: { type: 'int', value: 9_223_372_036_854_775_807n } }],
        droppedAttributesCount: 0,
      },
    ],
    links: [
      {
        traceId: TRACE,
        spanId: SPAN,
        traceState: '',
        attributes: [{ key: 'l', value: { type: 'bool', value: true } }],
        droppedAttributesCount: 0,
        flags: 0,
      },
    ],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: {
      attributes: [{ key: 'service.name', value: { type: 'string', value: 's' } }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: 'lib', version: '1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  });
});

test.each<[string, unknown]>([
  ['{"stringValue":"é\\u00e9"}', { type: 'string', value: 'éé' }],
  ['{"intValue":-5}', { type: 'int', value: -5n }],
  ['{"doubleValue":1.5}', { type: 'double', value: 1.5 }],
  ['{"doubleValue":"NaN"}', { type: 'double', value: Number.NaN }],
  ['{"bytesValue":"AP8="}', { type: 'bytes', value: Buffer.from([0, 255]) }],
  ['{}', { type: 'empty' }],
  ['{"arrayValue":{"values":[{"intValue":"1"},{}]}}', { type: 'array', value: [{ type: 'int', value: 1n }, { type: 'empty' }] }],
  ['{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":false}}]}}', { type: 'map', value: [{ key: 'a', value: { type: 'bool', value: false } }] }],
])('the value %s', (value, want) => {
  expect(parse(attributes(value))[0]?.[0]?.attributes).toEqual([{ key: 'k', value: want }]);
}); // prettier-ignore

test('spans that stand twice stay, and traces stand in the order in which they come', () => {
  const of = (trace: string): string => `{"traceId":"${trace.padStart(32, '0')}","spanId":"${SPAN}"}`;
  const traces = parse(request(of('2'), of('1'), of('2')));
  expect(traces.map((spans) => [spans[0]!.traceId.slice(-1), spans.length])).toEqual([
    ['2', 2],
    ['1', 1],
  ]);
});

test.each([
  '{}',
  '{"resourceSpans":null}',
  '{"resourceSpans":[]}',
  '{"resourceSpans":[{"scopeSpans":[{}]}]}',
])('nothing in %s', (body) => {
  expect(parse(body)).toEqual([]);
});

test('a body that ends before it starts lasts no time', () => {
  expect(parse(spanWith('"startTimeUnixNano":"9","endTimeUnixNano":"5"'))[0]?.[0]?.durationNanos).toBe(0n);
});

describe('refusals', () => {
  const deep = `${'{"arrayValue":{"values":['.repeat(100)}{}${']}}'.repeat(100)}`;
  test.each([
    ['', 'expected an object for the traces at byte 0'],
    ['[]', 'expected an object for the traces at byte 0'],
    ['{"resourceSpans":{}}', 'expected an array for resourceSpans at byte 17'],
    ['{}x', 'something follows the end of the request at byte 2'],
    [request('{"traceId":"0102"}'), 'expected 16 bytes in hex for traceId at byte 54'],
    [request('{"spanId":7}'), 'expected a string for spanId at byte 53'],
    [spanWith('"startTimeUnixNano":"x"'), 'expected a whole number of 64 bits for startTimeUnixNano'],
    [attributes(deep), 'an attribute has more than 64 arrays and maps within each other'],
  ])('%s', (body, why) => {
    let thrown: unknown;
    try {
      parse(body);
    } catch (refusal) {
      thrown = refusal;
    }
    expect(thrown).toBeInstanceOf(Fault);
    expect((thrown as Fault).message).toContain(why);
  });
});

test('a large body is read with pauses', () => {
  const spans = Array.from({ length: 5_000 }, () => `{"traceId":"${TRACE}","spanId":"${SPAN}","name":"n"}`);
  expect([...parseOtlpTraces(Buffer.from(request(...spans)))].length).toBeGreaterThan(3);
});
