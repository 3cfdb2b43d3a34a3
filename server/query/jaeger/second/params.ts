import { Fault } from '../../../errors/fault.ts';
import { SPAN_KINDS, type SpanKind, type TraceId } from '../../../span/span.ts';
import type { Condition, OperationQuery, Window } from '../../../store/trace-store.ts';
import { parseGoTags } from '../go-json-tags.ts';
import { parseGoBool, parseGoDuration, parseGoInt } from '../../go/go-params.ts';
import type { GoQuery } from '../go-query.ts';
import { parseTraceId } from '../trace-id-param.ts';
import { compileFilter } from '../../filter/compile-filter.ts';
import { parseFilter } from '../../filter/parse-filter.ts';
import { parseGoTime, restorePlus } from '../../go/go-time.ts';

/** What a search asks for. Bounds that are not asked for are undefined. */
export interface SearchParams {
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Stands for all that may be asked of a span: then the others are not there. */
  readonly filter: Condition | undefined;
  readonly window: Window;
  readonly limit: number;
  readonly minDurationNanos: bigint | undefined;
  readonly maxDurationNanos: bigint | undefined;
  readonly raw: boolean;
}

export interface TraceParams {
  readonly traceId: TraceId;
  readonly raw: boolean;
}

const DEFAULT_DEPTH = 100;
/** The Jaeger UI goes up to 1500. */
const MAX_DEPTH = 10_000;

/** A parameter's names, the canonical one first. */
type Names = readonly [canonical: string, ...aliases: readonly string[]];

const SERVICE: Names = ['query.serviceName', 'query.service_name'];
const OPERATION: Names = ['query.operationName', 'query.operation_name'];
const ATTRIBUTES: Names = ['query.attributes'];
const FILTER: Names = ['query.filter'];
const TIME_MIN: Names = ['query.startTimeMin', 'query.start_time_min'];
const TIME_MAX: Names = ['query.startTimeMax', 'query.start_time_max'];
const DEPTH: Names = ['query.searchDepth', 'query.search_depth', 'query.num_traces'];
const DURATION_MIN: Names = ['query.durationMin', 'query.duration_min'];
const DURATION_MAX: Names = ['query.durationMax', 'query.duration_max'];
const QUERY_RAW: Names = ['query.rawTraces', 'query.raw_traces'];
const START_TIME: Names = ['startTime', 'start_time'];
const END_TIME: Names = ['endTime', 'end_time'];
const RAW: Names = ['rawTraces', 'raw_traces'];
const SPAN_KIND: Names = ['spanKind', 'span_kind'];

/** What the filter says in its own way. */
const COVERED = [SERVICE, OPERATION, ATTRIBUTES, DURATION_MIN, DURATION_MAX];

/** In Jaeger's order, so that of several mistakes the same one is told. */
export function parseSearchParams(query: GoQuery): SearchParams {
  const params = {
    service: optional(valueOf(query, SERVICE)),
    operation: optional(valueOf(query, OPERATION)),
    tags: parsed(query, ATTRIBUTES, parseGoTags) ?? {},
    filter: parsed(query, FILTER, (text) => compileFilter(parseFilter(text))),
    window: parseWindow(query),
    limit: parsed(query, DEPTH, parseDepth) ?? DEFAULT_DEPTH,
    minDurationNanos: parseBound(query, DURATION_MIN),
    maxDurationNanos: parseBound(query, DURATION_MAX),
    raw: parsed(query, QUERY_RAW, parseGoBool) ?? false,
  };
  if (params.filter !== undefined) refuseCovered(query, params);
  return params;
}

/** Times are hints that nothing is made of, but they must be times. */
export function parseTraceParams(traceId: string, query: GoQuery): TraceParams {
  const id = named('trace_id', () => parseTraceId(traceId));
  parsed(query, START_TIME, parseTime);
  parsed(query, END_TIME, parseTime);
  return { traceId: id, raw: parsed(query, RAW, parseGoBool) ?? false };
}

/** Of a service, which Jaeger does not insist on; of those kinds that are shown under the name asked for. */
export interface OperationsParams {
  readonly service: string;
  readonly kinds: readonly OperationQuery['kind'][];
}

export function parseOperationsParams(query: GoQuery): OperationsParams {
  return { service: query.get('service'), kinds: kindsShownAs(valueOf(query, SPAN_KIND)) };
}

function kindsShownAs(name: string): OperationsParams['kinds'] {
  return name === '' ? [undefined] : SPAN_KINDS.filter((kind) => shownKind(kind) === name);
}

/** A span of no kind counts as internal. */
export function shownKind(kind: SpanKind): string {
  return kind === 'unspecified' ? 'internal' : kind;
}

/** Both ends belong to it. */
function parseWindow(query: GoQuery): Window {
  if (valueOf(query, TIME_MIN) === '' || valueOf(query, TIME_MAX) === '') {
    throw invalid(`${TIME_MIN[0]} and ${TIME_MAX[0]} are required`, TIME_MIN[0]);
  }
  const min = parsed(query, TIME_MIN, parseTime)!;
  const max = parsed(query, TIME_MAX, parseTime)!;
  if (min >= max) throw invalid(`${TIME_MIN[0]} must be before ${TIME_MAX[0]}`, TIME_MIN[0]);
  return { fromNanos: min, toNanos: max + 1n };
}

function parseTime(text: string): bigint {
  return parseGoTime(restorePlus(text));
}

/** Zero is no bound. */
function parseBound(query: GoQuery, names: Names): bigint | undefined {
  const nanos = parsed(query, names, parseGoDuration);
  return nanos === 0n ? undefined : nanos;
}

/** None, or less, asks for the default. */
function parseDepth(text: string): number {
  const depth = parseGoAtoi(text);
  if (depth > MAX_DEPTH)
    throw invalid(`${depth} is more than ${MAX_DEPTH}, the most traces that are searched for`);
  return depth < 1 ? DEFAULT_DEPTH : Number(depth);
}

/** `strconv.Atoi`, which says the same under its own name. */
function parseGoAtoi(text: string): bigint {
  return explained(
    (message) => message.replace('strconv.ParseInt', 'strconv.Atoi'),
    () => parseGoInt(text),
  );
}

function refuseCovered(query: GoQuery, params: SearchParams): void {
  const given: Record<string, boolean> = {
    [SERVICE[0]]: params.service !== undefined,
    [OPERATION[0]]: params.operation !== undefined,
    [ATTRIBUTES[0]]: Object.keys(params.tags).length > 0,
    [DURATION_MIN[0]]: params.minDurationNanos !== undefined,
    [DURATION_MAX[0]]: params.maxDurationNanos !== undefined,
  };
  const other = COVERED.find(([name]) => given[name] === true);
  if (other === undefined) return;
  const { name } = valueAndName(query, other);
  throw invalid(`query.filter cannot be combined with ${name}: say it in the filter`, name);
}

/** The first name under which there is a value; else the last one, as Jaeger has it. */
function valueAndName(query: GoQuery, names: Names): { readonly name: string; readonly value: string } {
  const name = names.find((known) => query.get(known) !== '') ?? names.at(-1)!;
  return { name, value: query.get(name) };
}

function valueOf(query: GoQuery, names: Names): string {
  return valueAndName(query, names).value;
}

/** Undefined where the parameter is empty. */
function parsed<T>(query: GoQuery, names: Names, parse: (text: string) => T): T | undefined {
  const { name, value } = valueAndName(query, names);
  return value === '' ? undefined : named(name, () => parse(value));
}

/** A refusal under the name that was used. */
function named<T>(name: string, parse: () => T): T {
  return explained((message) => `malformed parameter ${name}: ${message}`, parse, name);
}

function explained<T>(explain: (message: string) => string, parse: () => T, field?: string): T {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
    throw invalid(explain(thrown.message), field);
  }
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function invalid(message: string, field?: string): Fault {
  return new Fault('invalid', message, field === undefined ? {} : { field });
}
