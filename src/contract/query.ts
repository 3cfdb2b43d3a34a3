/**
 * The JSON of a query, as dashboards, alert rules and links into Explore keep it. It is a superset of what Grafana's own
 * Jaeger data source keeps, so that a dashboard made for that one works after a change of data source.
 *
 * A field never changes its meaning and is never taken away; where one must, the version is raised and the older form
 * is still read.
 */
export const QUERY_VERSION = 1;

export const QUERY_TYPES = [
  'search',
  'trace',
  'metrics',
  'dependencyGraph',
  'services',
  'operations',
  'attributeKeys',
  'attributeValues',
  'logs',
  'sql',
] as const;
export type QueryType = (typeof QUERY_TYPES)[number];

export const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '=~',
  '!~',
  'in',
  'not in',
  'exists',
  'not exists',
] as const;
export type FilterOperator = (typeof OPERATORS)[number];

export const LEVELS = ['resource', 'scope', 'span', 'event', 'link'] as const;
export type Level = (typeof LEVELS)[number];

/** One row of the builder. Without a level the attribute may stand on the span or on its resource. */
export interface AttributeFilter {
  readonly key: string;
  readonly level?: Level;
  readonly operator: FilterOperator;
  /** One for most operators, any number for `in` and `not in`, none for `exists`. May hold variables. */
  readonly values: readonly string[];
}

export const SORTS = ['start', 'duration', 'spans', 'errors'] as const;
export type Sort = (typeof SORTS)[number];

export const METRICS = ['rate', 'count', 'errors', 'errorRate', 'duration'] as const;
/** Spans a second; spans; failed spans; failed of all, 0 to 1; quantiles of durations in milliseconds. */
export type Metric = (typeof METRICS)[number];

/** What is kept. Everything is optional: whatever is missing has its default, and unknown fields are left alone. */
export interface KeptQuery {
  readonly refId?: string;
  readonly version?: number;
  /** Missing or unknown with an id in `query`: a trace by its id, as Grafana's core expects. */
  readonly queryType?: string;
  /** The trace's id; of `logs` too, where it stands for all the rest. */
  readonly query?: string;

  readonly service?: string;
  readonly operation?: string;
  /** logfmt, as in Grafana's own Jaeger data source: `http.status_code=200 error=true`. */
  readonly tags?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly filters?: readonly AttributeFilter[];
  /** `builder` unless `text`, where `text` stands for everything that the builder's fields say. */
  readonly editor?: 'builder' | 'text';
  readonly text?: string;
  /** Of the matching span: `1.2s`, `100ms`, `500us`. */
  readonly minDuration?: string;
  readonly maxDuration?: string;
  /** Of the whole trace. */
  readonly minTraceDuration?: string;
  readonly maxTraceDuration?: string;
  readonly limit?: number | string;
  readonly sort?: string;
  /** Rows of a search: traces, or the matching spans themselves. */
  readonly rows?: 'traces' | 'spans';
  /** Attributes that a search shows in columns of their own: `key`, or `level.key`. */
  readonly columns?: readonly string[];

  readonly metric?: string;
  /** Each between 0 and 1. */
  readonly quantiles?: readonly number[];
  /** `service`, `operation`, `kind`, `status`, or an attribute: `key`, or `level.key`. */
  readonly by?: readonly string[];
  /** Go duration; the panel's interval where it is missing. */
  readonly step?: string;

  /** Whose values are asked for: `key`, or `level.key`. Not called `key`, which Explore sets on every query for itself. */
  readonly attribute?: string;
  readonly prefix?: string;

  /** Of `logs`: how many spans have events over time, by level, instead of the events. */
  readonly volume?: boolean;

  readonly sql?: string;
}
