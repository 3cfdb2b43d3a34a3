import { definitionOf } from '../../server/query/jaeger/grpc/interface/interfaces.ts';
import { PACKERS } from '../support/pack-body.ts';

/** One value of OTLP's AnyValue, as protobuf names it. */
export type SentValue =
  | { readonly string_value: string }
  | { readonly int_value: string }
  | { readonly double_value: number }
  | { readonly bool_value: boolean }
  | { readonly bytes_value: Buffer };

export type SentAttributes = Readonly<Record<string, SentValue | string>>;

export interface SentSpan {
  /** Hex digits. */
  readonly trace: string;
  readonly span: string;
  readonly parent?: string;
  readonly name: string;
  /** As OTLP numbers them: 2 is a server. */
  readonly kind?: number;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly attributes?: SentAttributes;
  readonly events?: readonly {
    readonly timeNanos: bigint;
    readonly name: string;
    readonly attributes?: SentAttributes;
  }[];
  readonly links?: readonly { readonly trace: string; readonly span: string }[];
  readonly status?: { readonly code: number; readonly message: string };
}

export interface SentResource {
  readonly attributes: SentAttributes;
  readonly spans: readonly SentSpan[];
}

/** The library encodes it: TracesData has the fields of a request. */
export function encodeResources(resources: readonly SentResource[]): Buffer {
  const { responseSerialize } = definitionOf('jaeger.api_v3.QueryService')['GetTrace']!;
  return responseSerialize({
    resource_spans: resources.map(({ attributes, spans }) => ({
      resource: { attributes: attributesOf(attributes) },
      scope_spans: [{ scope: {}, spans: spans.map(spanOf) }],
    })),
  });
}

function spanOf(sent: SentSpan): object {
  const { trace, span, parent = '', name, kind = 1, startNanos, endNanos } = sent;
  const { attributes = {}, events = [], links = [], status } = sent;
  return {
    trace_id: Buffer.from(trace, 'hex'),
    span_id: Buffer.from(span, 'hex'),
    parent_span_id: Buffer.from(parent, 'hex'),
    name,
    kind,
    start_time_unix_nano: String(startNanos),
    end_time_unix_nano: String(endNanos),
    attributes: attributesOf(attributes),
    events: events.map((event) => ({
      time_unix_nano: String(event.timeNanos),
      name: event.name,
      attributes: attributesOf(event.attributes ?? {}),
    })),
    links: links.map((link) => ({
      trace_id: Buffer.from(link.trace, 'hex'),
      span_id: Buffer.from(link.span, 'hex'),
    })),
    ...(status === undefined ? {} : { status }),
  };
}

function attributesOf(attributes: SentAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { string_value: value } : value,
  }));
}

export interface CnosdbAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** What is left out means what the port takes it for. */
interface SpaceHeaders {
  readonly tenant?: string;
  readonly db?: string;
  readonly table: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** One who is used to CnosDB: writes and reads under `/api`, with the same headers. */
export class CnosdbUser {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(base: string, headers: SpaceHeaders) {
    this.#base = base;
    this.#headers = { ...headers, authorization: `Basic ${Buffer.from('root:').toString('base64')}` };
  }

  write(resources: readonly SentResource[], coding: keyof typeof PACKERS = 'gzip'): Promise<CnosdbAnswer> {
    return this.#ask('/api/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': coding },
      body: new Uint8Array(PACKERS[coding](encodeResources(resources))),
    });
  }

  read(path: string): Promise<CnosdbAnswer> {
    return this.#ask(path);
  }

  async #ask(path: string, { headers: own = {}, ...init }: Asked = {}): Promise<CnosdbAnswer> {
    const headers = { ...this.#headers, ...own };
    const response = await fetch(this.#base + path, { ...init, headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  }
}
