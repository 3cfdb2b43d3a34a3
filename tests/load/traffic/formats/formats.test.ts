import { expect, test } from 'vitest';
import { encodeThrift } from '../../../support/encode-thrift.ts';
import type { JaegerBatch } from '../../../support/jaeger-batch.ts';
import { thriftOfBatch } from '../../../support/jaeger-thrift.ts';
import type { DrawnSpan, Origin } from '../draw-spans.ts';
import { type ProtocolName, PROTOCOLS } from '../protocols.ts';

/** Bytes are compared with those of Thrift's own package, or with what the specifications say, by hand. */
const SPAN: DrawnSpan = {
  traceId: Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'),
  // Of 64 bits with the highest set: negative in Thrift.
  spanId: Buffer.from('a1a2a3a4a5a6a7a8', 'hex'),
  parentSpanId: Buffer.from('1112131415161718', 'hex'),
  name: 'GET /',
  kind: 2,
  startNanos: 1_767_571_200_000_001_000n,
  endNanos: 1_767_571_200_002_501_000n,
  attributes: [
    ['a', 'b'],
    ['n', 300],
  ],
  events: [{ name: 'e', afterNanos: 2000n, attributes: [['k', 'v']] }],
  links: [
    {
      traceId: Buffer.alloc(16, 0x22),
      spanId: Buffer.from('7f7f7f7f7f7f7f7f', 'hex'),
      attributes: [['l', 'm']],
    },
  ],
  failure: 'no',
};
const ORIGIN: Origin = {
  service: 's',
  resource: [
    ['service.name', 's'],
    ['r', 'q'],
  ],
  scope: { name: 'lib', version: '1' },
};
const ROOT: DrawnSpan = {
  ...SPAN,
  parentSpanId: undefined,
  kind: 1,
  attributes: [],
  events: [],
  links: [],
  failure: undefined,
};

const string = (key: string, vStr: string) => ({ key, vType: 'STRING', vStr }) as const;
const BATCH: JaegerBatch = {
  process: { serviceName: 's', tags: [string('r', 'q')] },
  spans: [
    {
      traceIdLow: '651345242494996240',
      traceIdHigh: '72623859790382856',
      spanId: '-6799692559826901080',
      parentSpanId: '1230066625199609624',
      operationName: 'GET /',
      references: [
        {
          refType: 'FOLLOWS_FROM',
          traceIdLow: '2459565876494606882',
          traceIdHigh: '2459565876494606882',
          spanId: '9187201950435737471',
        },
      ],
      flags: 1,
      startTime: '1767571200000001',
      duration: '2500',
      tags: [
        string('a', 'b'),
        { key: 'n', vType: 'LONG', vLong: '300' },
        string('span.kind', 'server'),
        string('otel.scope.name', 'lib'),
        string('otel.scope.version', '1'),
        string('otel.status_code', 'ERROR'),
        string('otel.status_description', 'no'),
        { key: 'error', vType: 'BOOL', vBool: true },
      ],
      logs: [{ timestamp: '1767571200000003', fields: [string('event', 'e'), string('k', 'v')] }],
    },
    {
      traceIdLow: '651345242494996240',
      traceIdHigh: '72623859790382856',
      spanId: '-6799692559826901080',
      parentSpanId: '0',
      operationName: 'GET /',
      flags: 1,
      startTime: '1767571200000001',
      duration: '2500',
      tags: [
        string('span.kind', 'internal'),
        string('otel.scope.name', 'lib'),
        string('otel.scope.version', '1'),
      ],
    },
  ],
};

test.each([
  ['jaeger-binary', 'binary'],
  ['jaeger-compact', 'compact'],
  ['jaeger-json', 'json'],
] as const)("%s is what Thrift's own package writes", (name, protocol) => {
  expect(encode(name).toString('latin1')).toBe(
    encodeThrift(protocol, thriftOfBatch(BATCH)).toString('latin1'),
  );
});

test('jaeger-udp is a call of emitBatch', () => {
  const batch = thriftOfBatch(BATCH);
  const call = encodeThrift(
    'compact',
    { type: 'struct', fields: [[1, batch]] },
    { name: 'emitBatch', kind: 4 },
  );
  // The package's number of the call, in place of ours.
  call[2] = 0;
  expect(encode('jaeger-udp').toString('hex')).toBe(call.toString('hex'));
});

test('jaeger-grpc, byte by byte', () => {
  const tag = (field: string, key: string, value: string): string =>
    frame(field, `${text('0a', key)} ${text('1a', value)}`);
  const traceId = '0a 10 0102030405060708090a0b0c0d0e0f10';
  const span = `
    ${traceId} 12 08 a1a2a3a4a5a6a7a8 ${text('1a', 'GET /')}
    22 1c ${traceId} 12 08 1112131415161718
    22 1e 0a 10 ${'22'.repeat(16)} 12 08 7f7f7f7f7f7f7f7f 18 01
    28 01 32 09 08 80feebca06 10 e807 3a 05 10 a0cb9801
    ${tag('42', 'a', 'b')} 42 08 0a 01 6e 10 02 28 ac02 ${tag('42', 'span.kind', 'server')}
    ${tag('42', 'otel.scope.name', 'lib')} ${tag('42', 'otel.scope.version', '1')}
    ${tag('42', 'otel.status_code', 'ERROR')} ${tag('42', 'otel.status_description', 'no')}
    42 0b ${text('0a', 'error')} 10 01 20 01
    ${frame('4a', `0a 09 08 80feebca06 10 b817 ${tag('12', 'event', 'e')} ${tag('12', 'k', 'v')}`)}`;
  const process = `${text('0a', 's')} ${tag('12', 'r', 'q')}`;
  const batch = `${frame('0a', span)} ${frame('12', process)}`;
  expect(encode('jaeger-grpc', [SPAN]).toString('hex')).toBe(frame('0a', batch));
});

const SPAN_IDS = { traceId: '0102030405060708090a0b0c0d0e0f10', id: 'a1a2a3a4a5a6a7a8' };
const LINK = `${'22'.repeat(16)}|7f7f7f7f7f7f7f7f||{"l":"m"}|0`;
const TIMES = { timestamp: 1_767_571_200_000_001, duration: 2500 };

test('zipkin-json', () => {
  expect(JSON.parse(encode('zipkin-json').toString())).toEqual([
    {
      ...SPAN_IDS,
      parentId: '1112131415161718',
      kind: 'SERVER',
      name: 'GET /',
      ...TIMES,
      localEndpoint: { serviceName: 's' },
      annotations: [{ timestamp: 1_767_571_200_000_003, value: 'e|{"k":"v"}|0' }],
      tags: {
        r: 'q',
        a: 'b',
        n: '300',
        'otel.scope.name': 'lib',
        'otel.scope.version': '1',
        'otel.status_code': 'ERROR',
        error: 'no',
        'otlp.link.0': LINK,
      },
    },
    {
      ...SPAN_IDS,
      name: 'GET /',
      ...TIMES,
      localEndpoint: { serviceName: 's' },
      annotations: [],
      tags: { r: 'q', 'otel.scope.name': 'lib', 'otel.scope.version': '1', 'span.kind': 'internal' },
    },
  ]);
});

test('zipkin-json-v1', () => {
  const endpoint = { serviceName: 's' };
  expect(JSON.parse(encode('zipkin-json-v1').toString())).toEqual([
    {
      ...SPAN_IDS,
      parentId: '1112131415161718',
      name: 'GET /',
      ...TIMES,
      annotations: [
        { timestamp: 1_767_571_200_000_001, value: 'sr', endpoint },
        { timestamp: 1_767_571_200_000_003, value: 'e|{"k":"v"}|0', endpoint },
        { timestamp: 1_767_571_200_002_501, value: 'ss', endpoint },
      ],
      binaryAnnotations: [
        { key: 'r', value: 'q', endpoint },
        { key: 'a', value: 'b', endpoint },
        { key: 'n', value: '300', endpoint },
        { key: 'otel.scope.name', value: 'lib', endpoint },
        { key: 'otel.scope.version', value: '1', endpoint },
        { key: 'otel.status_code', value: 'ERROR', endpoint },
        { key: 'error', value: 'no', endpoint },
        { key: 'otlp.link.0', value: LINK, endpoint },
      ],
    },
    expect.objectContaining({ ...SPAN_IDS, annotations: [] }),
  ]);
});

test('zipkin-thrift, byte by byte', () => {
  const endpoint = (field: string): string =>
    `0c ${field} 08 0001 00000000 06 0002 0000 0b 0003 00000001 73 00`;
  const tag = (key: string, value: string): string => `
    0b 0001 ${size(key)} ${ascii(key)} 0b 0002 ${size(value)} ${ascii(value)}
    08 0003 00000006 ${endpoint('0004')} 00`;
  const span = `
    0c 00000001
    0a 0001 090a0b0c0d0e0f10 0b 0003 00000005 ${ascii('GET /')} 0a 0004 a1a2a3a4a5a6a7a8
    0f 0006 0c 00000002
    0a 0001 00064798bd7dc001 0b 0002 00000002 ${ascii('cs')} ${endpoint('0003')} 00
    0a 0001 00064798bd7dc9c5 0b 0002 00000002 ${ascii('cr')} ${endpoint('0003')} 00
    0f 0008 0c 00000003
    ${tag('r', 'q')} ${tag('otel.scope.name', 'lib')} ${tag('otel.scope.version', '1')}
    0a 000a 00064798bd7dc001 0a 000b 00000000000009c4 0a 000c 0102030405060708 00`;
  expect(encode('zipkin-thrift', [{ ...ROOT, kind: 3 }]).toString('hex')).toBe(bytes(span));
});

test('zipkin-protobuf, byte by byte', () => {
  const span = `
    0a 10 0102030405060708090a0b0c0d0e0f10 12 08 1112131415161718 1a 08 a1a2a3a4a5a6a7a8
    20 02 2a 05 ${ascii('GET /')} 31 01c07dbd98470600 38 c413 42 03 0a 01 73
    52 18 09 03c07dbd98470600 12 0d ${ascii('e|{"k":"v"}|0')}
    5a 06 0a 01 72 12 01 71
    5a 16 0a 0f ${ascii('otel.scope.name')} 12 03 ${ascii('lib')}
    5a 17 0a 12 ${ascii('otel.scope.version')} 12 01 31`;
  const sent = { ...SPAN, attributes: [], links: [], failure: undefined };
  expect(encode('zipkin-protobuf', [sent]).toString('hex')).toBe(frame('0a', span));
});

test('influx', () => {
  const ids = 'span_id=a1a2a3a4a5a6a7a8,trace_id=0102030405060708090a0b0c0d0e0f10';
  const linked = `linked_span_id=7f7f7f7f7f7f7f7f,linked_trace_id=${'22'.repeat(16)}`;
  const times = 'duration_nano=2500000i,end_time_unix_nano=1767571200002501000i';
  expect(encode('influx').toString().split('\n')).toEqual([
    `spans,service.name=s,${ids} attributes="{\\"a\\":\\"b\\",\\"n\\":300,\\"r\\":\\"q\\"}",${times},` +
      'otel.status_code="Error",otel.status_description="no",parent_span_id="1112131415161718",' +
      'span.kind="Server",span.name="GET /" 1767571200000001000',
    `logs,${ids} attributes="{\\"k\\":\\"v\\"}",event.name="e" 1767571200000003000`,
    `span-links,${linked},${ids} attributes="{\\"l\\":\\"m\\"}" 1767571200000001000`,
    `spans,service.name=s,${ids} attributes="{\\"r\\":\\"q\\"}",${times},` +
      'span.kind="Internal",span.name="GET /" 1767571200000001000',
    '',
  ]);
});

test('otlp-json', () => {
  const value = (stringValue: string) => ({ stringValue });
  const ids = { traceId: SPAN_IDS.traceId, spanId: SPAN_IDS.id };
  const times = { startTimeUnixNano: '1767571200000001000', endTimeUnixNano: '1767571200002501000' };
  expect(JSON.parse(encode('otlp-json').toString())).toEqual({
    resourceSpans: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: value('s') },
            { key: 'r', value: value('q') },
          ],
        },
        scopeSpans: [
          {
            scope: { name: 'lib', version: '1' },
            spans: [
              {
                ...ids,
                parentSpanId: '1112131415161718',
                name: 'GET /',
                kind: 2,
                ...times,
                attributes: [
                  { key: 'a', value: value('b') },
                  { key: 'n', value: { intValue: '300' } },
                ],
                events: [
                  {
                    timeUnixNano: '1767571200000003000',
                    name: 'e',
                    attributes: [{ key: 'k', value: value('v') }],
                  },
                ],
                links: [
                  {
                    traceId: '22'.repeat(16),
                    spanId: '7f7f7f7f7f7f7f7f',
                    attributes: [{ key: 'l', value: value('m') }],
                  },
                ],
                status: { message: 'no', code: 2 },
              },
              {
                ...ids,
                name: 'GET /',
                kind: 1,
                ...times,
                attributes: [],
                events: [],
                links: [],
                status: {},
              },
            ],
          },
        ],
      },
    ],
  });
});

/** One request with these spans. */
function encode(name: ProtocolName, spans: readonly DrawnSpan[] = [SPAN, ROOT]): Buffer {
  const format = PROTOCOLS[name].createFormat();
  const content = Buffer.concat(spans.map((span) => Buffer.from(format.encodeSpan(span, ORIGIN))));
  return format.encodeRequest({ count: spans.length, content }, ORIGIN);
}

function ascii(text: string): string {
  return Buffer.from(text).toString('hex');
}

function size(text: string): string {
  return text.length.toString(16).padStart(8, '0');
}

function bytes(hex: string): string {
  return hex.replaceAll(/\s/g, '');
}

function text(tag: string, value: string): string {
  return frame(tag, ascii(value));
}

/** A message in a field of another one, shorter than 16,384 bytes. */
function frame(tag: string, content: string): string {
  const hex = bytes(content);
  const length = hex.length / 2;
  const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return tag + Buffer.from(head).toString('hex') + hex;
}
