import type {
  CallResourceRequest,
  CallResourceResponse,
  CheckHealthRequest,
  CheckHealthResponse,
  CollectMetricsResponse,
  QueryChunkedDataResponse,
  QueryDataRequest,
  QueryDataResponse,
  StreamPacket,
  StreamRequest,
  StreamResponse,
} from './messages.ts';

/** What goes with one call of the host. */
export interface PluginCall {
  /** Fires when the host gives the call up, or the process ends. */
  readonly signal: AbortSignal;
  /** W3C trace context, as headers: to be passed on. */
  readonly trace: Readonly<Record<string, string>>;
}

/** Resolves when the next message may be sent. */
export type Send<Message> = (message: Message) => Promise<void>;

export type Answer<Request, Response> = (request: Request, call: PluginCall) => Promise<Response>;

export type AnswerInPieces<Request, Message> = (
  request: Request,
  call: PluginCall,
  send: Send<Message>,
) => Promise<void>;

/** What the plugin does, without how it is asked. */
export interface PluginHandlers {
  readonly queryData: Answer<QueryDataRequest, QueryDataResponse>;
  readonly queryChunkedData: AnswerInPieces<QueryDataRequest, QueryChunkedDataResponse>;
  readonly callResource: AnswerInPieces<CallResourceRequest, CallResourceResponse>;
  readonly checkHealth: Answer<CheckHealthRequest, CheckHealthResponse>;
  readonly collectMetrics: () => Promise<CollectMetricsResponse>;
  readonly subscribeStream: Answer<StreamRequest, StreamResponse>;
  readonly runStream: AnswerInPieces<StreamRequest, StreamPacket>;
  readonly publishStream: Answer<StreamRequest, StreamResponse>;
}
