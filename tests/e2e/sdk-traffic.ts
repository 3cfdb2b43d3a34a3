import {
  context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';

/** Values that JavaScript's API takes. */
const API_VALUES: Attributes = {
  text: 'grüße, 世界 \u0000 "quoted"\n',
  'text.empty': '',
  int: 42,
  'int.negative': -7,
  'int.large': Number.MAX_SAFE_INTEGER,
  'int.small': Number.MIN_SAFE_INTEGER,
  double: 0.1,
  'double.tiny': 5e-324,
  'double.huge': 1.7976931348623157e308,
  'double.whole': 1e21,
  bool: true,
  'bool.false': false,
  texts: ['a', '', 'ü'],
  ints: [1, 2, 3],
  doubles: [0.5, -1.25],
  bools: [true, false],
  nothing: [],
  holes: ['a', null, 'b'],
};

/** Values that exporters carry but the API does not let through. */
const EXPORTER_VALUES = {
  bytes: new Uint8Array([0, 1, 127, 128, 255]),
  'bytes.empty': new Uint8Array(0),
  map: { a: 1, b: { c: ['x', true, 2.5], d: {} } },
  mixed: ['text', 1, 1.5, false, new Uint8Array([9])],
  empty: null,
};

/** JSON has no way to write these that exporters agree on. */
const BINARY_VALUES = { nan: NaN, infinite: Infinity, 'infinite.negative': -Infinity };

const REMOTE: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
  traceState: createTraceState('vendor=value,other=1'),
};

/**
 * Has the SDK make a span of every kind, with events, links, every status and every type of attribute, and send them by
 * the exporter. Returns them as the SDK itself has them, when they are sent.
 */
export async function sendBySdk(
  exporter: SpanExporter,
  tenant: string,
  encoding: 'binary' | 'json',
): Promise<readonly ReadableSpan[]> {
  const memory = new InMemorySpanExporter();
  const failures: Error[] = [];
  const provider = new BasicTracerProvider({
    idGenerator: countingIds(),
    resource: resourceFromAttributes(
      { 'service.name': `service-of-${tenant}`, 'process.pid': 7, tags: ['a', 'b'] },
      { schemaUrl: 'https://example.com/resource/1' },
    ),
    spanProcessors: [
      new SimpleSpanProcessor(memory),
      new BatchSpanProcessor(noting(exporter, failures), { scheduledDelayMillis: 60_000 }),
    ],
    spanLimits: { attributeCountLimit: 64 },
  });
  const tracer = provider.getTracer('scope', '1.2.3', { schemaUrl: 'https://example.com/scope/1' });
  makeSpans(tracer, encoding);
  await provider.forceFlush();
  const spans = [...memory.getFinishedSpans()];
  await provider.shutdown();
  if (failures[0] !== undefined) throw failures[0];
  return spans;
}

function makeSpans(tracer: Tracer, encoding: 'binary' | 'json'): void {
  for (const kind of [
    SpanKind.INTERNAL,
    SpanKind.SERVER,
    SpanKind.CLIENT,
    SpanKind.PRODUCER,
    SpanKind.CONSUMER,
  ]) {
    const parent = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
    const span = tracer.startSpan(`kind ${SpanKind[kind]}`, { kind, attributes: API_VALUES }, parent);
    Object.assign((span as unknown as ReadableSpan).attributes, EXPORTER_VALUES);
    if (encoding === 'binary') Object.assign((span as unknown as ReadableSpan).attributes, BINARY_VALUES);
    span.addLink({ context: REMOTE, attributes: { why: 'batch', n: 3 } });
    span.addLink({ context: { ...REMOTE, isRemote: false, traceFlags: TraceFlags.NONE } });
    span.addEvent('retry', { attempt: 2, ok: false, ...API_VALUES });
    span.addEvent('');
    tracer.startSpan('child', {}, trace.setSpan(context.active(), span)).end();
    span.setStatus(STATUSES[kind % STATUSES.length]!);
    span.end();
  }
  tracer.startSpan('root', { root: true, attributes: tooMany() }).end();
}

const STATUSES = [
  { code: SpanStatusCode.UNSET },
  { code: SpanStatusCode.OK },
  { code: SpanStatusCode.ERROR, message: 'it broke: ünexpected' },
];

/** More than the SDK's limit, so that it drops some and says how many. */
function tooMany(): Attributes {
  return Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`key.${index}`, index]));
}

/** The same ids for every sender: only the space tells their spans apart. */
function countingIds(): IdGenerator {
  let spans = 0;
  let traces = 0;
  return {
    generateTraceId: () => `ab${String(++traces).padStart(30, '0')}`,
    generateSpanId: () => `cd${String(++spans).padStart(14, '0')}`,
  };
}

function noting(exporter: SpanExporter, failures: Error[]): SpanExporter {
  return {
    export: (spans, report) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) failures.push(result.error);
        report(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
