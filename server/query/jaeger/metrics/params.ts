import { Fault } from '../../../errors/fault.ts';
import { SPAN_KINDS, type SpanKind } from '../../../span/span.ts';
import { parseGoBool, parseGoFloat, parseGoInt } from '../../go/go-params.ts';
import { explained, parseParam, unableToParse } from '../go-param.ts';
import type { GoQuery } from '../go-query.ts';

/** What `GET /api/metrics/*` asks for, times and durations in milliseconds as they were sent. */
export interface MetricsParams {
  readonly services: readonly string[];
  readonly byOperation: boolean;
  readonly kinds: readonly SpanKind[];
  readonly endMs: bigint;
  readonly lookbackMs: bigint;
  readonly stepMs: bigint;
  readonly ratePerMs: bigint;
}

export interface LatencyParams extends MetricsParams {
  /** Between 0 and 1. */
  readonly quantile: number;
}

/** What `GET /api/dependencies` asks for. */
export interface DependencyParams {
  /** Only edges from it or to it. */
  readonly service: string | undefined;
  readonly endMs: bigint;
  readonly lookbackMs: bigint;
}

const DEFAULT_KINDS: readonly SpanKind[] = ['server'];
const DEFAULT_METRICS_LOOKBACK_MS = 3_600_000n;
const DEFAULT_STEP_MS = 5_000n;
const DEFAULT_RATE_PER_MS = 600_000n;
const DEFAULT_DEPENDENCY_LOOKBACK_MS = 86_400_000n;

/** The quantile is looked at before everything else. */
export function parseLatencyParams(query: GoQuery, nowMs: number): LatencyParams {
  const quantile = explained('quantile', unableToParse('quantile'), () =>
    parseQuantile(query.get('quantile')),
  );
  return { ...parseMetricsParams(query, nowMs), quantile };
}

/** In Jaeger's order, so that of several mistakes the same one is told. */
export function parseMetricsParams(query: GoQuery, nowMs: number): MetricsParams {
  return {
    services: explained('service', unableToParse('service'), () => parseServices(query)),
    byOperation: parseParam(query, 'groupByOperation', parseGoBool) ?? false,
    kinds: explained('spanKind', unableToParse('spanKind'), () => parseKinds(query)),
    endMs: parseParam(query, 'endTs', parseGoInt) ?? BigInt(nowMs),
    lookbackMs: parseParam(query, 'lookback', parseGoInt) ?? DEFAULT_METRICS_LOOKBACK_MS,
    stepMs: parseParam(query, 'step', parseGoInt) ?? DEFAULT_STEP_MS,
    ratePerMs: parseParam(query, 'ratePer', parseGoInt) ?? DEFAULT_RATE_PER_MS,
  };
}

export function parseDependencyParams(query: GoQuery, nowMs: number): DependencyParams {
  const endMs = parseParam(query, 'endTs', parseGoInt) ?? BigInt(nowMs);
  const lookbackMs = parseParam(query, 'lookback', parseGoInt) ?? DEFAULT_DEPENDENCY_LOOKBACK_MS;
  const service = query.get('service');
  return { service: service === '' ? undefined : service, endMs, lookbackMs };
}

function parseQuantile(text: string): number {
  const quantile = parseGoFloat(text);
  if (quantile >= 0 && quantile <= 1) return quantile;
  throw new Fault('invalid', `${text} is not between 0 and 1`);
}

/** The parameter must be there, but may be empty: names past the limit of a space are counted under the empty one. */
function parseServices(query: GoQuery): readonly string[] {
  if (!query.has('service')) throw new Fault('invalid', 'please provide at least one service name');
  return [...new Set(query.all('service'))];
}

function parseKinds(query: GoQuery): readonly SpanKind[] {
  if (!query.has('spanKind')) return DEFAULT_KINDS;
  return query.all('spanKind').map((text) => {
    const kind = SPAN_KINDS.find((known) => known === text.toLowerCase());
    if (kind !== undefined) return kind;
    throw new Fault('invalid', `unsupported span kind: '${text}'`);
  });
}
