import { z } from 'zod';
import { Fault } from '../../errors/fault.ts';
import type {
  AggregateDimension,
  AggregateQuery,
  AttributeLevel,
  Condition,
  RateDimension,
  RateQuery,
  SearchQuery,
  SpanField,
} from '../../store/trace-store.ts';
import { parseQuestionFilter } from './filter.ts';
import {
  attributeField,
  countField,
  nanosField,
  namesField,
  oneOf,
  parseFields,
  textField,
} from './fields.ts';
import { checkWindow } from './params.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 10_000;
const MAX_COLUMNS = 50;
const MAX_DIMENSIONS = 5;
const MAX_QUANTILES = 10;
const DEFAULT_SERIES = 100;
const MAX_SERIES = 1_000;
/** Of one series: as many as Prometheus answers with. */
const MAX_POINTS = 11_000n;
/** Of all series together: some hundred megabytes of JSON. */
const MAX_ALL_POINTS = 1_000_000n;
const MINUTE_NANOS = 60_000_000_000n;

const DIMENSIONS = ['service', 'operation', 'kind', 'status'] as const;
const DIMENSION_TEXT = `must be one of ${DIMENSIONS.join(', ')}, or an attribute, as in {"key":"http.method"}`;

/** An attribute of a span that is shown beside it. */
export interface Column {
  readonly key: string;
  readonly level: AttributeLevel | undefined;
}

const SELECTION = {
  fromNanos: nanosField,
  toNanos: nanosField,
  services: namesField.optional(),
  operations: namesField.optional(),
  filter: z.unknown().optional(),
  minDurationNanos: nanosField.optional(),
  maxDurationNanos: nanosField.optional(),
};

const PAGE = {
  ...SELECTION,
  minTraceDurationNanos: nanosField.optional(),
  maxTraceDurationNanos: nanosField.optional(),
  limit: countField(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: textField.optional(),
  columns: z
    .array(attributeField, 'must be a list of attributes')
    .max(MAX_COLUMNS, `may have ${MAX_COLUMNS} items at most`)
    .default([]),
};

const SEARCH = z.strictObject(
  { ...PAGE, sort: oneOf(['start', 'duration', 'spans', 'errors']).default('start') },
  'must be an object',
);

const SPANS = z.strictObject(
  {
    ...PAGE,
    sort: oneOf(['start', 'duration']).default('start'),
    with: z.array(oneOf(['events']), 'must be a list').default([]),
  },
  'must be an object',
);

const QUANTILE_TEXT = 'must be a number from 0 to 1';
const RATES = z.strictObject(
  {
    ...SELECTION,
    stepNanos: nanosField.refine((nanos) => nanos > 0n, 'must be more than 0'),
    by: z
      .array(z.union([z.enum(DIMENSIONS), attributeField], DIMENSION_TEXT), 'must be a list of dimensions')
      .max(MAX_DIMENSIONS, `may have ${MAX_DIMENSIONS} items at most`)
      .default([]),
    quantiles: z
      .array(z.number(QUANTILE_TEXT).min(0, QUANTILE_TEXT).max(1, QUANTILE_TEXT), 'must be a list of numbers')
      .max(MAX_QUANTILES, `may have ${MAX_QUANTILES} items at most`)
      .default([]),
    maxSeries: countField(MAX_SERIES).optional(),
  },
  'must be an object',
);

/** What is asked of the store of a page, but for its order. */
export type Selected = Omit<SearchQuery, 'order' | 'limit' | 'cursor'>;

export interface SearchQuestion {
  readonly selected: Selected;
  readonly sort: 'start' | 'duration' | 'spans' | 'errors';
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly columns: readonly Column[];
}

export interface SpansQuestion extends SearchQuestion {
  readonly sort: 'start' | 'duration';
  readonly withEvents: boolean;
}

export interface RatesQuestion {
  readonly query: AggregateQuery;
  /** The same question where the states of whole minutes answer it. */
  readonly byMinutes: RateQuery | undefined;
  /** As they were asked for: under these names the values of a series stand. */
  readonly labels: readonly string[];
}

export function parseSearchQuestion(body: unknown): SearchQuestion {
  return pageOf(parseFields(SEARCH, body, 'the body'));
}

export function parseSpansQuestion(body: unknown): SpansQuestion {
  const question = parseFields(SPANS, body, 'the body');
  return { ...pageOf(question), sort: question.sort, withEvents: question.with.includes('events') };
}

export function parseRatesQuestion(body: unknown): RatesQuestion {
  const question = parseFields(RATES, body, 'the body');
  const by = question.by.map(dimensionOf);
  const labels = question.by.map((dimension) =>
    typeof dimension === 'string' ? dimension : labelOf(dimension),
  );
  const twice = labels.findIndex((label, index) => labels.indexOf(label) !== index);
  if (twice >= 0) {
    throw new Fault('invalid', `by[${twice}] is there already: ${JSON.stringify(labels[twice])}`, {
      field: 'by',
    });
  }
  const { stepNanos, quantiles } = question;
  const maxSeries = checkPoints(question);
  const query = { ...selectedOf(question), stepNanos, by, quantiles, maxSeries };
  return { query, byMinutes: byMinutes(query, question), labels };
}

type PageFields = z.infer<typeof SEARCH> | z.infer<typeof SPANS>;
type SelectionFields = Pick<PageFields, keyof typeof SELECTION>;

function pageOf<Sort extends string>(
  question: PageFields & { readonly sort: Sort },
): Omit<SearchQuestion, 'sort'> & { readonly sort: Sort } {
  const { sort, limit, cursor, columns } = question;
  return {
    selected: {
      ...selectedOf(question),
      ...boundOf(question, 'minTraceDurationNanos'),
      ...boundOf(question, 'maxTraceDurationNanos'),
    },
    sort,
    limit,
    cursor,
    columns: columns.map(({ key, level }) => ({ key, level })),
  };
}

function selectedOf(
  question: SelectionFields,
): Omit<Selected, 'minTraceDurationNanos' | 'maxTraceDurationNanos'> {
  const { fromNanos, toNanos, services = [], operations = [], filter } = question;
  const [service, ...otherServices] = services;
  const [operation, ...otherOperations] = operations;
  const conditions = [
    ...(otherServices.length > 0 ? [anyOf('service', services)] : []),
    ...(otherOperations.length > 0 ? [anyOf('name', operations)] : []),
    ...(filter === undefined ? [] : [parseQuestionFilter(filter)]),
  ];
  return {
    window: checkWindow({ fromNanos, toNanos }, { from: 'fromNanos', to: 'toNanos' }),
    ...(service !== undefined && otherServices.length === 0 ? { service } : {}),
    ...(operation !== undefined && otherOperations.length === 0 ? { operation } : {}),
    ...conditionOf(conditions),
    ...boundOf(question, 'minDurationNanos'),
    ...boundOf(question, 'maxDurationNanos'),
  };
}

function boundOf<Name extends string>(
  question: Readonly<Partial<Record<Name, bigint | undefined>>>,
  name: Name,
): Partial<Record<Name, bigint>> {
  const nanos: bigint | undefined = question[name];
  return nanos === undefined ? {} : ({ [name]: nanos } as Partial<Record<Name, bigint>>);
}

function anyOf(field: SpanField, values: readonly string[]): Condition {
  return { kind: 'or', of: values.map((value) => ({ kind: 'field', field, comparator: '=', value })) };
}

function conditionOf(conditions: readonly Condition[]): { readonly condition?: Condition } {
  if (conditions.length === 0) return {};
  return { condition: conditions.length === 1 ? conditions[0]! : { kind: 'and', of: conditions } };
}

type DimensionField = z.infer<typeof RATES>['by'][number];

function dimensionOf(dimension: DimensionField): AggregateDimension {
  if (typeof dimension === 'string') return { kind: 'field', field: dimension };
  const { key, level } = dimension;
  return { kind: 'attribute', key, ...(level === undefined ? {} : { level }) };
}

function labelOf({ key, level }: Exclude<DimensionField, string>): string {
  return level === undefined ? key : `${level}.${key}`;
}

/** How many series there may be, where it is not said: as many as do not make too many points. */
function checkPoints({ fromNanos, toNanos, stepNanos, maxSeries }: z.infer<typeof RATES>): number {
  const points = (toNanos - 1n) / stepNanos - fromNanos / stepNanos + 1n;
  if (points > MAX_POINTS) {
    throw new Fault(
      'invalid',
      `stepNanos makes ${points} points of this time, more than the ${MAX_POINTS} allowed`,
      {
        field: 'stepNanos',
      },
    );
  }
  const most = Number(MAX_ALL_POINTS / points);
  if (maxSeries === undefined) return Math.min(DEFAULT_SERIES, most);
  if (maxSeries <= most) return maxSeries;
  throw new Fault(
    'invalid',
    `maxSeries of ${maxSeries} with ${points} points each is more than ${MAX_ALL_POINTS} points: ask for fewer series or a longer stepNanos`,
    { field: 'maxSeries' },
  );
}

/** Nothing may be asked that the states of minutes do not know. */
function byMinutes(
  query: AggregateQuery,
  { services = [], operations = [], filter }: z.infer<typeof RATES>,
): RateQuery | undefined {
  const { window, stepNanos, by, quantiles, minDurationNanos, maxDurationNanos } = query;
  const dimensions = by.map((dimension) => (dimension.kind === 'field' ? dimension.field : 'other'));
  const isOfSpans =
    filter !== undefined ||
    operations.length > 1 ||
    minDurationNanos !== undefined ||
    maxDurationNanos !== undefined ||
    stepNanos % MINUTE_NANOS !== 0n ||
    !dimensions.every(isRateDimension);
  if (isOfSpans) return undefined;
  return {
    window,
    stepNanos,
    by: dimensions,
    quantiles,
    ...(services.length === 0 ? {} : { services }),
    ...(operations.length === 0 ? {} : { operation: operations[0]! }),
  };
}

function isRateDimension(name: string): name is RateDimension {
  return name === 'service' || name === 'operation' || name === 'kind';
}
