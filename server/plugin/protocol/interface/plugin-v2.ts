// NOTICE: describes the interface of grafana-plugin-sdk-go (backend.proto), Copyright Grafana Labs, Apache-2.0.
import {
  choice,
  many,
  map,
  message,
  one,
  type PackageFacts,
  service,
  streaming,
  unary,
} from '../../../platform/grpc-interface/describe.ts';

const context: PackageFacts['types'] = {
  PluginContext: message({
    orgId: one('int64', 1),
    pluginId: one('string', 2),
    user: one('User', 3),
    appInstanceSettings: one('AppInstanceSettings', 4),
    dataSourceInstanceSettings: one('DataSourceInstanceSettings', 5),
    grafanaConfig: map('string', 6),
    pluginVersion: one('string', 7),
    userAgent: one('string', 8),
    apiVersion: one('string', 9),
    namespace: one('string', 10),
  }),
  User: message({
    login: one('string', 1),
    name: one('string', 2),
    email: one('string', 3),
    role: one('string', 4),
  }),
  AppInstanceSettings: message({
    jsonData: one('bytes', 3),
    decryptedSecureJsonData: map('string', 4),
    lastUpdatedMS: one('int64', 5),
    apiVersion: one('string', 6),
  }),
  DataSourceInstanceSettings: message({
    id: one('int64', 1),
    name: one('string', 2),
    url: one('string', 3),
    user: one('string', 4),
    database: one('string', 5),
    basicAuthEnabled: one('bool', 6),
    basicAuthUser: one('string', 7),
    jsonData: one('bytes', 8),
    decryptedSecureJsonData: map('string', 9),
    lastUpdatedMS: one('int64', 10),
    uid: one('string', 11),
    apiVersion: one('string', 12),
  }),
};

const data: PackageFacts['types'] = {
  DataFrameFormat: choice({ ARROW: 0, JSON: 1 }),
  TimeRange: message({ fromEpochMS: one('int64', 1), toEpochMS: one('int64', 2) }),
  DataQuery: message({
    refId: one('string', 1),
    maxDataPoints: one('int64', 2),
    intervalMS: one('int64', 3),
    timeRange: one('TimeRange', 4),
    json: one('bytes', 5),
    queryType: one('string', 6),
  }),
  QueryDataRequest: message({
    pluginContext: one('PluginContext', 1),
    headers: map('string', 2),
    queries: many('DataQuery', 3),
    format: one('DataFrameFormat', 4),
  }),
  DataResponse: message({
    frames: many('bytes', 1),
    error: one('string', 2),
    jsonMeta: one('bytes', 3),
    status: one('int32', 4),
    errorSource: one('string', 5),
    format: one('DataFrameFormat', 6),
  }),
  QueryDataResponse: message({ responses: map('DataResponse', 1) }),
  QueryChunkedDataRequest: message({
    pluginContext: one('PluginContext', 1),
    headers: map('string', 2),
    queries: many('DataQuery', 3),
    format: one('DataFrameFormat', 4),
  }),
  QueryChunkedDataResponse: message({
    refId: one('string', 1),
    frameId: one('string', 2),
    frame: one('bytes', 3),
    error: one('string', 4),
    status: one('int32', 5),
    errorSource: one('string', 6),
    format: one('DataFrameFormat', 7),
  }),
};

const resource: PackageFacts['types'] = {
  StringList: message({ values: many('string', 1) }),
  CallResourceRequest: message({
    pluginContext: one('PluginContext', 1),
    path: one('string', 2),
    method: one('string', 3),
    url: one('string', 4),
    headers: map('StringList', 5),
    body: one('bytes', 6),
  }),
  CallResourceResponse: message({
    code: one('int32', 1),
    headers: map('StringList', 2),
    body: one('bytes', 3),
  }),
};

const diagnostics: PackageFacts['types'] = {
  HealthStatus: choice({ UNKNOWN: 0, OK: 1, ERROR: 2 }),
  CheckHealthRequest: message({ pluginContext: one('PluginContext', 1), headers: map('string', 2) }),
  CheckHealthResponse: message({
    status: one('HealthStatus', 1),
    message: one('string', 2),
    jsonDetails: one('bytes', 3),
  }),
  CollectMetricsRequest: message({ pluginContext: one('PluginContext', 1) }),
  MetricsPayload: message({ prometheus: one('bytes', 1) }),
  CollectMetricsResponse: message({ metrics: one('MetricsPayload', 1) }),
};

const streamRequest = message({
  pluginContext: one('PluginContext', 1),
  path: one('string', 2),
  data: one('bytes', 3),
  headers: map('string', 4),
});
const streamResponse = message({ status: one('StreamStatus', 1), data: one('bytes', 2) });

const stream: PackageFacts['types'] = {
  StreamStatus: choice({ OK: 0, NOT_FOUND: 1, PERMISSION_DENIED: 2 }),
  SubscribeStreamRequest: streamRequest,
  SubscribeStreamResponse: streamResponse,
  PublishStreamRequest: streamRequest,
  PublishStreamResponse: streamResponse,
  RunStreamRequest: streamRequest,
  StreamPacket: message({ data: one('bytes', 1) }),
};

export const PLUGIN_V2: PackageFacts = {
  name: 'pluginv2',
  imports: [],
  types: {
    ...context,
    ...data,
    ...resource,
    ...diagnostics,
    ...stream,
    Data: service({
      QueryData: unary('QueryDataRequest', 'QueryDataResponse'),
      QueryChunkedData: streaming('QueryChunkedDataRequest', 'QueryChunkedDataResponse'),
    }),
    Resource: service({ CallResource: streaming('CallResourceRequest', 'CallResourceResponse') }),
    Diagnostics: service({
      CheckHealth: unary('CheckHealthRequest', 'CheckHealthResponse'),
      CollectMetrics: unary('CollectMetricsRequest', 'CollectMetricsResponse'),
    }),
    Stream: service({
      SubscribeStream: unary('SubscribeStreamRequest', 'SubscribeStreamResponse'),
      RunStream: streaming('RunStreamRequest', 'StreamPacket'),
      PublishStream: unary('PublishStreamRequest', 'PublishStreamResponse'),
    }),
  },
};
