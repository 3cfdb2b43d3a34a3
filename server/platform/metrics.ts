import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/**
 * What the program counts, along the path of a span. Labels hold only what we name ourselves (protocols, codes, kinds):
 * never a tenant, a service or anything else that a sender may make up.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly intake: IntakeMetrics;
  readonly log: LogMetrics;
  readonly load: LoadMetrics;
  readonly query: QueryMetrics;
  readonly engine: EngineMetrics;
  /** Run before every scrape: for gauges whose value is looked up, not kept. */
  readonly beforeScrape: (() => Promise<void>)[];
}

export interface IntakeMetrics {
  readonly accepted: Counter;
  /** Events and links that came apart from their span. */
  readonly fragments: Counter;
  readonly refused: Counter<'reason'>;
  /** Kept, with an end that lay before the start. */
  readonly clamped: Counter;
  /** `code` is a Fault's code, or `ok`. */
  readonly requests: Counter<'protocol' | 'code'>;
  readonly requestSeconds: Histogram<'protocol'>;
  readonly bodyBytes: Counter<'protocol'>;
  readonly inflightBytes: Gauge;
}

export interface LogMetrics {
  readonly bytes: Gauge;
  readonly segments: Gauge;
  readonly oldestSeconds: Gauge;
  readonly fsyncSeconds: Histogram;
  readonly blocks: Counter;
  readonly blockBytes: Counter;
  /** Bytes cut off or set aside by recovery. */
  readonly damagedBytes: Counter;
}

export interface LoadMetrics {
  readonly seconds: Histogram;
  readonly rows: Counter;
  readonly retries: Counter;
  /** Segments that the engine refused for good and that now lie in a file. */
  readonly setAside: Counter;
}

export interface QueryMetrics {
  /** `kind` is a method of the store's port, `outcome` a Fault's code or `ok`. */
  readonly seconds: Histogram<'kind' | 'outcome'>;
}

export interface EngineMetrics {
  readonly memoryBytes: Gauge;
}

const PREFIX = 'spanhouse_';

/** From an fsync on a fast disk to a request that gave up waiting. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(): Metrics {
  const registry = new Registry();
  // The event loop's delay is sampled by a timer: a hundred times a second, as by default, keeps a quiet server awake.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 250 });
  return {
    registry,
    intake: intakeMetrics(registry),
    log: logMetrics(registry),
    load: loadMetrics(registry),
    query: {
      seconds: histogram(registry, 'query_seconds', 'Time of one call of the store, by method and outcome', [
        'kind',
        'outcome',
      ]),
    },
    engine: { memoryBytes: gauge(registry, 'engine_memory_bytes', 'Memory tracked by the engine') },
    beforeScrape: [],
  };
}

/** The text that Prometheus reads. */
export async function scrape(metrics: Metrics): Promise<string> {
  await Promise.all(metrics.beforeScrape.map((look) => look()));
  return metrics.registry.metrics();
}

function intakeMetrics(registry: Registry): IntakeMetrics {
  return {
    accepted: counter(registry, 'spans_accepted_total', 'Spans acknowledged as durable'),
    fragments: counter(
      registry,
      'fragments_accepted_total',
      'Events and links acknowledged as durable that came apart from their span',
    ),
    refused: counter(
      registry,
      'spans_refused_total',
      'Spans, and events and links apart, refused while the rest of their request was kept',
      ['reason'],
    ),
    clamped: counter(registry, 'spans_clamped_total', 'Spans kept whose end lay before their start'),
    requests: counter(registry, 'intake_requests_total', 'Requests with spans, by protocol and outcome', [
      'protocol',
      'code',
    ]),
    requestSeconds: histogram(
      registry,
      'intake_request_seconds',
      'Time from the first byte of a request to its answer',
      ['protocol'],
    ),
    bodyBytes: counter(registry, 'intake_body_bytes_total', 'Bytes of requests, unpacked', ['protocol']),
    inflightBytes: gauge(registry, 'intake_inflight_bytes', 'Bytes of requests in work'),
  };
}

function logMetrics(registry: Registry): LogMetrics {
  return {
    bytes: gauge(registry, 'log_bytes', 'Bytes in the write-ahead log'),
    segments: gauge(registry, 'log_segments', 'Sealed segments that wait for the engine'),
    oldestSeconds: gauge(registry, 'log_oldest_seconds', 'Age of the oldest span that is not loaded'),
    fsyncSeconds: histogram(registry, 'log_fsync_seconds', 'Time of one fsync of the write-ahead log'),
    blocks: counter(registry, 'log_blocks_total', 'Blocks appended to the write-ahead log'),
    blockBytes: counter(registry, 'log_block_bytes_total', 'Bytes appended to the write-ahead log'),
    damagedBytes: counter(registry, 'log_damaged_bytes_total', 'Bytes that recovery cut off or set aside'),
  };
}

function loadMetrics(registry: Registry): LoadMetrics {
  return {
    seconds: histogram(registry, 'load_seconds', 'Time to load one segment into the engine'),
    rows: counter(registry, 'load_rows_total', 'Spans loaded into the engine'),
    retries: counter(registry, 'load_retries_total', 'Loads that were tried again'),
    setAside: counter(
      registry,
      'load_set_aside_total',
      'Segments that the engine refused and that were set aside',
    ),
  };
}

function counter<T extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: T[] = [],
): Counter<T> {
  return new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name: PREFIX + name, help, registers: [registry] });
}

function histogram<T extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: T[] = [],
): Histogram<T> {
  return new Histogram({ name: PREFIX + name, help, labelNames, buckets: SECONDS, registers: [registry] });
}
