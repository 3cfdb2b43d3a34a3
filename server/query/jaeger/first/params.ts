import { Fault } from '../../../errors/fault.ts';
import type { TraceId } from '../../../span/span.ts';
import type { Window } from '../../../store/trace-store.ts';
import { parseGoTags } from '../go-json-tags.ts';
import { goQuote, parseGoBool, parseGoDuration, parseGoInt } from '../../go/go-params.ts';
import { explained, parseParam } from '../go-param.ts';
import type { GoQuery } from '../go-query.ts';
import { parseHexTraceId, parseTraceId } from '../trace-id-param.ts';

export type Sort = 'start' | 'duration' | 'spans' | 'errors';
export type Total = 'exact' | 'estimate';

/** What `GET /api/traces` asks for. Bounds that are not asked for are undefined. */
export interface SearchParams {
  /** Not empty: then these traces are asked for, and nothing else counts but `raw`. */
  readonly traceIds: readonly TraceId[];
  readonly service: string;
  readonly operation: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly window: Window;
  readonly limit: number;
  readonly minDurationNanos: bigint | undefined;
  readonly maxDurationNanos: bigint | undefined;
  readonly raw: boolean;
  /** Parameters that Jaeger does not have. */
  readonly minTraceDurationNanos: bigint | undefined;
  readonly maxTraceDurationNanos: bigint | undefined;
  readonly sort: Sort | undefined;
  readonly cursor: string | undefined;
  readonly total: Total | undefined;
}

export interface TraceParams {
  readonly traceId: TraceId;
  readonly raw: boolean;
}

/** Of one service, for what is computed from a sample of its traces. */
export interface ServiceParams {
  readonly service: string;
  readonly operation: string | undefined;
  readonly window: Window;
}

const DEFAULT_LIMIT = 100;
/** Whole traces are returned: more are asked for page by page. The Jaeger UI goes up to 1500. */
const MAX_LIMIT = 10_000;

const NANOS_PER_MICRO = 1_000n;
const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_HOUR = 3_600_000_000_000n;
const DEFAULT_LOOKBACK_NANOS = 48n * NANOS_PER_HOUR;

const SORTS: readonly Sort[] = ['start', 'duration', 'spans', 'errors'];
const TOTALS: readonly Total[] = ['exact', 'estimate'];

/** In Jaeger's order, so that of several mistakes the same one is told. */
export function parseSearchParams(query: GoQuery, nowMs: number): SearchParams {
  const params = {
    service: query.get('service'),
    operation: optional(query.get('operation')),
    window: parseWindow(query, nowMs),
    tags: parseTags(query),
    limit: parseLimit(query.get('limit')),
    minDurationNanos: parseDuration(query, 'minDuration'),
    maxDurationNanos: parseDuration(query, 'maxDuration'),
    traceIds: parseTraceIds(query),
    raw: parseRaw(query),
    minTraceDurationNanos: parseDuration(query, 'minTraceDuration'),
    maxTraceDurationNanos: parseDuration(query, 'maxTraceDuration'),
    sort: parseOneOf(query, 'sort', SORTS),
    total: parseOneOf(query, 'total', TOTALS),
    cursor: optional(query.get('cursor')),
  };
  if (params.traceIds.length === 0) requireService(params.service);
  checkLimit(params.limit);
  checkOrder('minDuration', params.minDurationNanos, 'maxDuration', params.maxDurationNanos);
  checkOrder(
    'minTraceDuration',
    params.minTraceDurationNanos,
    'maxTraceDuration',
    params.maxTraceDurationNanos,
  );
  return params;
}

/** Times are hints, and Grafana sends them in milliseconds: they are read, and not used. */
export function parseTraceParams(traceId: string, query: GoQuery): TraceParams {
  const id = parseTraceId(traceId);
  parseMicros(query, 'start');
  parseMicros(query, 'end');
  return { traceId: id, raw: parseRaw(query) };
}

/** `GET /api/operations`. */
export function parseOperationsParams(query: GoQuery): { readonly service: string; readonly kind: string } {
  return { service: requireService(query.get('service')), kind: query.get('spanKind') };
}

/** `GET /api/deep-dependencies`: the Jaeger UI sends 0 for times that are not chosen. */
export function parseDependencyParams(query: GoQuery, nowMs: number): ServiceParams {
  const start = parseMicros(query, 'start');
  const end = parseMicros(query, 'end');
  return {
    service: requireService(query.get('service')),
    operation: optional(query.get('operation')),
    window: windowOf(start === 0n ? undefined : start, end === 0n ? undefined : end, nowMs),
  };
}

/** `GET /api/quality-metrics`. */
export function parseQualityParams(query: GoQuery, nowMs: number): ServiceParams {
  const hours = parseParam(query, 'hours', parseGoInt);
  const service = requireService(query.get('service'));
  const toNanos = BigInt(nowMs) * NANOS_PER_MILLI;
  const lookback = hours === undefined || hours <= 0n ? DEFAULT_LOOKBACK_NANOS : hours * NANOS_PER_HOUR;
  return { service, operation: undefined, window: { fromNanos: toNanos - lookback, toNanos } };
}

/** Any value but none and `false` asks for it. */
export function wantsPretty(query: GoQuery): boolean {
  const value = query.get('prettyPrint');
  return value !== '' && value !== 'false';
}

function parseWindow(query: GoQuery, nowMs: number): Window {
  return windowOf(parseMicros(query, 'start'), parseMicros(query, 'end'), nowMs);
}

/** Both ends belong to it, the last one to its end. */
function windowOf(startMicros: bigint | undefined, endMicros: bigint | undefined, nowMs: number): Window {
  const nowNanos = BigInt(nowMs) * NANOS_PER_MILLI;
  return {
    fromNanos: startMicros === undefined ? nowNanos - DEFAULT_LOOKBACK_NANOS : startMicros * NANOS_PER_MICRO,
    toNanos: endMicros === undefined ? nowNanos : (endMicros + 1n) * NANOS_PER_MICRO,
  };
}

function parseMicros(query: GoQuery, name: string): bigint | undefined {
  return parseParam(query, name, parseGoInt);
}

/** Zero is no bound. */
function parseDuration(query: GoQuery, name: string): bigint | undefined {
  const nanos = parseParam(query, name, parseGoDuration);
  return nanos === 0n ? undefined : nanos;
}

function parseRaw(query: GoQuery): boolean {
  return parseParam(query, 'raw', parseGoBool) ?? false;
}

/** The one parameter whose name Jaeger does not tell. */
function parseLimit(text: string): number {
  return text === '' ? DEFAULT_LIMIT : Number(parseGoInt(text, 32));
}

function checkLimit(limit: number): void {
  if (limit < 1) throw invalid('invalid parameter: limit must be greater than 0', 'limit');
  if (limit > MAX_LIMIT) {
    throw invalid(
      `invalid parameter: limit must not be greater than ${MAX_LIMIT}; ask for the next page with cursor`,
      'limit',
    );
  }
}

function checkOrder(
  minName: string,
  min: bigint | undefined,
  maxName: string,
  max: bigint | undefined,
): void {
  if (min === undefined || max === undefined || min <= max) return;
  throw invalid(`'${maxName}' should be greater than '${minName}'`, maxName);
}

function requireService(service: string): string {
  if (service === '') throw invalid("parameter 'service' is required", 'service');
  return service;
}

function parseTags(query: GoQuery): Readonly<Record<string, string>> {
  const pairs = query.all('tag').map((tag) => {
    const at = tag.indexOf(':');
    if (at === -1) throw invalid(`malformed 'tag' parameter, expecting key:value, received: ${tag}`, 'tag');
    return [tag.slice(0, at), tag.slice(at + 1)] as const;
  });
  const objects = query.all('tags').map((text) =>
    explained(
      'tags',
      (message) => `malformed 'tags' parameter, cannot unmarshal JSON: ${message}`,
      () => parseGoTags(text),
    ),
  );
  return Object.fromEntries([...pairs, ...objects.flatMap((tags) => Object.entries(tags))]);
}

function parseTraceIds(query: GoQuery): readonly TraceId[] {
  const ids = query.all('traceID').map((text) =>
    explained(
      'traceID',
      (message) => `cannot parse traceID param: ${message}`,
      () => parseHexTraceId(text),
    ),
  );
  return [...new Set(ids)];
}

function parseOneOf<T extends string>(query: GoQuery, name: string, values: readonly T[]): T | undefined {
  return parseParam(query, name, (text) => {
    const value = values.find((known) => known === text);
    if (value !== undefined) return value;
    throw invalid(`${goQuote(text)} is none of ${values.join(', ')}`, name);
  });
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function invalid(message: string, field: string): Fault {
  return new Fault('invalid', message, { field });
}
