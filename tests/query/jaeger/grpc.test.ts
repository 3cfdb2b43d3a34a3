import {
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../../server/clickhouse/engine/embedded.ts';
import type { Engine } from '../../../server/clickhouse/engine/engine.ts';
import type { Listener } from '../../../server/platform/listener.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { definitionOf, type ServiceName } from '../../../server/query/jaeger/grpc/interface/interfaces.ts';
import { createJaegerGrpcServer } from '../../../server/query/jaeger/grpc/server.ts';
import { createSpace } from '../../../server/space/space.ts';
import { NOW, attribute, call, makeSpan, traceIdOf } from '../../../server/store/conformance.fixture.ts';
import type { TraceStore } from '../../../server/store/trace-store.ts';
import { messageField, stringField } from '../../../server/wire/protobuf-writer.ts';
import { expire } from '../../support/expire.ts';
import { type TestStore, openTestStore } from '../../support/open-test-store.ts';

const V2 = 'jaeger.api_v2.QueryService';
const V3 = 'jaeger.api_v3.QueryService';
const READER = 'jaeger.storage.v2.TraceReader';
const LINKS = 'jaeger.storage.v2.DependencyReader';

const SHOP = createSpace('acme', 'shop', 'traces');
const OTHER = createSpace('globex', 'shop', 'traces');
const MANY = createSpace('acme', 'many', 'traces');
const LARGE = createSpace('acme', 'large', 'traces');
const LARGE_SPANS = 10_000;
const BODY_TIMEOUT_MS = 300;
const NEWEST_MINUTE_MS = Math.floor(Date.now() / 60_000) * 60_000 - Number(NOW / 1_000_000n) - 120_000;

let dataDir: string;
let engine: Engine;
let opened: TestStore;
let listener: Listener;
let client: Client;
/** Whether the store was told that nobody waits any longer, by the trace that it was reading. */
const given: AbortSignal[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-grpc-'));
  engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 4, threads: 2 });
  opened = await openTestStore(engine);
  await opened.store.write(SHOP, shopSpans(), call());
  await opened.store.write(OTHER, [makeSpan({ trace: 1, span: 900, service: 'globex' })], call());
  await opened.store.write(MANY, Array.from({ length: 110 }, (_, at) => makeSpan({ trace: 1000 + at, ms: at })), call()); // prettier-ignore
  const large = Array.from({ length: LARGE_SPANS }, (_, at) => makeSpan({ trace: 7, span: 1 + at, ms: at }));
  await opened.store.write(LARGE, large, call());
  await opened.closeMinutes(Date.now());
  listener = await createJaegerGrpcServer({
    store: recording(opened.store),
    spaceDefaults: SHOP,
    timeoutMs: 30_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger: createLogger('silent'),
    nowMs: Date.now,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
  }).listen({ host: '127.0.0.1', port: 0 });
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await listener.close(1_000);
  await opened.close();
  await rm(dataDir, { recursive: true });
});

/** Trace 1 goes through two services, 2 is older, 3 is a moment ago. */
function shopSpans() {
  return [
    makeSpan({
      trace: 1,
      span: 11,
      ms: 2_000,
      durationMs: 50,
      service: 'web',
      name: 'GET /',
      kind: 'client',
    }),
    makeSpan({ trace: 1, span: 12, parent: 11, ms: 2_010, service: 'cart', name: 'list', kind: 'server', status: 'error' }), // prettier-ignore
    makeSpan({ trace: 1, span: 13, parent: 99, ms: 2_011, service: 'cart', name: 'inner', kind: 'unspecified', full: false }), // prettier-ignore
    makeSpan({
      trace: 2,
      span: 21,
      ms: 1_000,
      service: 'web',
      name: 'GET /',
      kind: 'client',
      attributes: TYPED,
    }),
    makeSpan({ trace: 3, span: 31, ms: NEWEST_MINUTE_MS, service: 'web', name: 'call', kind: 'client' }),
    makeSpan({ trace: 3, span: 32, parent: 31, ms: NEWEST_MINUTE_MS + 1, service: 'cart', name: 'list', kind: 'server' }), // prettier-ignore
  ];
}

const TYPED = [
  attribute('http.method', 'GET'),
  { key: 'http.status_code', value: { type: 'int', value: 200n } },
  { key: 'share', value: { type: 'double', value: 72.5 } },
  { key: 'cached', value: { type: 'bool', value: true } },
  { key: 'key', value: { type: 'bytes', value: Buffer.from([1, 2, 3]) } },
  { key: 'list', value: { type: 'array', value: [{ type: 'int', value: 1n }] } },
  { key: 'map', value: { type: 'map', value: [attribute('a', 'b')] } },
] as const;

function recording(store: TraceStore): TraceStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        const { signal } = values.at(-1) as { signal: AbortSignal };
        given.push(signal);
        return method.apply(target, values);
      };
    },
  });
}

function metadataOf(names: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(names)) metadata.set(name, value);
  return metadata;
}

function ask<Answer>(name: ServiceName, method: string, request: object, names = {}): Promise<Answer> {
  const { path, requestSerialize, responseDeserialize } = definitionOf(name)[method]!;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadataOf(names),
      (error, answer) => {
        // prettier-ignore
        if (error === null) resolve(answer as Answer);
      else reject(error);
      },
    );
  });
}

function open<Message>(
  name: ServiceName,
  method: string,
  request: object,
  names = {},
): ClientReadableStream<Message> {
  const { path, requestSerialize, responseDeserialize } = definitionOf(name)[method]!;
  return client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize as (bytes: Buffer) => Message,
    request,
    metadataOf(names),
  );
}

async function stream<Message>(
  name: ServiceName,
  method: string,
  request: object,
  names = {},
): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of open<Message>(name, method, request, names)) messages.push(message as Message);
  return messages;
}

async function refusal(answer: Promise<unknown>): Promise<{ code: number; details: string }> {
  try {
    await answer;
  } catch (error) {
    const { code, details } = error as ServiceError;
    return { code, details };
  }
  throw new Error('answered');
}

interface Chunk {
  readonly spans: readonly {
    readonly trace_id: Buffer;
    readonly span_id: Buffer;
    readonly operation_name: string;
    readonly process: { readonly service_name: string };
    readonly warnings: readonly string[];
  }[];
}

interface TracesData {
  readonly resource_spans: readonly {
    readonly scope_spans: readonly {
      readonly spans: readonly {
        readonly trace_id: Buffer;
        readonly span_id: Buffer;
        readonly name: string;
        readonly attributes: readonly { readonly key: string }[];
      }[];
    }[];
  }[];
}

const spansOf = (data: TracesData) =>
  data.resource_spans.flatMap(({ scope_spans }) => scope_spans.flatMap(({ spans }) => spans));
const namesOf = (messages: readonly TracesData[]) =>
  messages.flatMap(spansOf).map(({ name }) => name).sort(); // prettier-ignore
/** The traces of the messages, each of which must hold one; a trace in consecutive messages is named once. */
function tracesOf(messages: readonly { trace_id: Buffer }[][]): number[] {
  const ids = messages.map((spans) => [...new Set(spans.map((span) => span.trace_id.toString('hex')))]);
  expect(ids.every((some) => some.length === 1)).toBe(true);
  return ids.flat().filter((id, at, all) => id !== all[at - 1]).map((id) => Number(`0x${id}`)); // prettier-ignore
}

const idOf = (trace: number): Buffer => Buffer.from(traceIdOf(trace), 'hex');
const moment = (nanos: bigint) => ({ seconds: String(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) }); // prettier-ignore
const DAY = { start_time_min: moment(NOW), start_time_max: moment(NOW + 86_400_000_000_000n) };
/** As Go writes a time that nobody set. */
const GO_ZERO = { seconds: '-62135596800', nanos: 0 };
const NOT_FOUND = { code: status.NOT_FOUND, details: 'trace not found' };
const invalid = (details: string) => ({ code: status.INVALID_ARGUMENT, details });

describe('jaeger.api_v2.QueryService', () => {
  test('GetTrace gives the spans with their processes, adjusted unless raw', async () => {
    const [adjusted] = await stream<Chunk>(V2, 'GetTrace', { trace_id: idOf(1) });
    expect(adjusted!.spans.map(({ operation_name, process }) => `${process.service_name} ${operation_name}`)).toEqual(['web GET /', 'cart list', 'cart inner']); // prettier-ignore
    expect(adjusted!.spans.map(({ warnings }) => warnings)).toEqual([
      [],
      [],
      ['parent span ID=0000000000000063 is not in the trace; skipping clock skew adjustment'],
    ]);
    const [raw] = await stream<Chunk>(V2, 'GetTrace', { trace_id: idOf(1), raw_traces: true });
    expect(raw!.spans.map(({ warnings }) => warnings)).toEqual([[], [], []]);
    expect(raw!.spans.map(({ span_id: id }) => id.toString('hex'))).toEqual([11, 12, 13].map((id) => id.toString(16).padStart(16, '0'))); // prettier-ignore
  });

  test('GetTrace takes an id of 64 bits', async () => {
    const [chunk] = await stream<Chunk>(V2, 'GetTrace', { trace_id: idOf(1).subarray(8) });
    expect(chunk!.spans).toHaveLength(3);
  });

  test.each<[string, object, object]>([
    ['GetTrace', { trace_id: idOf(99) }, NOT_FOUND],
    ['GetTrace', { trace_id: idOf(99), raw_traces: true }, NOT_FOUND],
    ['GetTrace', {}, invalid('uninitialized TraceID is not allowed')],
    ['GetTrace', { trace_id: Buffer.alloc(16) }, invalid('uninitialized TraceID is not allowed')],
    ['GetTrace', { trace_id: Buffer.alloc(5, 1) }, invalid('trace_id has 5 bytes, but a trace id has 16')],
    ['FindTraces', {}, invalid('missing query')],
    ['FindTraces', { query: { search_depth: 20_000 } }, invalid('query.search_depth is 20000, but must be 1 to 10000')], // prettier-ignore
  ])('%s refuses %j', async (method, request, want) => {
    expect(await refusal(stream(V2, method, request))).toEqual(want);
  });

  test('ArchiveTrace keeps a trace past its space', async () => {
    const names = { db: 'kept' };
    const space = createSpace('acme', 'kept', 'traces');
    await opened.store.write(space, [makeSpan({ trace: 5, span: 51 })], call());
    expect(await ask(V2, 'ArchiveTrace', { trace_id: idOf(5) }, names)).toEqual({});
    await expire(engine, 'spans', `db = 'kept' AND table = 'traces'`);
    expect(await stream(V2, 'GetTrace', { trace_id: idOf(5) }, names)).toHaveLength(1);
    expect(await refusal(ask(V2, 'ArchiveTrace', { trace_id: idOf(6) }, names))).toEqual(NOT_FOUND);
    expect(await refusal(ask(V2, 'ArchiveTrace', {}, names))).toEqual(invalid('uninitialized TraceID is not allowed')); // prettier-ignore
  });

  test.each<[string, object, number[]]>([
    ['newest first', { service_name: 'web' }, [3, 1, 2]],
    ['of an operation', { service_name: 'web', operation_name: 'GET /' }, [1, 2]],
    ['with tags, all on one span', { tags: [{ key: 'http.status_code', value: '200' }, { key: 'http.method', value: 'GET' }] }, [2]], // prettier-ignore
    ['with a tag that is shown', { tags: [{ key: 'error', value: 'true' }] }, [1]],
    ['with a pattern', { tags: [{ key: 'http.method', value: 'GET|POST' }] }, [2]],
    ['with what is no pattern', { tags: [{ key: 'http.method', value: 'G(T' }] }, []],
    ['with a duration', { duration_min: { seconds: '0', nanos: 50_000_000 } }, [1]],
    ['with the other', { duration_max: { seconds: '0', nanos: 49_999_999 }, service_name: 'web' }, [3, 2]],
    ['within times, both ends in it', { start_time_min: moment(NOW + 1_000_000_000n), start_time_max: moment(NOW + 2_000_000_000n) }, [1, 2]], // prettier-ignore
    ['of times that nobody set', { start_time_min: GO_ZERO, start_time_max: GO_ZERO, service_name: 'web' }, [3, 1, 2]], // prettier-ignore
    ['of a few', { search_depth: 2, service_name: 'web' }, [3, 1]],
  ])('FindTraces %s', async (_, query, want) => {
    const chunks = await stream<Chunk>(V2, 'FindTraces', { query });
    expect(tracesOf(chunks.map(({ spans }) => [...spans]))).toEqual(want);
  });

  test('GetServices, GetOperations', async () => {
    expect(await ask(V2, 'GetServices', {})).toEqual({ services: ['cart', 'web'] });
    expect(await ask(V2, 'GetOperations', { service: 'cart' })).toEqual({
      operationNames: ['inner', 'list'],
      operations: [
        { name: 'inner', span_kind: '' },
        { name: 'list', span_kind: 'server' },
      ],
    });
    expect(await ask(V2, 'GetOperations', { service: 'cart', span_kind: 'client' })).toEqual({ operationNames: [], operations: [] }); // prettier-ignore
    expect(await ask(V2, 'GetOperations', { service: 'cart', span_kind: 'robot' })).toEqual({ operationNames: [], operations: [] }); // prettier-ignore
  });

  test('GetDependencies', async () => {
    const times = { start_time: DAY.start_time_min, end_time: DAY.start_time_max };
    expect(await ask(V2, 'GetDependencies', times)).toEqual({
      dependencies: [{ parent: 'web', child: 'cart', call_count: '1', source: '' }],
    });
    const unset = invalid('StartTime and EndTime must be initialized.');
    expect(await refusal(ask(V2, 'GetDependencies', {}))).toEqual(unset);
    expect(await refusal(ask(V2, 'GetDependencies', { ...times, end_time: GO_ZERO }))).toEqual(unset);
  });
});

/** A structured filter: the method of the request matches. */
const HAS_PATTERN = (pattern: string) => ({
  op: 'regex',
  args: [{ attr: { key: 'http.method' } }, { scalar: { value: pattern } }],
});

describe('jaeger.api_v3.QueryService', () => {
  test('GetTrace gives OTLP, with warnings where Jaeger puts them unless raw', async () => {
    const adjusted = await stream<TracesData>(V3, 'GetTrace', { trace_id: '1' });
    expect(namesOf(adjusted)).toEqual(['GET /', 'inner', 'list']);
    const keys = (messages: TracesData[]): string[] =>
      messages.flatMap(spansOf).flatMap(({ attributes }) => attributes.map(({ key }) => key));
    expect(keys(adjusted)).toEqual(['@jaeger@warnings']);
    expect(keys(await stream<TracesData>(V3, 'GetTrace', { trace_id: traceIdOf(1), raw_traces: true }))).toEqual([]); // prettier-ignore
  });

  test.each<[string, object, object]>([
    ['GetTrace', { trace_id: 'f00' }, NOT_FOUND],
    ['GetTrace', { trace_id: 'xyz' }, invalid('malform trace ID: strconv.ParseUint: parsing "xyz": invalid syntax')], // prettier-ignore
    ['FindTraces', {}, invalid('missing query')],
    ['FindTraces', { query: { start_time_min: DAY.start_time_min } }, invalid('start time min and max are required parameters')], // prettier-ignore
    ['FindTraces', { query: { start_time_min: DAY.start_time_max, start_time_max: DAY.start_time_min } }, invalid('start_time_min must be before start_time_max')], // prettier-ignore
    ['FindTraces', { query: { ...DAY, filter: { op: 'exists' } } }, invalid('malformed parameter query.filter: the filter calls exists, which takes one argument, with 0')], // prettier-ignore
    ['FindTraces', { query: { ...DAY, filter: HAS_PATTERN('[b-a]') } }, invalid(`malformed parameter query.filter: attribute http.method: "[b-a]" is no regular expression in RE2's syntax`)], // prettier-ignore
    ['FindTraces', { query: { ...DAY, filter: HAS_PATTERN('a'), service_name: 'web' } }, invalid('query.filter cannot be combined with query.service_name: say it in the filter')], // prettier-ignore
    ['FindTraces', { query: { ...DAY, pagination: {} } }, invalid('query.pagination.page_size is 0, but must be 1 to 10000')], // prettier-ignore
    ['FindTraces', { query: { ...DAY, pagination: { page_size: 1, page_token: '?' } } }, invalid('cursor is not one that an earlier result of this search gave')], // prettier-ignore
    ['FindTraceSummaries', {}, invalid('missing query')],
  ])('%s refuses %j', async (method, request, want) => {
    expect(await refusal(stream(V3, method, request))).toEqual(want);
  });

  test('FindTraces gives one trace a message, newest first', async () => {
    const messages = await stream<TracesData>(V3, 'FindTraces', { query: { ...DAY, service_name: 'web' } });
    expect(tracesOf(messages.map(spansOf).map((spans) => [...spans]))).toEqual([3, 1, 2]);
    const query = { ...DAY, attributes: [{ key: 'share', value: '72.5' }] };
    const [found] = await stream<TracesData>(V3, 'FindTraces', { query });
    expect(tracesOf([[...spansOf(found!)]])).toEqual([2]);
  });

  test('FindTraces takes a filter', async () => {
    const failed = {
      op: 'eq',
      args: [{ field: { name: 'status', level: 'span' } }, { scalar: { value: 'error' } }],
    };
    const filter = {
      op: 'or',
      args: [{ call: HAS_PATTERN('^G') }, { call: HAS_PATTERN('E') }, { call: failed }],
    };
    expect((await refusal(stream(V3, 'FindTraces', { query: { ...DAY, filter } }))).details).toContain('query.filter: args[0].call.args[1]'); // prettier-ignore
    filter.args.shift();
    const messages = await stream<TracesData>(V3, 'FindTraces', { query: { ...DAY, filter } });
    expect(tracesOf(messages.map(spansOf).map((spans) => [...spans]))).toEqual([1, 2]);
    expect(await ask(READER, 'FindTraceIDs', { query: { ...DAY, filter } })).toMatchObject({
      trace_ids: [{ trace_id: idOf(1) }, { trace_id: idOf(2) }],
    });
  });

  test.each([0, -1])('a depth of %d is one of 100', async (depth) => {
    const query = { ...DAY, search_depth: depth };
    expect(await stream(V3, 'FindTraces', { query }, { db: 'many' })).toHaveLength(100);
  });

  test('FindTraceSummaries', async () => {
    const [{ summaries }] = (await stream<{ summaries: object[] }>(V3, 'FindTraceSummaries', {
      query: { ...DAY, service_name: 'cart', search_depth: 2 },
    })) as [{ summaries: object[] }];
    expect(summaries).toHaveLength(2);
    expect(summaries[1]).toMatchObject({
      trace_id: traceIdOf(1),
      root_service_name: 'web',
      root_operation_name: 'GET /',
      min_start_time_unix_nano: String(NOW + 2_000_000_000n),
      max_end_time_unix_nano: String(NOW + 2_050_000_000n),
      span_count: 3,
      error_span_count: 1,
      orphan_span_count: 1,
      services: [
        { name: 'cart', span_count: 2, error_span_count: 1 },
        { name: 'web', span_count: 1, error_span_count: 0 },
      ],
    });
  });

  test('FindTraceSummaries page by page finds everything once', async () => {
    const found: string[] = [];
    let token = '';
    for (let page = 0; page < 5; page++) {
      const query = { ...DAY, pagination: { page_size: 40, page_token: token } };
      const messages = await stream<{ summaries: { trace_id: string }[]; next_page_token: string }>(V3, 'FindTraceSummaries', { query }, { db: 'many' }); // prettier-ignore
      found.push(...messages.flatMap(({ summaries }) => summaries.map(({ trace_id: id }) => id)));
      token = messages.at(-1)?.next_page_token ?? '';
      if (token === '') break;
    }
    expect(found).toEqual(Array.from({ length: 110 }, (_, at) => traceIdOf(1109 - at)));
  });

  test('GetServices, GetOperations, GetDependencies', async () => {
    expect(await ask(V3, 'GetServices', {})).toEqual({ services: ['cart', 'web'] });
    expect(await ask(V3, 'GetOperations', { service: 'web', span_kind: 'client' })).toEqual({
      operations: [
        { name: 'GET /', span_kind: 'client' },
        { name: 'call', span_kind: 'client' },
      ],
    });
    const times = { start_time: DAY.start_time_min, end_time: DAY.start_time_max };
    expect(await ask(V3, 'GetDependencies', times)).toEqual({
      dependencies: [{ parent: 'web', child: 'cart', call_count: '1' }],
    });
    expect(await refusal(ask(V3, 'GetDependencies', {}))).toEqual(invalid('start_time and end_time are required')); // prettier-ignore
    expect(await refusal(ask(V3, 'GetDependencies', { start_time: times.end_time, end_time: times.start_time }))).toEqual(invalid('end_time must be after start_time')); // prettier-ignore
  });
});

describe('jaeger.storage.v2', () => {
  const ids = (...traces: number[]) => ({ query: traces.map((trace) => ({ trace_id: idOf(trace) })) });

  test('GetTraces gives those that are there, as they were sent', async () => {
    const messages = await stream<TracesData>(READER, 'GetTraces', ids(2, 99, 1, 2));
    expect(tracesOf(messages.map(spansOf).map((spans) => [...spans])).sort()).toEqual([1, 2]);
    expect(messages.flatMap(spansOf)).toHaveLength(4);
    expect(namesOf(await stream(READER, 'GetTraces', ids(1)))).toEqual(['GET /', 'inner', 'list']);
    expect(await stream(READER, 'GetTraces', ids(99))).toEqual([]);
    expect(await stream(READER, 'GetTraces', ids())).toEqual([]);
    expect(await stream(READER, 'GetTraces', { query: [{ trace_id: Buffer.alloc(16) }] })).toEqual([]);
  });

  test('FindTraces and FindTraceIDs find the same, newest first', async () => {
    const query = { ...DAY, service_name: 'web' };
    const traces = await stream<TracesData>(READER, 'FindTraces', { query });
    expect(tracesOf(traces.map(spansOf).map((spans) => [...spans]))).toEqual([3, 1, 2]);
    expect(await ask(READER, 'FindTraceIDs', { query })).toEqual({
      trace_ids: [3, 1, 2].map((trace) => ({ trace_id: idOf(trace), start: null, end: null })),
      next_page_token: '',
    });
    expect(await refusal(stream(READER, 'FindTraces', {}))).toEqual(invalid('missing query'));
    expect(await refusal(ask(READER, 'FindTraceIDs', {}))).toEqual(invalid('missing query'));
  });

  test('FindTraceIDs page by page', async () => {
    const first = await ask<{ trace_ids: object[]; next_page_token: string }>(READER, 'FindTraceIDs', {
      query: { ...DAY, service_name: 'web', pagination: { page_size: 2 } },
    });
    expect(first.trace_ids).toHaveLength(2);
    const pagination = { page_size: 2, page_token: first.next_page_token };
    const second = await ask(READER, 'FindTraceIDs', { query: { ...DAY, service_name: 'web', pagination } });
    expect(second).toMatchObject({ trace_ids: [{ trace_id: idOf(2) }], next_page_token: '' });
  });

  test.each<[string, object | null]>([
    ['http.method', { string_value: 'GET' }],
    ['http.status_code', { int_value: '200' }],
    ['http.status_code', { string_value: '200' }],
    ['share', { double_value: 72.5 }],
    ['cached', { bool_value: true }],
    ['key', { bytes_value: Buffer.from([1, 2, 3]) }],
    ['list', { array_value: { values: [{ int_value: '1' }] } }],
    ['map', { kvlist_value: { values: [{ key: 'a', value: { string_value: 'b' } }] } }],
  ])('a filter of %s with %j is compared as text', async (key, value) => {
    const query = { ...DAY, attributes: [{ key, value }] };
    expect(await ask(READER, 'FindTraceIDs', { query })).toMatchObject({
      trace_ids: [{ trace_id: idOf(2) }],
    });
    const other = { ...DAY, attributes: [{ key, value: { string_value: 'other' } }] };
    expect(await ask(READER, 'FindTraceIDs', { query: other })).toMatchObject({ trace_ids: [] });
  });

  test('FindTraceSummaries', async () => {
    const messages = await stream(READER, 'FindTraceSummaries', {
      query: { ...DAY, operation_name: 'inner' },
    });
    expect(messages).toMatchObject([
      { summaries: [{ trace_id: idOf(1), root_service_name: 'web', span_count: 3, error_span_count: 1 }] },
    ]);
    expect(await stream(READER, 'FindTraceSummaries', { query: { ...DAY, operation_name: 'none' } })).toEqual([]); // prettier-ignore
  });

  test('GetServices, GetOperations, GetDependencies, GetCapabilities', async () => {
    expect(await ask(READER, 'GetServices', {})).toEqual({ services: ['cart', 'web'] });
    expect(await ask(READER, 'GetOperations', { service: 'cart', span_kind: 'server' })).toEqual({
      operations: [{ name: 'list', span_kind: 'server' }],
    });
    const times = { start_time: DAY.start_time_min, end_time: DAY.start_time_max };
    expect(await ask(LINKS, 'GetDependencies', times)).toEqual({
      dependencies: [{ parent: 'web', child: 'cart', call_count: '1', source: '' }],
    });
    expect(await refusal(ask(LINKS, 'GetDependencies', {}))).toEqual(invalid('start_time and end_time are required')); // prettier-ignore
    for (const name of ['jaeger.storage.v2.Capabilities', 'jaeger.api_v3.Capabilities'] as const) {
      expect(await ask(name, 'GetCapabilities', {})).toEqual({
        search: {
          without_service_name: true,
          same_span_conjunction: true,
          filter: {
            levels: ['span', 'resource', 'scope', 'event', 'link'],
            operators: ['and', 'or', 'not', 'eq', 'ne', 'gt', 'lt', 'gte', 'lte', 'regex', 'exists', 'in', 'not_in', 'some'], // prettier-ignore
          },
          paginated: true,
          span_search: false,
          span_sorting: false,
        },
      });
    }
  });
});

describe('a space', () => {
  test('is named by metadata, and sees nothing of others', async () => {
    const names = { 'x-tenant': 'globex' };
    expect(await ask(V2, 'GetServices', {}, names)).toEqual({ services: ['globex'] });
    expect(await ask(V3, 'GetServices', {}, names)).toEqual({ services: ['globex'] });
    expect(await ask(READER, 'GetServices', {}, names)).toEqual({ services: ['globex'] });
    const [chunk] = await stream<Chunk>(V2, 'GetTrace', { trace_id: idOf(1) }, names);
    expect(chunk!.spans.map(({ process }) => process.service_name)).toEqual(['globex']);
    expect(namesOf(await stream(V3, 'GetTrace', { trace_id: '1' }, names))).toEqual(['op']);
    expect(namesOf(await stream(READER, 'GetTraces', { query: [{ trace_id: idOf(1) }] }, names))).toEqual(['op']); // prettier-ignore
    expect(await refusal(stream(V2, 'GetTrace', { trace_id: idOf(2) }, names))).toEqual(NOT_FOUND);
    for (const [name, method] of [
      [V2, 'FindTraces'],
      [V3, 'FindTraces'],
      [READER, 'FindTraces'],
    ] as const) {
      expect(await stream(name, method, { query: { ...DAY, service_name: 'web' } }, names)).toEqual([]);
    }
    const times = { start_time: DAY.start_time_min, end_time: DAY.start_time_max };
    expect(await ask(LINKS, 'GetDependencies', times, names)).toEqual({ dependencies: [] });
  });

  test('of a name that none may have is refused, by every kind of method', async () => {
    const want = invalid('metadata "tenant" is "a/b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot'); // prettier-ignore
    expect(await refusal(ask(V2, 'GetServices', {}, { tenant: 'a/b' }))).toEqual(want);
    expect(await refusal(stream(V3, 'GetTrace', { trace_id: '1' }, { tenant: 'a/b' }))).toEqual(want);
  });
});

describe('a trace of 10,000 spans', () => {
  const names = { db: 'large' };
  const whole = Array.from({ length: LARGE_SPANS }, (_, at) => (1 + at).toString(16).padStart(16, '0'));

  test.each([false, true])('is 1000 chunks of the second generation, raw %s', async (raw) => {
    const chunks = await stream<Chunk>(V2, 'GetTrace', { trace_id: idOf(7), raw_traces: raw }, names);
    expect(chunks.map(({ spans }) => spans.length)).toEqual(Array.from({ length: 1000 }, () => 10));
    expect(chunks.flatMap(({ spans }) => spans.map(({ span_id: id }) => id.toString('hex')))).toEqual(whole);
  });

  test.each<[ServiceName, string, object]>([
    [V3, 'GetTrace', { trace_id: '7' }],
    [V3, 'FindTraces', { query: DAY }],
    [READER, 'GetTraces', { query: [{ trace_id: idOf(7) }] }],
    [READER, 'FindTraces', { query: DAY }],
  ])('is 20 messages of %s/%s', async (name, method, request) => {
    const messages = await stream<TracesData>(name, method, request, names);
    expect(messages.map((message) => spansOf(message).length)).toEqual(Array.from({ length: 20 }, () => 500));
    const ids = messages.flatMap(spansOf).map(({ span_id: id }) => id.toString('hex'));
    expect(ids.sort()).toEqual(whole);
  });

  test('is not read on for a client that goes away', async () => {
    given.length = 0;
    const reading = open<TracesData>(READER, 'GetTraces', { query: [{ trace_id: idOf(7) }] }, names);
    reading.on('error', () => undefined);
    await new Promise((resolve) => reading.once('data', resolve));
    reading.pause();
    expect(given.map(({ aborted }) => aborted)).toEqual([false]);
    reading.cancel();
    await expect.poll(() => given.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await ask(V2, 'GetServices', {}, names)).toEqual({ services: ['shop'] });
  });
});

describe('reflection', () => {
  const NAMES = [V2, V3, READER, LINKS, 'jaeger.storage.v2.Capabilities', 'jaeger.api_v3.Capabilities', 'grpc.health.v1.Health']; // prettier-ignore

  interface Reflected {
    readonly list_services_response: { readonly service: readonly { readonly name: string }[] };
    readonly file_descriptor_response: { readonly file_descriptor_proto: readonly Buffer[] };
  }

  /** By the description that comes with the library, not by ours. */
  async function reflect(version: string, request: object): Promise<Reflected> {
    const module = createRequire(import.meta.url).resolve('@grpc/reflection');
    const folder = module.slice(0, module.indexOf('/build/'));
    const file = join(folder, `build/proto/grpc/reflection/${version}/reflection.proto`);
    const definitions = loadSync(file, { keepCase: true, oneofs: true });
    const service = definitions[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition;
    const { path, requestSerialize, responseDeserialize } = service['ServerReflectionInfo']!;
    const talk = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize as (bytes: Buffer) => Reflected); // prettier-ignore
    talk.write(request);
    talk.end();
    const answers: Reflected[] = [];
    for await (const answer of talk) answers.push(answer as Reflected);
    expect(answers).toHaveLength(1);
    return answers[0]!;
  }

  test.each(['v1', 'v1alpha'])('lists the services, %s', async (version) => {
    const { list_services_response: list } = await reflect(version, { list_services: '*' });
    expect(list.service.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
  });

  test.each(NAMES)('describes %s with all that it needs', async (name) => {
    const { file_descriptor_response: files } = await reflect('v1', { file_containing_symbol: name });
    const protos = files.file_descriptor_proto;
    const set = Buffer.concat(protos.map((file) => messageField(1, file)));
    // Each begins with its name, and clients look for what it needs by the names in it.
    const others = protos.slice(1).map((file) => file.toString('latin1', 2, 2 + file[1]!));
    expect(others.filter((other) => !protos.some((file) => file.includes(stringField(3, other))))).toEqual([]); // prettier-ignore
    expect(loadFileDescriptorSetFromBuffer(set)).toHaveProperty([name]);
  });
});

test.each(['', V2, V3, READER, LINKS])('health of %j: serving', async (name) => {
  const same = (bytes: Buffer): Buffer => bytes;
  const answer = await new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      same,
      same,
      stringField(1, name),
      (error, bytes) => {
        // prettier-ignore
        if (error === null) resolve(bytes);
      else reject(error);
      },
    );
  });
  expect(answer).toEqual(Buffer.from('0801', 'hex'));
});

test('a message that is none is refused', async () => {
  const { path } = definitionOf(V2)['GetServices']!;
  const same = (bytes: Buffer): Buffer => bytes;
  const answer = new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, Buffer.from('0aff', 'hex'), (error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(error);
    });
  });
  expect(await refusal(answer)).toEqual(invalid('the message is not valid protobuf for this method'));
});

test('a failure of ours shows an id and not its cause', async () => {
  const broken = await createJaegerGrpcServer({
    store: {
      services: () => Promise.reject(new TypeError('a secret')),
      trace: () => brokenStream(),
    } as never,
    spaceDefaults: SHOP,
    timeoutMs: 1_000,
    tagRegex: true,
    maxSkewAdjustMs: 0,
    logger: createLogger('silent'),
    nowMs: Date.now,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
  }).listen({ host: '127.0.0.1', port: 0 });
  const before = client;
  client = new Client(`127.0.0.1:${broken.port}`, credentials.createInsecure());
  const want = { code: status.INTERNAL, details: expect.stringMatching(/^something went wrong on our side; the log has the cause under request id [0-9a-f-]{36}$/) as string }; // prettier-ignore
  expect(await refusal(ask(V2, 'GetServices', {}))).toEqual(want);
  expect(await refusal(stream(V2, 'GetTrace', { trace_id: idOf(1) }))).toEqual(want);
  client.close();
  client = before;
  await broken.close(1_000);
});

async function* brokenStream(): AsyncGenerator<never> {
  await Promise.reject(new TypeError('a secret'));
  yield* [];
}

describe('a call whose request does not come', () => {
  const HEAD = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
  /** A call as a client of ours would never make it: what is sent is never its end. */
  async function answerTo(
    path: string,
    sent: Buffer,
  ): Promise<{ code: string; message: string; ms: number }> {
    const session = connect(`http://127.0.0.1:${listener.port}`);
    const begin = performance.now();
    const stream = session.request({ ...HEAD, ':path': path }, { endStream: false });
    if (sent.length > 0) stream.write(sent);
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    const ms = performance.now() - begin;
    session.destroy();
    return { code: headers['grpc-status']!, message: decodeURIComponent(headers['grpc-message']!), ms };
  }

  test.each([
    ['nothing of it', `/${V2}/GetServices`, Buffer.alloc(0)],
    ['nothing of it, for a stream of answers', `/${V3}/GetTrace`, Buffer.alloc(0)],
    ['a part of it', `/${V3}/GetServices`, Buffer.from([0, 0, 0, 0, 9, 1])],
    ['all but its end', `/${READER}/GetServices`, Buffer.from([0, 0, 0, 0, 0])],
    ['nothing of the first of a stream', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', Buffer.alloc(0)], // prettier-ignore
    ['nothing of a health check', '/grpc.health.v1.Health/Watch', Buffer.alloc(0)],
  ])('%s', async (_, path, sent) => {
    const { code, message, ms } = await answerTo(path, sent);
    expect([code, message]).toEqual([
      String(status.DEADLINE_EXCEEDED),
      'the request did not arrive within 0.3 s, which is how long SPANHOUSE_BODY_TIMEOUT lets it take',
    ]);
    expect(ms).toBeGreaterThan(BODY_TIMEOUT_MS - 50);
    expect(ms).toBeLessThan(BODY_TIMEOUT_MS + 2_000);
  });
});
