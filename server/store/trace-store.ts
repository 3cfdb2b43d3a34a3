import type { Space } from '../space/space.ts';
import type { Span, SpanKind, TraceId } from '../span/span.ts';

/**
 * The port between Spanhouse's edges and whatever stores spans.
 *
 * Rules for every method:
 * - It MUST see the spans of the given space alone, whatever ids other spaces hold.
 * - It MUST honour the call's deadline and signal: reject with Fault `too-slow` or `cancelled` in good time,
 *   and give back what it holds in the engine.
 * - Nothing found is an empty result, never an error and never undefined.
 * - Returned objects belong to the caller, but resources and scopes are shared between spans: nobody mutates them.
 * - A window is half open: `fromNanos <= start < toNanos`.
 * - The same span stored twice (a sender's retry) is returned once: same ids, start, duration, kind and name.
 * - It MUST NOT throw anything but a Fault.
 */
export interface TraceStore {
  /**
   * Stores spans, for importers, archives and tests: resolves when they are durable and MUST NOT resolve before.
   * They become visible to reads soon after, in the order of writing.
   */
  write(space: Space, spans: readonly Span[], call: Call): Promise<void>;

  /** Names of services, sorted. `cut` says that the space has more than its limit and the rest is not listed. */
  services(space: Space, call: Call): Promise<Listed<string>>;

  /** Operations, sorted by service, name, kind; of one service, of one kind, or of all. */
  operations(space: Space, query: OperationQuery, call: Call): Promise<Listed<Operation>>;

  /**
   * One trace in chunks, ordered by start. `hint` narrows where to look and MUST NOT hide spans of the trace that
   * lie outside: it is a guess by the caller. A trace of any size MUST NOT be held in memory whole.
   */
  trace(space: Space, traceId: TraceId, hint: Partial<Window>, call: Call): AsyncIterable<readonly Span[]>;

  /** Many traces: the spans of one trace come together; traces come in any order; unknown ids are left out. */
  traces(
    space: Space,
    traceIds: readonly TraceId[],
    hint: Partial<Window>,
    call: Call,
  ): AsyncIterable<readonly Span[]>;

  /**
   * Ids of traces that have a span for which all of the query holds, in the order asked for. MUST return the newest
   * (or longest) `limit` that exist, never any `limit`. Ties are broken by trace id, so a cursor loses and repeats nothing.
   */
  search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult>;

  /** How many traces have a span for which all of the query holds. Exact, however many there are. */
  count(space: Space, query: CountQuery, call: Call): Promise<number>;

  /**
   * Whole spans for which all of the query holds, in the order asked for: the newest (or longest) `limit` that exist, never
   * any `limit`. Ties are broken by trace id and span id, so a cursor loses and repeats nothing.
   */
  spans(space: Space, query: SearchQuery, call: Call): Promise<FoundSpans>;

  /**
   * The spans by which the traces of a search were ranked, whole and in the order of the traces; where several match that
   * begin and last alike, any of them. Traces that are gone by now are left out.
   */
  rankedSpans(
    space: Space,
    query: SearchQuery,
    traces: readonly FoundTrace[],
    call: Call,
  ): Promise<readonly Span[]>;

  /** Summaries of traces, in the order of the ids given; unknown ids are left out. */
  summaries(
    space: Space,
    traceIds: readonly TraceId[],
    hint: Partial<Window>,
    call: Call,
  ): Promise<readonly TraceSummary[]>;

  /** Calls, errors and latency quantiles over steps, by the dimensions asked for. Points without calls are left out. */
  rates(space: Space, query: RateQuery, call: Call): Promise<readonly RateSeries[]>;

  /**
   * Calls, errors and duration quantiles of the spans for which the query holds, over steps of any length, read from the
   * spans themselves. A span that was stored twice counts twice, as in `rates`. Of more than `maxSeries` series the most
   * frequent MUST be returned, and `cut` says so. Points without calls are left out.
   */
  aggregate(space: Space, query: AggregateQuery, call: Call): Promise<Aggregate>;

  /**
   * Which service called which, how often and how well, over the minutes that the window touches. A call belongs to the
   * minute in which the called span began. The minute under way, and those that have just ended, MUST be counted too,
   * with the spans that have come so far; none MUST be counted twice while it is being closed. When closing is far behind,
   * the minutes in between MAY be missing until they are closed; of a flood of spans in open minutes a sample of traces
   * MAY stand for all.
   */
  dependencies(space: Space, query: DependencyQuery, call: Call): Promise<readonly Dependency[]>;

  /** Attribute keys seen in the space, sorted, for completion. */
  attributeKeys(space: Space, query: AttributeKeyQuery, call: Call): Promise<Listed<AttributeKey>>;

  /** Values of one attribute, most frequent first, from a bounded sample of recent spans. */
  attributeValues(space: Space, query: AttributeValueQuery, call: Call): Promise<readonly AttributeCount[]>;

  /** Removes a trace from every table, list and state, and from the space's archive; resolves when reads no longer find it. */
  deleteTrace(space: Space, traceId: TraceId, call: Call): Promise<void>;

  /** Removes a space with all that it holds, and its archive; resolves when reads no longer find either. */
  deleteSpace(space: Space, call: Call): Promise<void>;

  /**
   * Every space that holds spans, archives aside: they MUST NOT be listed. The one method that looks across spaces: edges
   * MUST filter by who asks.
   */
  spaces(call: Call): Promise<readonly SpaceSummary[]>;
}

/** How long a caller waits, and how it says that it no longer does. */
export interface Call {
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface Window {
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly cut: boolean;
}

export interface OperationQuery {
  readonly service?: string;
  readonly kind?: SpanKind;
}

export interface Operation {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
}

export type AttributeLevel = 'resource' | 'scope' | 'span' | 'event' | 'link';

export type Comparator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'regex' | 'not-regex' | 'exists' | 'not-exists';

/** How a value was sent: for leaves that mean values of one type alone. */
export type ValueType = 'string' | 'int' | 'double' | 'bool';

/**
 * What must hold of one span. Every leaf of a condition is about the same span (with its resource and scope).
 * - `attribute` compares as text; the four orderings compare as numbers and never match text that is no number. With a
 *   type only values that were sent as that type count, and strings are ordered as text, by code point.
 * - `!=`, `not-regex` and `not-exists` hold for spans that lack the attribute.
 * - `regex` is RE2 and anchored at both ends.
 * - Without a level any level will do (and for negations: none may match).
 * - `some` holds for a span with one event (or link) for which all leaves of that level hold at once; leaves of other
 *   levels are about the span as ever. It MUST NOT stand inside another of its level.
 * - `compared` holds if a value of the one operand and a value of the other do so; with `!=`, if both have values and none
 *   of the one equals one of the other. It never holds where either has none. Two attributes compare as numbers where both
 *   are numbers and as text otherwise; a time or a duration compares with numbers alone, and any other field as text.
 */
export type Condition =
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'some'; readonly level: NestedLevel; readonly of: Condition }
  | {
      readonly kind: 'attribute';
      readonly key: string;
      readonly level?: AttributeLevel;
      readonly type?: ValueType;
      readonly comparator: Comparator;
      /** Absent for exists and not-exists. */
      readonly value?: string;
    }
  | {
      readonly kind: 'field';
      readonly field: SpanField;
      readonly comparator: Comparator;
      readonly value?: string;
    }
  | {
      readonly kind: 'compared';
      readonly left: Operand;
      readonly comparator: Exclude<Comparator, 'regex' | 'not-regex' | 'exists' | 'not-exists'>;
      readonly right: Operand;
    };

/** What a span has a value of, or several, without saying what is asked of it. */
export type Operand =
  | { readonly kind: 'attribute'; readonly key: string; readonly level?: AttributeLevel }
  | { readonly kind: 'field'; readonly field: SpanField };

/** Levels of which a span has many. */
export type NestedLevel = 'event' | 'link';

/**
 * What a span has beside attributes. Times compare in nanoseconds since 1970, durations in nanoseconds, `kind` and
 * `status` by their names, ids in lower-case hex; the rest is text and is ordered as text. Of events and links, any will
 * do, and for negations none may match; inside `some` it is the one that is meant.
 */
export type SpanField =
  | 'service'
  | 'name'
  | 'kind'
  | 'status'
  | 'status-message'
  | 'trace-state'
  | 'resource-schema-url'
  | 'scope-name'
  | 'scope-version'
  | 'scope-schema-url'
  | 'event-name'
  | 'event-time'
  | 'event-time-since-start'
  | 'link-trace-id'
  | 'link-span-id'
  | 'link-trace-state'
  | 'start'
  | 'end'
  | 'duration'
  | 'trace-id'
  | 'span-id'
  | 'parent-span-id';

export interface SearchQuery {
  readonly window: Window;
  readonly service?: string;
  readonly operation?: string;
  readonly condition?: Condition;
  /** Of the matching span. */
  readonly minDurationNanos?: bigint;
  readonly maxDurationNanos?: bigint;
  /** Of the whole trace: latest end less earliest start. */
  readonly minTraceDurationNanos?: bigint;
  readonly maxTraceDurationNanos?: bigint;
  /** `newest`: by the start of the newest matching span; `longest`: by the duration of the longest matching span. */
  readonly order: 'newest' | 'longest';
  readonly limit: number;
  /** From an earlier result of the same query. */
  readonly cursor?: string;
}

/** A search without an order and an end. */
export type CountQuery = Omit<SearchQuery, 'order' | 'limit' | 'cursor'>;

export interface SearchResult {
  readonly traces: readonly FoundTrace[];
  /** Absent when there are no more. */
  readonly cursor?: string;
}

export interface FoundTrace {
  readonly traceId: TraceId;
  /** Of the matching span by which the trace was ranked. */
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
}

export interface FoundSpans {
  readonly spans: readonly Span[];
  /** Absent when there are no more. */
  readonly cursor?: string;
}

export interface TraceSummary {
  readonly traceId: TraceId;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Spans whose parent is not in the trace. */
  readonly orphanCount: number;
  /** Service and name of the root, or of the earliest span where the root is not there. */
  readonly rootService: string;
  readonly rootName: string;
  readonly hasRoot: boolean;
  readonly services: readonly {
    readonly service: string;
    readonly spanCount: number;
    readonly errorCount: number;
  }[];
}

export type RateDimension = 'service' | 'operation' | 'kind';

export interface RateQuery {
  readonly window: Window;
  /** A whole number of minutes; steps start at multiples of it since 1970. */
  readonly stepNanos: bigint;
  /**
   * Each point then tells of so long before its end, also before the window, and not of its step: of the minutes that this
   * time touches. A point ends with its step, the last one with the window. A whole number of minutes.
   */
  readonly overNanos?: bigint;
  readonly services?: readonly string[];
  readonly operation?: string;
  readonly kinds?: readonly SpanKind[];
  readonly by: readonly RateDimension[];
  /** Each between 0 and 1. */
  readonly quantiles: readonly number[];
  /** Ascending. Asks for the spread of durations at these bounds. */
  readonly boundsNanos?: readonly number[];
}

/**
 * By what spans are told apart. An attribute counts with the first of its values, and without a level with that of the span,
 * or else of its resource; what is not there counts as empty text.
 */
export type AggregateDimension =
  | { readonly kind: 'field'; readonly field: 'service' | 'operation' | 'kind' | 'status' }
  | { readonly kind: 'attribute'; readonly key: string; readonly level?: AttributeLevel };

export interface AggregateQuery {
  readonly window: Window;
  /** Steps start at multiples of it since 1970. */
  readonly stepNanos: bigint;
  readonly service?: string;
  readonly operation?: string;
  readonly condition?: Condition;
  readonly minDurationNanos?: bigint;
  readonly maxDurationNanos?: bigint;
  readonly by: readonly AggregateDimension[];
  /** Each between 0 and 1. */
  readonly quantiles: readonly number[];
  readonly maxSeries: number;
}

export interface Aggregate {
  /** The most frequent first; ties are broken by their values. */
  readonly series: readonly AggregateSeries[];
  readonly cut: boolean;
}

export interface AggregateSeries {
  /** In the order of the query's dimensions. */
  readonly values: readonly string[];
  readonly points: readonly Omit<RatePoint, 'spread'>[];
}

export interface DependencyQuery extends Window {
  /** As in RateQuery. Of closed minutes alone: what has been told is never taken back. */
  readonly boundsNanos?: readonly number[];
}

/** How durations are spread. Everything in it MUST only grow as spans come. */
export interface DurationSpread {
  /** Calls that took at most each bound of the query; one within a percent of a bound may count on either side. */
  readonly atMost: readonly number[];
  /** Of all durations, within one percent. */
  readonly sumNanos: bigint;
}

export interface RateSeries {
  readonly service?: string;
  readonly operation?: string;
  readonly kind?: SpanKind;
  readonly points: readonly RatePoint[];
}

export interface RatePoint {
  readonly fromNanos: bigint;
  readonly calls: number;
  readonly errors: number;
  /** In the order of the query's quantiles, in nanoseconds; within one percent. */
  readonly durationNanos: readonly number[];
  /** Where it was asked for, and the store has it without reading every span. */
  readonly spread?: DurationSpread;
}

export interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly calls: number;
  readonly errors: number;
  /** Of the called spans, in nanoseconds. */
  readonly p50Nanos: number;
  readonly p95Nanos: number;
  /** Where it was asked for. */
  readonly spread?: DurationSpread;
}

export interface AttributeKeyQuery {
  readonly level?: AttributeLevel;
  readonly prefix?: string;
  readonly limit: number;
}

export interface AttributeKey {
  readonly key: string;
  readonly level: AttributeLevel;
}

export interface AttributeValueQuery {
  readonly key: string;
  readonly level?: AttributeLevel;
  readonly window: Window;
  readonly service?: string;
  readonly prefix?: string;
  readonly limit: number;
}

export interface AttributeCount {
  readonly value: string;
  readonly count: number;
}

export interface SpaceSummary {
  readonly space: Space;
  readonly spanCount: number;
  readonly firstStartNanos: bigint;
  readonly lastStartNanos: bigint;
}
