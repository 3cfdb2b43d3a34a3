import { initTracer, opentracing, type Span as JaegerSpan, type Tag, type Tracer } from 'jaeger-client';
import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';
import {
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanId,
  type TraceId,
} from '../../../server/span/span.ts';

export interface JaegerProgram {
  readonly tracer: Tracer;
  /** Rejects if the client could not send what it had to. */
  readonly close: () => Promise<void>;
}

type Config = Parameters<typeof initTracer>[0];

/** A program that has Jaeger's own client in it. */
export function startJaegerProgram(config: Omit<Config, 'serviceName'>): JaegerProgram {
  const failures: string[] = [];
  const logger = { info: () => undefined, error: (message: string) => failures.push(message) };
  const tags = { 'build.number': 7, region: 'süd "1"', canary: true };
  const tracer = initTracer({ serviceName: 'Lager ü, =1', ...config }, { tags, logger });
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      tracer.close(resolve);
    });
    if (failures.length > 0) throw new Error(failures.join('\n'));
  };
  return { tracer, close };
}

/** Has the client make spans of all that it can say. Returns them as the client has them. */
export function makeJaegerSpans(tracer: Tracer): readonly JaegerSpan[] {
  const beginMs = Date.now() - 600_000;
  const root = tracer.startSpan('GET /käse "1"', { startTime: beginMs, tags: { 'span.kind': 'server' } });
  root.setTag('text', 'grüße, 世界 🎉 "q" \\ \u0000\n');
  root.setTag('text.empty', '');
  root.setTag('number', 42).setTag('number.fraction', -0.1).setTag('number.huge', 1.5e300);
  root.setTag('bool', true).setTag('bool.false', false);
  root.setTag('object', { a: [1, 'x'], b: null }).setTag('bytes', Buffer.from([0, 127, 128, 255]));
  root.log({ event: 'retry', attempt: 2, last: false, why: 'ü"\n' }, beginMs + 1);
  root.log({ message: 'no event' }, beginMs + 2);
  const child = tracer.startSpan('pay', { startTime: beginMs + 3, childOf: root });
  child.setTag('span.kind', 'client').setTag('error', true);
  const after = tracer.startSpan('mail', {
    startTime: beginMs + 4,
    references: [opentracing.followsFrom(child.context())],
  });
  after.finish(beginMs + 30);
  child.finish(beginMs + 20);
  root.finish(beginMs + 25);
  return [root, child, after];
}

/** What must be read back for a span, from what the client itself says of it. */
export function spanOfJaegerClient(tracer: Tracer, span: JaegerSpan): Span {
  const { traceIdStr, spanIdStr, parentIdStr, flags } = span.context();
  const { serviceName, tags } = tracer._process;
  const kind = SPAN_KINDS.find((one) =>
    span._tags.some(({ key, value }) => key === 'span.kind' && value === one),
  );
  const isError = span._tags.some(({ key, value }) => key === 'error' && value === true);
  return {
    traceId: traceIdStr.padStart(32, '0') as TraceId,
    spanId: idOf(spanIdStr),
    parentSpanId: parentIdStr === undefined ? undefined : idOf(parentIdStr),
    traceState: '',
    flags,
    name: span._operationName,
    service: serviceName,
    kind: kind ?? 'unspecified',
    startNanos: nanosOf(span._startTime),
    durationNanos: nanosOf(span._duration),
    statusCode: isError ? 'error' : 'unset',
    statusMessage: '',
    attributes: span._tags.filter(({ key }) => key !== 'span.kind' && key !== 'error').map(attributeOf),
    events: span._logs.map(eventOf),
    links: span._references
      .filter((reference) => reference.type() !== 'child_of')
      .map((reference) => reference.referencedContext())
      .map((context) => ({
        traceId: context.traceIdStr.padStart(32, '0'),
        spanId: idOf(context.spanIdStr),
        traceState: '',
        attributes: [],
        droppedAttributesCount: 0,
        flags: 0,
      })),
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: {
      attributes: [
        { key: 'service.name', value: { type: 'string', value: serviceName } },
        ...tags.map(attributeOf),
      ],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  };
}

function eventOf({ timestamp, fields }: JaegerSpan['_logs'][number]): SpanEvent {
  const named = fields.find(({ key }) => key === 'event');
  return {
    timeNanos: nanosOf(timestamp),
    name: named === undefined ? '' : String(named.value),
    attributes: fields.filter((field) => field !== named).map(attributeOf),
    droppedAttributesCount: 0,
  };
}

function attributeOf({ key, value }: Tag): Attribute {
  return { key, value: valueOf(value) };
}

/** JavaScript has one type of number, which the client sends as doubles. */
function valueOf(value: unknown): AttributeValue {
  if (typeof value === 'number') return { type: 'double', value };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (value instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(value) };
  return { type: 'string', value: typeof value === 'string' ? value : JSON.stringify(value) };
}

function idOf(hex: string): SpanId {
  return hex.padStart(16, '0') as SpanId;
}

function nanosOf(ms: number): bigint {
  return BigInt(Math.trunc(ms * 1000)) * 1000n;
}
