import { builderTree } from './builder-tree.ts';
import { parseDuration, printDuration } from './duration.ts';
import { parseFilterText } from './filter-text.ts';
import { type Comparison, FIELDS, type FilterTree, type Subject, WORDS } from './filter-tree.ts';
import type { FilterCall, FilterExpression, FilterOp } from './filter.ts';
import type { FilterOperator, KeptQuery } from './query.ts';
import type { SpanSelection } from './span-selection.ts';
import { QueryError, inField } from './query-error.ts';

/** What the builder, or the text in its place, asks of spans. Throws QueryError. */
export function selectSpans(kept: KeptQuery): SpanSelection {
  if (kept.editor === 'text') {
    return inField('text', () => compileSelection(parseFilterText(kept.text ?? '')));
  }
  for (const field of DURATIONS) {
    const text = kept[field]?.trim() ?? '';
    if (text !== '') inField(field, () => parseDuration(text));
  }
  return compileSelection(builderTree(kept));
}

const DURATIONS = ['minDuration', 'maxDuration', 'minTraceDuration', 'maxTraceDuration'] as const;

interface Bounds {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

const UNBOUND: Bounds = { min: undefined, max: undefined };

/** What the server asks apart from the filter, because it is quicker at it, and the filter of all the rest. */
export function compileSelection(tree: FilterTree | undefined): SpanSelection {
  const parts = tree?.kind === 'and' ? tree.of : tree === undefined ? [] : [tree];
  const service = parts.find((part) => isChoiceOf('service', part));
  const operation = parts.find((part) => isChoiceOf('name', part));
  const isBound = (part: FilterTree): boolean =>
    isBoundOf('duration', part) || isBoundOf('traceDuration', part);
  const rest = parts.filter((part) => part !== service && part !== operation && !isBound(part));
  const duration = boundsOf('duration', parts);
  const traceDuration = boundsOf('traceDuration', parts);
  return {
    service: valuesOf(service),
    operation: valuesOf(operation),
    filter: compileFilter(rest),
    minDurationNanos: duration.min,
    maxDurationNanos: duration.max,
    minTraceDurationNanos: traceDuration.min,
    maxTraceDurationNanos: traceDuration.max,
  };
}

function isChoiceOf(field: 'service' | 'name', part: FilterTree): part is Comparison {
  return isAbout(field, part) && (part.operator === '=' || part.operator === 'in');
}

type Duration = 'duration' | 'traceDuration';

function isBoundOf(field: Duration, part: FilterTree): part is Comparison {
  return isAbout(field, part) && ['<', '<=', '>', '>='].includes(part.operator);
}

function isAbout(field: string, part: FilterTree): part is Comparison {
  return part.kind === 'comparison' && 'field' in part.subject && part.subject.field === field;
}

function valuesOf(part: FilterTree | undefined): readonly string[] {
  return part?.kind === 'comparison' ? part.values : [];
}

function boundsOf(field: Duration, parts: readonly FilterTree[]): Bounds {
  return parts.reduce(
    (bounds, part) => (isBoundOf(field, part) ? narrowed(bounds, part, field) : bounds),
    UNBOUND,
  );
}

/** Both bounds belong to what is searched for. */
function narrowed({ min, max }: Bounds, { operator, values }: Comparison, field: Duration): Bounds {
  const nanos = parseDuration(values[0] ?? '');
  if (operator === '>' || operator === '>=') {
    const least = operator === '>' ? nanos + 1n : nanos;
    return { min: min === undefined || least > min ? least : min, max };
  }
  const most = operator === '<' ? nanos - 1n : nanos;
  if (most < 0n) throw new QueryError(`nothing has a ${field} of less than 0`);
  return { min, max: max === undefined || most < max ? most : max };
}

function compileFilter(parts: readonly FilterTree[]): FilterCall | undefined {
  const [only, ...others] = parts.map(compileTree);
  if (only === undefined) return undefined;
  return others.length === 0 ? only : call('and', only, ...others);
}

function compileTree(tree: FilterTree): FilterCall {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return call(tree.kind, ...tree.of.map(compileTree));
    case 'not':
      return call('not', compileTree(tree.of));
    case 'comparison':
      return compileComparison(tree);
  }
}

const PLAIN_OPS = {
  '=': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
  '=~': 'matches',
} as const satisfies Partial<Record<FilterOperator, FilterOp>>;

/** Negations ask for what is there and is otherwise; what is not there is asked for by `not exists` and `not (…)`. */
function compileComparison({ subject, operator, values }: Comparison): FilterCall {
  const reference = compileSubject(subject);
  const read = values.map((value) => readValue(subject, value));
  const exists = op('exists', reference);
  if (operator === 'exists') return exists;
  if (operator === 'not exists') return call('not', exists);
  if (operator === 'in' || operator === 'not in') return compileList(operator, reference, read);
  if (operator !== '!~') return op(PLAIN_OPS[operator], reference, scalar(read));
  const unlike = call('not', op('matches', reference, scalar(read)));
  return 'field' in subject && FIELDS[subject.field].always ? unlike : call('and', exists, unlike);
}

function compileList(
  operator: 'in' | 'not in',
  reference: FilterExpression,
  values: readonly string[],
): FilterCall {
  const [one, several] = operator === 'in' ? (['eq', 'in'] as const) : (['ne', 'not_in'] as const);
  return values.length === 1
    ? op(one, reference, scalar(values))
    : op(several, reference, { list: { values } });
}

function compileSubject(subject: Subject): FilterExpression {
  if (!('field' in subject)) return { attr: subject };
  const { level, name } = FIELDS[subject.field];
  if (level !== undefined) return { field: { name, level } };
  throw new QueryError('traceDuration can only stand beside all the rest, joined by "and"');
}

/** As the server reads it: words in small letters, durations in Go's units. */
function readValue(subject: Subject, value: string): string {
  if (!('field' in subject)) return value;
  const { holds } = FIELDS[subject.field];
  if (holds === 'duration') return printDuration(parseDuration(value));
  const words = WORDS[holds];
  if (words === undefined) return value;
  const word = value.toLowerCase();
  if (words.includes(word)) return word;
  throw new QueryError(`${subject.field} is one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
}

function call(name: FilterOp, ...calls: readonly FilterCall[]): FilterCall {
  return op(name, ...calls.map((inner) => ({ call: inner })));
}

function op(name: FilterOp, ...args: readonly FilterExpression[]): FilterCall {
  return { op: name, args };
}

function scalar(values: readonly string[]): FilterExpression {
  return { scalar: { value: values[0] ?? '' } };
}
