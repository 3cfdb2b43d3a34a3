import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decode } from '../../../server/ingest/intake.ts';
import { decodeLines } from '../../../server/ingest/influx/decode-lines.ts';
import { decodePostSpans } from '../../../server/ingest/jaeger/decode-protobuf.ts';
import {
  decodeAgentCompact,
  decodeThriftBinary,
  decodeThriftCompact,
  decodeThriftJson,
} from '../../../server/ingest/jaeger/decode-thrift.ts';
import { decodeJson } from '../../../server/ingest/otlp/decode-json.ts';
import { decodeProtobuf as decodeOtlpProtobuf } from '../../../server/ingest/otlp/decode-protobuf.ts';
import { decodeJsonV1 } from '../../../server/ingest/zipkin/decode-json-v1.ts';
import { decodeJsonV2 } from '../../../server/ingest/zipkin/decode-json-v2.ts';
import { decodeProtobuf as decodeZipkinProtobuf } from '../../../server/ingest/zipkin/decode-protobuf.ts';
import { decodeThriftV1 } from '../../../server/ingest/zipkin/decode-thrift-v1.ts';
import { createTestBatch, decodeRequest, encodeBatch } from '../../support/corpus.ts';
import { openRowReader, type Row, type RowReader } from '../../support/corpus-rows.ts';
import { encodeTraffic } from './encode-traffic.ts';
import { PROTOCOL_NAMES, type ProtocolName, PROTOCOLS } from './protocols.ts';
import { SHAPES } from './shape.ts';

const DECODERS: Readonly<Record<ProtocolName, Decode>> = {
  'otlp-protobuf': decodeOtlpProtobuf,
  'otlp-json': decodeJson,
  'otlp-grpc': decodeOtlpProtobuf,
  'jaeger-binary': decodeThriftBinary,
  'jaeger-compact': decodeThriftCompact,
  'jaeger-json': decodeThriftJson,
  'jaeger-grpc': decodePostSpans,
  'jaeger-udp': decodeAgentCompact,
  'zipkin-json': decodeJsonV2,
  'zipkin-protobuf': decodeZipkinProtobuf,
  'zipkin-json-v1': decodeJsonV1,
  'zipkin-thrift': decodeThriftV1,
  influx: decodeLines('ns'),
};
/** What a protocol has no place for, beside nanoseconds and the types of attributes. */
const LOSSES: Readonly<Record<string, readonly string[]>> = {
  'jaeger-binary': ['linkAttributes'],
  'jaeger-compact': ['linkAttributes'],
  'jaeger-json': ['linkAttributes'],
  'jaeger-grpc': ['linkAttributes'],
  'jaeger-udp': ['linkAttributes'],
  influx: ['scope'],
};
const LOAD = { spans: 2000, seed: 7, fromNanos: 1_767_571_200_000_000_000n, overNanos: 10n ** 9n };

let reader: RowReader;
beforeAll(() => {
  reader = openRowReader();
});
afterAll(() => {
  reader.close();
});

test.each(PROTOCOL_NAMES)('%s: the server takes every span and has nothing to say', (name) => {
  const format = PROTOCOLS[name].createFormat();
  for (const shape of Object.values(SHAPES)) {
    let accepted = 0;
    const batch = createTestBatch();
    for (const { spans, body } of encodeTraffic(shape, { ...LOAD, format, spansPerRequest: 200 })) {
      expect(body.length).toBeLessThanOrEqual(format.maxBodyBytes);
      const receipt = decodeRequest(batch, body, DECODERS[name]);
      expect(receipt).toMatchObject({ accepted: spans, fragments: 0, rejected: 0, message: '' });
      accepted += receipt.accepted;
    }
    expect(accepted).toBe(LOAD.spans);
  }
});

test('every protocol carries the same spans, but for what it has no place for', async () => {
  const want = await decodeTraffic('otlp-protobuf');
  expect(want).toHaveLength(600);
  for (const field of ['events', 'links', 'linkAttributes', 'scope', 'resource', 'parent', 'message'])
    expect(
      want.some((span) => isTelling(span[field])),
      field,
    ).toBe(true);
  for (const name of PROTOCOL_NAMES) {
    const losses = LOSSES[name] ?? [];
    const without = (span: Row): Row =>
      Object.fromEntries(Object.entries(span).filter(([field]) => !losses.includes(field)));
    expect((await decodeTraffic(name)).map(without), name).toEqual(want.map(without));
  }
});

/** Spans of the third load as the engine reads them, in the order of their ids. */
async function decodeTraffic(name: ProtocolName): Promise<Row[]> {
  const batch = createTestBatch();
  const format = PROTOCOLS[name].createFormat();
  for (const { body } of encodeTraffic(SHAPES.third, { ...LOAD, spans: 600, format }))
    decodeRequest(batch, body, DECODERS[name]);
  const { spans, catalog } = encodeBatch(batch);
  const origins = new Map((await reader.catalog(catalog)).map((fact) => [fact['id'], fact]));
  const found = (await reader.spans(spans)).map((row) => presentSpan(row, origins));
  return found.sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}

interface Apart {
  readonly time: string;
  readonly name: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly attr: readonly (readonly [string, string])[];
}

function presentSpan(row: Row, origins: ReadonlyMap<unknown, Row>): Row {
  const events = row['events'] as readonly Apart[];
  const links = row['links'] as readonly Apart[];
  const scope = origins.get(row['scope_id'])!;
  return {
    id: `${String(row['trace_id'])} ${String(row['span_id'])}`,
    parent: row['parent_span_id'],
    startMicros: micros(row['start']),
    durationMicros: micros(row['duration']),
    service: row['service'],
    name: row['name'],
    kind: row['kind'],
    status: row['status'],
    message: row['status_message'],
    attributes: inOrder([...pairsOf(row['attr']), ...pairsOf(row['attr_u'])]),
    resource: inOrder(pairsOf(origins.get(row['resource_id'])!['attr'])),
    scope: `${String(scope['name'])} ${String(scope['version'])}`,
    events: events.map(({ time, name, attr }) => [micros(time), name, inOrder(attr)]),
    links: links.map((link) => [link.trace_id, link.span_id]),
    linkAttributes: links.map(({ attr }) => attr),
  };
}

function isTelling(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : String(value).trim() !== '';
}

function micros(nanos: unknown): string {
  return String(BigInt(nanos as string) / 1000n);
}

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  return value as readonly (readonly [string, string])[];
}

function inOrder(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
