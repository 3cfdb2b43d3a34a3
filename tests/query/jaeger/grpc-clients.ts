import { expect } from 'vitest';
import { definitionOf, type ServiceName } from '../../../server/query/jaeger/grpc/interface/interfaces.ts';
import { stringField } from '../../../server/wire/protobuf-writer.ts';
import { BEGIN_MS } from '../../support/query-server.ts';
import { type ClientGeneration, END_MS, type Exchange } from './client-generation.ts';
import * as need from './client-needs.ts';
import type { EndpointName } from './endpoints.ts';
import { LONG_ID, MISSING_ID } from './shop-spans.ts';

const V2 = 'jaeger.api_v2.QueryService';
const V3 = 'jaeger.api_v3.QueryService';
const READER = 'jaeger.storage.v2.TraceReader';
const LINKS = 'jaeger.storage.v2.DependencyReader';

const OK = 0;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;

const moment = (ms: number): object => ({
  seconds: String(Math.floor(ms / 1_000)),
  nanos: (ms % 1_000) * 1_000_000,
});
const TIMES = { start_time: moment(BEGIN_MS), end_time: moment(END_MS) };
const WITHIN = { start_time_min: moment(BEGIN_MS), start_time_max: moment(END_MS) };
const bytesOf = (id: string): Buffer => Buffer.from(id, 'hex');

interface Chunk {
  readonly spans: readonly { readonly trace_id: Buffer; readonly process: object | null }[];
}

interface TracesData {
  readonly resource_spans: readonly {
    readonly scope_spans: readonly { readonly spans: readonly { readonly trace_id: Buffer }[] }[];
  }[];
}

/** A call of one method: what its messages must be, once it went well. */
function rpc(
  service: ServiceName,
  method: string,
  request: object,
  needs: string,
  check: (messages: readonly never[]) => void,
): Exchange {
  return {
    endpoint: `${service}/${method}` as EndpointName,
    ask: (client) => {
      const { path, requestSerialize } = definitionOf(service)[method]!;
      return client.grpc({ path, message: requestSerialize(request) });
    },
    needs,
    holds: (answer) => {
      check(need.messagesOf(service, method, answer));
    },
  };
}

function failing(
  service: ServiceName,
  method: string,
  request: object,
  needs: string,
  code: number,
): Exchange {
  return {
    ...rpc(service, method, request, needs, () => undefined),
    holds: ({ status }) => {
      expect(status).toBe(code);
    },
  };
}

/** Ten spans at most in each, none of them without its process. */
const chunked = (messages: readonly Chunk[]): void => {
  expect(messages.length).toBeGreaterThan(0);
  for (const { spans } of messages) {
    expect(spans.length).toBeGreaterThan(0);
    expect(spans.length).toBeLessThanOrEqual(10);
    expect(spans.every(({ process }) => process !== null)).toBe(true);
  }
};

const traceIdsOf = ({ resource_spans: resources }: TracesData): string[] =>
  resources.flatMap(({ scope_spans: scopes }) =>
    scopes.flatMap(({ spans }) => spans.map(({ trace_id: id }) => id.toString('hex'))),
  );

/** Each holds spans of one trace, and the messages of a trace follow each other. */
const oneTraceAMessage = (messages: readonly TracesData[]): void => {
  expect(messages.length).toBeGreaterThan(0);
  const ids = messages.map((message) => [...new Set(traceIdsOf(message))]);
  expect(ids.map(({ length }) => length)).toEqual(ids.map(() => 1));
  const runs = ids.flat().filter((id, at, all) => id !== all[at - 1]);
  expect(new Set(runs).size).toBe(runs.length);
};

const nothing = (messages: readonly object[]): void => {
  expect(messages).toEqual([]);
};

/** The one message of a call has entries under that name. */
const listed =
  (member: string) =>
  (messages: readonly object[]): void => {
    expect(messages).toHaveLength(1);
    expect((messages[0] as Record<string, readonly unknown[]>)[member]!.length).toBeGreaterThan(0);
  };

const summarized = (
  messages: readonly { readonly summaries: readonly { readonly span_count: number }[] }[],
): void => {
  const all = messages.flatMap(({ summaries: some }) => some);
  expect(all.length).toBeGreaterThan(0);
  expect(all.every(({ span_count: count }) => count > 0)).toBe(true);
};

const serving: Exchange = {
  endpoint: 'grpc.health.v1.Health/Check',
  ask: (client) => client.grpc({ path: '/grpc.health.v1.Health/Check', message: stringField(1, '') }),
  needs: 'that it serves',
  holds: ({ status, messages }) => {
    expect([status, messages.map((message) => message.toString('hex'))]).toEqual([OK, ['0801']]);
  },
};

const watched: Exchange = {
  ...serving,
  endpoint: 'grpc.health.v1.Health/Watch',
  ask: (client) =>
    client.grpc({ path: '/grpc.health.v1.Health/Watch', message: stringField(1, ''), messages: 1 }),
};

const reflected = (version: 'v1' | 'v1alpha'): Exchange => {
  const endpoint = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo` as const;
  return {
    endpoint,
    // `list_services` of a reflection request.
    ask: (client) => client.grpc({ path: `/${endpoint}`, message: stringField(7, '*') }),
    needs: 'the names of the services, for tools that know none',
    holds: need.says(V2, V3, READER, LINKS),
  };
};

const QUERY = { ...WITHIN, service_name: 'web', search_depth: 20 };
const TYPED_QUERY = {
  ...WITHIN,
  attributes: [{ key: 'http.status_code', value: { string_value: '500' } }],
  search_depth: 20,
};

const remoteStorage: ClientGeneration = {
  name: 'Jaeger over remote storage',
  column: 'Jaeger, remote storage',
  protocol: 'grpc',
  naming: 'x-tenant',
  asks: '`jaeger.storage.v2`: Jaeger’s own query service before Spanhouse. It writes by plain OTLP.',
  exchanges: [
    rpc(READER, 'GetServices', {}, 'names', listed('services')),
    rpc(READER, 'GetOperations', { service: 'web', span_kind: 'server' }, 'operations of a kind', listed('operations')),
    rpc(READER, 'GetTraces', { query: [{ trace_id: bytesOf(LONG_ID), start_time: moment(0), end_time: moment(0) }] }, 'a message that holds spans of one trace and is never empty', oneTraceAMessage),
    rpc(READER, 'GetTraces', { query: [{ trace_id: bytesOf(MISSING_ID) }] }, 'an empty stream for a trace that is not there', nothing),
    rpc(READER, 'FindTraces', { query: QUERY }, 'the traces one after the other, each in messages of its own', oneTraceAMessage),
    rpc(READER, 'FindTraces', { query: { ...QUERY, service_name: 'nobody' } }, 'an empty stream where nothing is found', nothing),
    rpc(READER, 'FindTraceIDs', { query: TYPED_QUERY }, 'numbers found by the text in which it asks for them', listed('trace_ids')),
    rpc(READER, 'FindTraceSummaries', { query: QUERY }, 'summaries with counts', summarized),
    rpc(LINKS, 'GetDependencies', TIMES, 'links with calls', listed('dependencies')),
    rpc('jaeger.storage.v2.Capabilities', 'GetCapabilities', {}, 'what can be searched for', (messages) => {
      expect(messages).toMatchObject([{ search: { without_service_name: true } }]);
    }),
    serving,
  ],
}; // prettier-ignore

const ARCHIVING = rpc(
  V2,
  'ArchiveTrace',
  { trace_id: bytesOf(LONG_ID) },
  'success, also the second time',
  (messages) => {
    expect(messages).toEqual([{}]);
  },
);

const grpcClients: ClientGeneration = {
  name: 'Clients of `api_v2` and `api_v3`',
  column: 'clients of api_v2, api_v3',
  protocol: 'grpc',
  naming: 'headers',
  asks: 'Jaeger’s query services, with metadata that names the space.',
  exchanges: [
    rpc(V2, 'GetServices', {}, 'names', listed('services')),
    rpc(V2, 'GetOperations', { service: 'web' }, 'operations', listed('operations')),
    rpc(V2, 'GetTrace', { trace_id: bytesOf(LONG_ID) }, 'chunks of ten spans at most, each with its process', chunked),
    failing(V2, 'GetTrace', { trace_id: bytesOf(MISSING_ID) }, 'NOT_FOUND for a trace that is not there', NOT_FOUND),
    failing(V2, 'GetTrace', {}, 'INVALID_ARGUMENT without an id', INVALID_ARGUMENT),
    rpc(V2, 'FindTraces', { query: { ...QUERY, tags: [] } }, 'the same chunks', chunked),
    failing(V2, 'FindTraces', {}, 'INVALID_ARGUMENT without a query', INVALID_ARGUMENT),
    ARCHIVING,
    ARCHIVING,
    rpc(V2, 'GetDependencies', TIMES, 'links with calls', listed('dependencies')),
    rpc(V3, 'GetServices', {}, 'names', listed('services')),
    rpc(V3, 'GetOperations', { service: 'web' }, 'operations', listed('operations')),
    rpc(V3, 'GetTrace', { trace_id: LONG_ID }, 'OTLP', oneTraceAMessage),
    failing(V3, 'GetTrace', { trace_id: MISSING_ID }, 'NOT_FOUND for a trace that is not there', NOT_FOUND),
    rpc(V3, 'FindTraces', { query: QUERY }, 'OTLP, one trace a message', oneTraceAMessage),
    failing(V3, 'FindTraces', { query: { service_name: 'web' } }, 'INVALID_ARGUMENT without times', INVALID_ARGUMENT),
    rpc(V3, 'FindTraceSummaries', { query: QUERY }, 'summaries with counts', summarized),
    rpc(V3, 'GetDependencies', TIMES, 'links with calls', listed('dependencies')),
    rpc('jaeger.api_v3.Capabilities', 'GetCapabilities', {}, 'what can be searched for', (messages) => {
      expect(messages).toMatchObject([{ search: { paginated: true } }]);
    }),
    serving,
    watched,
    reflected('v1'),
    reflected('v1alpha'),
  ],
}; // prettier-ignore

export const GRPC_CLIENTS: readonly ClientGeneration[] = [remoteStorage, grpcClients];
