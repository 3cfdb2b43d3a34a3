/** The messages of pluginv2 as they are decoded: what is missing is empty, messages that are missing are null. */
export interface PluginContext {
  readonly orgId: number;
  readonly pluginId: string;
  readonly user: { readonly login: string; readonly role: string } | null;
  readonly dataSourceInstanceSettings: DataSourceInstanceSettings | null;
  readonly grafanaConfig: Readonly<Record<string, string>>;
}

export interface DataSourceInstanceSettings {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuthEnabled: boolean;
  readonly basicAuthUser: string;
  readonly jsonData: Buffer;
  readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
  readonly lastUpdatedMS: number;
  readonly uid: string;
}

/** Of DataResponse and QueryDataRequest: how frames are encoded. */
export const FORMAT = { arrow: 0, json: 1 } as const;

export interface DataQuery {
  readonly refId: string;
  readonly maxDataPoints: number;
  readonly intervalMS: number;
  readonly timeRange: { readonly fromEpochMS: number; readonly toEpochMS: number } | null;
  readonly json: Buffer;
  readonly queryType: string;
}

export interface QueryDataRequest {
  readonly pluginContext: PluginContext | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: readonly DataQuery[];
  readonly format: number;
}

/** `error` and what comes with it only where the query failed. */
export interface DataResponse {
  readonly frames: readonly Buffer[];
  readonly status: number;
  readonly format: number;
  readonly error?: string;
  readonly errorSource?: 'plugin' | 'downstream';
}

export interface QueryDataResponse {
  readonly responses: Readonly<Record<string, DataResponse>>;
}

export interface QueryChunkedDataResponse {
  readonly refId: string;
  readonly frameId: string;
  readonly frame: Buffer;
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
  readonly format: number;
}

export interface StringList {
  readonly values: readonly string[];
}

export interface CallResourceRequest {
  readonly pluginContext: PluginContext | null;
  /** Decoded. */
  readonly path: string;
  readonly method: string;
  /** The path as it was sent, and the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, StringList>>;
  readonly body: Buffer;
}

export interface CallResourceResponse {
  /** In the first message of an answer; 0 in the others. */
  readonly code: number;
  readonly headers: Readonly<Record<string, StringList>>;
  readonly body: Buffer;
}

export interface CheckHealthRequest {
  readonly pluginContext: PluginContext | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const HEALTH_STATUS = { unknown: 0, ok: 1, error: 2 } as const;

export interface CheckHealthResponse {
  readonly status: (typeof HEALTH_STATUS)[keyof typeof HEALTH_STATUS];
  readonly message: string;
  readonly jsonDetails: Buffer;
}

export interface CollectMetricsResponse {
  readonly metrics: { readonly prometheus: Buffer };
}

export interface StreamRequest {
  readonly pluginContext: PluginContext | null;
  readonly path: string;
  readonly data: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export const STREAM_STATUS = { ok: 0, notFound: 1, permissionDenied: 2 } as const;

export interface StreamResponse {
  readonly status: (typeof STREAM_STATUS)[keyof typeof STREAM_STATUS];
  readonly data: Buffer;
}

export interface StreamPacket {
  readonly data: Buffer;
}
