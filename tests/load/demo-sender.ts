import { SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { SERVICES, type Service } from './demo-shop.ts';

export interface SpaceHeaders {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
}

/** What became of the spans so far. */
export interface Tally {
  sent: number;
  traces: number;
  errors: number;
  failed: number;
  lastFailure: string;
}

/** All services of the shop as one tenant has them: real SDK providers, one exporter. */
export interface Sender {
  readonly space: SpaceHeaders;
  readonly tally: Tally;
  readonly tracer: (service: Service) => Tracer;
  /** Sends what waits, then stops. */
  readonly close: () => Promise<void>;
}

/** Also how long a stop may wait for a server that is gone. */
const EXPORT_TIMEOUT_MS = 5_000;

export function createSender(url: string, space: SpaceHeaders, idGenerator: IdGenerator): Sender {
  const tally: Tally = { sent: 0, traces: 0, errors: 0, failed: 0, lastFailure: '' };
  const exporter = new OTLPTraceExporter({
    url: `${url}/v1/traces`,
    headers: { ...space },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const processor = new BatchSpanProcessor(counted(exporter, tally), {
    maxQueueSize: 100_000,
    maxExportBatchSize: 500,
    scheduledDelayMillis: 500,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const tracers = new Map<Service, Tracer>();
  for (const service of Object.keys(SERVICES) as Service[]) {
    const provider = new BasicTracerProvider({
      resource: resourceOf(service),
      spanProcessors: [processor],
      idGenerator,
    });
    tracers.set(service, provider.getTracer('shop', '1.0.0'));
  }
  return { space, tally, tracer: (service) => tracers.get(service)!, close: () => processor.shutdown() };
}

function resourceOf(service: Service): ReturnType<typeof resourceFromAttributes> {
  const { version, language } = SERVICES[service];
  return resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'shop',
    'service.version': version,
    'service.instance.id': `${service}-0`,
    'telemetry.sdk.language': language,
    'deployment.environment.name': 'demo',
    'host.name': `${service}.internal`,
  });
}

function counted(exporter: SpanExporter, tally: Tally): SpanExporter {
  return {
    export: (spans, report) => {
      exporter.export(spans, (result) => {
        if (result.error === undefined) {
          tally.sent += spans.length;
          tally.traces += spans.filter((span) => span.parentSpanContext === undefined).length;
          tally.errors += spans.filter((span) => span.status.code === SpanStatusCode.ERROR).length;
        } else {
          tally.failed += spans.length;
          tally.lastFailure = result.error.message;
        }
        report(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
