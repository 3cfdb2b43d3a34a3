import zipkin from 'zipkin';
import { HttpLogger } from 'zipkin-transport-http';
import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span, SpanId, SpanKind, TraceId } from '../../../server/span/span.ts';

type ZipkinSpan = zipkin.model.Span;

export interface ZipkinProgram {
  readonly tracer: zipkin.Tracer;
  /** Resolves when all was sent, with the spans as the library had them in hand. */
  readonly sent: () => Promise<readonly ZipkinSpan[]>;
}

/** A program that has Zipkin's own library in it. */
export function startZipkinProgram(
  endpoint: string,
  jsonEncoder: zipkin.JsonEncoder,
  headers: Readonly<Record<string, string>>,
): ZipkinProgram {
  const had: ZipkinSpan[] = [];
  const transport = new HttpLogger({
    endpoint,
    jsonEncoder,
    headers,
    httpInterval: 20,
    log: { error: () => undefined },
  });
  const events = transport as unknown as NodeJS.EventEmitter & { readonly queue: readonly string[] };
  const answered = new Promise((resolve, reject) => {
    events.once('success', resolve).once('error', reject);
  });
  const logger = {
    logSpan: (span: ZipkinSpan) => {
      had.push(span);
      transport.logSpan(span);
    },
  };
  const tracer = new zipkin.Tracer({
    ctxImpl: new zipkin.ExplicitContext(),
    recorder: new zipkin.BatchRecorder({ logger }),
    localServiceName: 'shop-web',
    traceId128Bit: true,
    supportsJoin: true,
  });
  return { tracer, sent: () => answered.then(() => had) };
}

/**
 * A request of a client, which the server that takes it tells in the same span; work of the server's own; a message; and an
 * error.
 */
export function makeZipkinSpans(tracer: zipkin.Tracer): void {
  const client = new zipkin.Instrumentation.HttpClient({
    tracer,
    serviceName: 'shop-web',
    remoteServiceName: 'zahlung-ü',
  });
  const server = new zipkin.Instrumentation.HttpServer({
    tracer,
    serviceName: 'zahlung-ü',
    host: '192.0.2.7',
    port: 8080,
  });
  tracer.scoped(() => {
    const root = tracer.createRootId();
    tracer.letId(root, () => {
      tracer.recordServiceName('shop-web');
      tracer.recordRpc('checkout "ü"');
      tracer.recordAnnotation(new zipkin.Annotation.LocalOperationStart('checkout "ü"'));
      tracer.recordBinary('text', 'grüße, 世界 🎉 "q" \\ \n');
      tracer.recordBinary('number', 42);
      tracer.recordBinary('bool', true);
      tracer.recordMessage('cache miss: "ü" | {x}');
      tracer.recordMessage('second');
      const request = client.recordRequest({ headers: {} }, 'http://zahlung/pay?a=1', 'post');
      const ofClient = tracer.id;
      take(tracer, server, request.headers);
      client.recordResponse(ofClient, '503');
      tracer.setId(root);
      tracer.recordAnnotation(new zipkin.Annotation.LocalOperationStop());
    });
    send(tracer, root);
  });
}

function take(
  tracer: zipkin.Tracer,
  server: zipkin.Instrumentation.HttpServer,
  headers: Readonly<Record<string, string>>,
): void {
  tracer.scoped(() => {
    const id = server.recordRequest('post', 'http://zahlung/pay?a=1', <Value>(name: string) =>
      zipkin.option.fromNullable(headers[name] as Value),
    );
    tracer.letId(id, () => {
      tracer.local('book it', () => {
        tracer.recordBinary('step', 1);
      });
    });
    server.recordResponse(id, '503', new Error('kein geld'));
  });
}

function send(tracer: zipkin.Tracer, parent: zipkin.TraceId): void {
  for (const [start, stop] of [
    [new zipkin.Annotation.ProducerStart(), new zipkin.Annotation.ProducerStop()],
    [new zipkin.Annotation.ConsumerStart(), new zipkin.Annotation.ConsumerStop()],
  ] as const) {
    tracer.letId(tracer.createChildId(parent), () => {
      tracer.recordServiceName('shop-web');
      tracer.recordRpc('mail');
      tracer.recordAnnotation(start);
      tracer.recordAnnotation(new zipkin.Annotation.MessageAddr({ serviceName: 'kafka', port: 9092 }));
      tracer.recordAnnotation(stop);
    });
  }
}

/** What must be read back for a span, from what the library itself says of it. */
export function spanOfZipkin(span: ZipkinSpan): Span {
  const { error, ...tags } = span.tags;
  const remote = named(span.remoteEndpoint);
  const local = named(span.localEndpoint);
  return {
    traceId: span.traceId as TraceId,
    spanId: span.id as SpanId,
    parentSpanId: span.parentId as SpanId | undefined,
    traceState: '',
    flags: 0,
    name: span.name ?? '',
    service: local.serviceName ?? 'unknown_service',
    kind: (span.kind?.toLowerCase() ?? 'unspecified') as SpanKind,
    startNanos: BigInt(span.timestamp!) * 1000n,
    durationNanos: BigInt(span.duration!) * 1000n,
    statusCode: error === undefined ? 'unset' : 'error',
    statusMessage: error ?? '',
    attributes: [
      ...Object.entries(tags).map(([key, value]) => text(key, value)),
      ...(remote.serviceName === undefined ? [] : [text('peer.service', remote.serviceName)]),
      ...addressOf('network.peer', remote),
      ...addressOf('network.local', local),
    ],
    events: span.annotations.map(({ timestamp, value }) => ({
      timeNanos: BigInt(timestamp) * 1000n,
      name: value,
      attributes: [],
      droppedAttributesCount: 0,
    })),
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: {
      attributes: local.serviceName === undefined ? [] : [text('service.name', local.serviceName)],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  };
}

function addressOf(side: string, { ipv4, port }: Named): readonly Attribute[] {
  return [
    ...(ipv4 === undefined ? [] : [text(`${side}.address`, ipv4)]),
    ...(port === undefined
      ? []
      : [{ key: `${side}.port`, value: { type: 'int', value: BigInt(port) } } as const]),
  ];
}

function text(key: string, value: string): Attribute {
  return { key, value: { type: 'string', value } };
}

interface Named {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly port?: number;
}

/** The library's types hide what an endpoint holds. */
function named(endpoint: zipkin.model.Endpoint | undefined): Named {
  return (endpoint ?? {}) as Named;
}
