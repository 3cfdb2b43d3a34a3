import type { Decode } from '../../server/ingest/intake.ts';
import { decodeLines } from '../../server/ingest/influx/decode-lines.ts';
import { decodePostSpans } from '../../server/ingest/jaeger/decode-protobuf.ts';
import {
  decodeAgentBinary,
  decodeAgentCompact,
  decodeThriftBinary,
  decodeThriftCompact,
  decodeThriftJson,
} from '../../server/ingest/jaeger/decode-thrift.ts';
import { decodeJson } from '../../server/ingest/otlp/decode-json.ts';
import { decodeProtobuf } from '../../server/ingest/otlp/decode-protobuf.ts';
import { decodeJsonV1 } from '../../server/ingest/zipkin/decode-json-v1.ts';
import { decodeJsonV2 } from '../../server/ingest/zipkin/decode-json-v2.ts';
import { decodeProtobuf as decodeZipkinProtobuf } from '../../server/ingest/zipkin/decode-protobuf.ts';
import { decodeThriftV1 } from '../../server/ingest/zipkin/decode-thrift-v1.ts';
import {
  LINES,
  OTLP_JSON,
  PROTOBUF,
  THRIFT_JSON,
  ZIPKIN_JSON,
  thriftBinary,
  thriftCompact,
} from './body-formats.ts';
import type { BodyFormat } from './mutate.ts';
import { agentBodies, drawBodies, postSpansBodies, readBodies, thriftBodies } from './seeds.ts';

interface Kind {
  readonly decode: Decode;
  readonly format: BodyFormat;
  readonly seeds: () => readonly Buffer[];
}

/** Every decoder of a receiver, by the name under which it is fuzzed, which is also the ending of a file for it. */
export const BODY_KINDS = {
  'otlp-protobuf': {
    decode: decodeProtobuf,
    format: PROTOBUF,
    seeds: () => [...readBodies('otlp/testdata', '.pb'), ...drawBodies('otlp-protobuf')],
  },
  'otlp-json': {
    decode: decodeJson,
    format: OTLP_JSON,
    seeds: () => [...readBodies('otlp/testdata', '.json'), ...drawBodies('otlp-json')],
  },
  'jaeger-binary': {
    decode: decodeThriftBinary,
    format: thriftBinary('struct'),
    seeds: () => [...thriftBodies('binary'), ...drawBodies('jaeger-binary')],
  },
  'jaeger-compact': {
    decode: decodeThriftCompact,
    format: thriftCompact('struct'),
    seeds: () => [...thriftBodies('compact'), ...drawBodies('jaeger-compact')],
  },
  'jaeger-json': {
    decode: decodeThriftJson,
    format: THRIFT_JSON,
    seeds: () => [...thriftBodies('json'), ...drawBodies('jaeger-json')],
  },
  'jaeger-agent-binary': {
    decode: decodeAgentBinary,
    format: thriftBinary('message'),
    seeds: () => agentBodies('binary'),
  },
  'jaeger-agent-compact': {
    decode: decodeAgentCompact,
    format: thriftCompact('message'),
    seeds: () => [...agentBodies('compact'), ...drawBodies('jaeger-udp')],
  },
  'jaeger-protobuf': {
    decode: decodePostSpans,
    format: PROTOBUF,
    seeds: () => [...postSpansBodies(), ...drawBodies('jaeger-grpc')],
  },
  'zipkin-json': {
    decode: decodeJsonV2,
    format: ZIPKIN_JSON,
    seeds: () => [...readBodies('zipkin/testdata/v2', '.json'), ...drawBodies('zipkin-json')],
  },
  'zipkin-protobuf': {
    decode: decodeZipkinProtobuf,
    format: PROTOBUF,
    seeds: () => [...readBodies('zipkin/testdata/v2', '.pb'), ...drawBodies('zipkin-protobuf')],
  },
  'zipkin-json-v1': {
    decode: decodeJsonV1,
    format: ZIPKIN_JSON,
    seeds: () => [...readBodies('zipkin/testdata/v1', '.json'), ...drawBodies('zipkin-json-v1')],
  },
  'zipkin-thrift': {
    decode: decodeThriftV1,
    format: thriftBinary('list'),
    seeds: () => [...readBodies('zipkin/testdata/v1', '.thrift'), ...drawBodies('zipkin-thrift')],
  },
  'influx-lines': {
    decode: decodeLines('ns'),
    format: LINES,
    seeds: () => [...readBodies('influx/testdata', '.lp'), ...drawBodies('influx')],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type BodyKind = keyof typeof BODY_KINDS;
export const BODY_KIND_NAMES = Object.keys(BODY_KINDS) as readonly BodyKind[];

export function isBodyKind(text: string): text is BodyKind {
  return Object.hasOwn(BODY_KINDS, text);
}
