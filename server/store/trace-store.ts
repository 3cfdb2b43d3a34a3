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

  /** Summaries of traces, in the order of the ids given; unknown ids are left out. */
  summaries(
    space: Space,
    traceIds: readonly TraceId[],
    hint: Partial<Window>,
    call: Call,
  ): Promise<readonly TraceSummary[]>;

  /** Calls, errors and latency quantiles over steps, by the dimensions asked for. Steps without calls are left out. */
  rates(space: Space, query: RateQuery, call: Call): Promise<readonly RateSeries[]>;

  /** Which service called which, how often and how well, over a window of closed minutes. */
  dependencies(space: Space, window: Window, call: Call): Promise<readonly Dependency[]>;

  /** Attribute keys seen in the space, sorted, for completion. */
  attributeKeys(space: Space, query: AttributeKeyQuery, call: Call): Promise<Listed<AttributeKey>>;

  /** Values of one attribute, most frequent first, from a bounded sample of recent spans. */
  attributeValues(space: Space, query: AttributeValueQuery, call: Call): Promise<readonly AttributeCount[]>;

  /** Removes a trace from every table, list and state; resolves when reads no longer find it. */
  deleteTrace(space: Space, traceId: TraceId, call: Call): Promise<void>;

  /** Removes a space with all that it holds; resolves when reads no longer find it. */
  deleteSpace(space: Space, call: Call): Promise<void>;

  /** Every space that holds spans. The one method that looks across spaces: edges MUST filter by who asks. */
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

/**
 * What must hold of one span. Every leaf of a condition is about the same span (with its resource and scope).
 * - `attribute` compares as text; the four orderings compare as numbers and never match text that is no number.
 * - `!=`, `not-regex` and `not-exists` hold for spans that lack the attribute.
 * - `regex` is RE2 and anchored at both ends.
 * - Without a level any level will do (and for negations: none may match).
 */
export type Condition =
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'attribute';
      readonly key: string;
      readonly level?: AttributeLevel;
      readonly comparator: Comparator;
      /** Absent for exists and not-exists. */
      readonly value?: string;
    }
  | {
      readonly kind: 'field';
      readonly field: SpanField;
      readonly comparator: Comparator;
      readonly value?: string;
    };

/** What a span has beside attributes. `duration` compares in nanoseconds; `kind` and `status` by their names. */
export type SpanField =
  | 'service'
  | 'name'
  | 'kind'
  | 'status'
  | 'status-message'
  | 'trace-state'
  | 'scope-name'
  | 'scope-version'
  | 'event-name'
  | 'duration'
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

export interface TraceSummary {
  readonly traceId: TraceId;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
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
  readonly services?: readonly string[];
  readonly operation?: string;
  readonly kinds?: readonly SpanKind[];
  readonly by: readonly RateDimension[];
  /** Each between 0 and 1. */
  readonly quantiles: readonly number[];
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
}

export interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly calls: number;
  readonly errors: number;
  /** Of the called spans, in nanoseconds. */
  readonly p50Nanos: number;
  readonly p95Nanos: number;
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
