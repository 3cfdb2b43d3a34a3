import { UpstreamError } from '../../instance/upstream.ts';
import {
  type StatusCode,
  type Tag,
  type TraceLog,
  type TraceReference,
  type TraceSpan,
  textTag,
} from './trace-span.ts';

/* The JSON of Jaeger's first generation. Members may be missing, as they are in what other servers make of it. */

interface JaegerTag {
  readonly key: string;
  readonly type?: string;
  readonly value?: unknown;
}

interface JaegerReference {
  readonly refType: string;
  readonly traceID: string;
  readonly spanID: string;
}

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly parentSpanID?: string;
  readonly operationName?: string;
  readonly references?: readonly JaegerReference[] | null;
  readonly startTime?: number;
  readonly duration?: number;
  readonly tags?: readonly JaegerTag[] | null;
  readonly logs?: readonly { readonly timestamp: number; readonly fields?: readonly JaegerTag[] }[] | null;
  readonly processID?: string;
  readonly warnings?: readonly string[] | null;
}

interface JaegerProcess {
  readonly serviceName?: string;
  readonly tags?: readonly JaegerTag[] | null;
}

interface JaegerTrace {
  readonly spans?: readonly JaegerSpan[] | null;
  readonly processes?: Readonly<Record<string, JaegerProcess>>;
}

interface JaegerAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly msg?: string }[] | null;
}

const NANOS_PER_MICRO = 1_000n;

/** The traces of `{data: […]}`, those without spans left out. */
export function decodeJaeger(json: unknown): readonly (readonly TraceSpan[])[] {
  const { data, errors } = (json ?? {}) as JaegerAnswer;
  // A search that failed half way may be answered with 200 all the same.
  const [error] = errors ?? [];
  if (error !== undefined) {
    throw new UpstreamError(
      'failed',
      `the server answered with an error: ${error.msg ?? 'it does not say which'}`,
    );
  }
  if (!Array.isArray(data)) throw new UpstreamError('failed', `the server's answer holds no list of traces`);
  return (data as readonly JaegerTrace[]).map(decodeTrace).filter((spans) => spans.length > 0);
}

function decodeTrace({ spans, processes = {} }: JaegerTrace): readonly TraceSpan[] {
  return (spans ?? []).map((span) => decodeSpan(span, processes[span.processID ?? ''] ?? {}));
}

function decodeSpan(span: JaegerSpan, process: JaegerProcess): TraceSpan {
  const tags = tagsOf(span.tags);
  const service = process.serviceName ?? 'unknown_service';
  const processTags = tagsOf(process.tags);
  const parent = parentOf(span);
  return {
    traceId: span.traceID,
    spanId: span.spanID,
    parentSpanId: parent?.spanID ?? ((span.parentSpanID ?? '') === '' ? null : span.parentSpanID!),
    operation: span.operationName ?? '',
    service,
    serviceNamespace: textTag(processTags, 'service.namespace'),
    // Links from a trace to logs ask for it among the tags.
    serviceTags: [{ key: 'service.name', type: 'string', value: service }, ...processTags],
    kind: textTag(tags, 'span.kind'),
    statusCode: statusCodeOf(tags),
    statusMessage: textTag(tags, 'otel.status_description'),
    startNanos: BigInt(span.startTime ?? 0) * NANOS_PER_MICRO,
    durationNanos: BigInt(span.duration ?? 0) * NANOS_PER_MICRO,
    tags,
    logs: (span.logs ?? []).map(decodeLog),
    references: (span.references ?? []).filter((reference) => reference !== parent).map(decodeReference),
    warnings: span.warnings ?? [],
    scopeName: textTag(tags, 'otel.scope.name') || textTag(tags, 'otel.library.name'),
    scopeVersion: textTag(tags, 'otel.scope.version') || textTag(tags, 'otel.library.version'),
    traceState: textTag(tags, 'w3c.tracestate'),
  };
}

/** The first reference to a span of the same trace as whose child it is. */
function parentOf({ traceID, references }: JaegerSpan): JaegerReference | undefined {
  const own = (references ?? []).filter((reference) => reference.traceID === traceID);
  return own.find(({ refType }) => refType === 'CHILD_OF') ?? own[0];
}

function decodeReference({ refType, traceID, spanID }: JaegerReference): TraceReference {
  return { refType, traceID, spanID, tags: [] };
}

function decodeLog({ timestamp, fields = [] }: NonNullable<JaegerSpan['logs']>[number]): TraceLog {
  const tags = tagsOf(fields);
  return {
    timeNanos: BigInt(timestamp) * NANOS_PER_MICRO,
    name: textTag(tags, 'event'),
    fields: tags.filter(({ key }) => key !== 'event'),
  };
}

/** Older clients say it by `error` alone. */
function statusCodeOf(tags: readonly Tag[]): StatusCode {
  const code = textTag(tags, 'otel.status_code').toUpperCase();
  if (code === 'ERROR' || textTag(tags, 'error') === 'true') return 2;
  return code === 'OK' ? 1 : 0;
}

function tagsOf(tags: readonly JaegerTag[] | null = []): readonly Tag[] {
  return (tags ?? []).map(({ key, type = 'string', value }) => ({ key, type, value: plainOf(value) }));
}

/** Values are plain, but for those of servers that are not Jaeger's own. */
function plainOf(value: unknown): Tag['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
