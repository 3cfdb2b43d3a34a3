import type { AttributeRef } from '../../../../src/contract/attribute-ref.ts';
import type { SearchQuery } from '../../../../src/contract/parse-query.ts';
import type { Sort } from '../../../../src/contract/query.ts';
import type { SpanSelection } from '../../../../src/contract/span-selection.ts';
import { type ServerKind, UpstreamError } from '../../instance/upstream.ts';
import { executedGet } from '../executed.ts';
import { jaegerSearch } from '../jaeger-search.ts';
import type { QueryContext } from '../query-handler.ts';
import { decodeAnswer } from '../read-answer.ts';
import { decodeJaeger } from '../trace/decode-jaeger.ts';
import { decodeOtlp } from '../trace/decode-otlp.ts';
import { growTree, traceNanos } from '../trace/span-tree.ts';
import type { Tag, TraceSpan } from '../trace/trace-span.ts';
import type { Window } from '../window.ts';
import type { Found, FoundTrace } from './found.ts';

type Jaeger = Exclude<ServerKind, 'spanhouse'>;

/** A plain Jaeger answers with whole traces; what the table needs is made of them here. */
export async function askJaeger(
  server: Jaeger,
  { selection, sort, columns }: Pick<SearchQuery, 'selection' | 'sort' | 'columns'>,
  window: Window,
  limit: number,
  { upstream, signal }: QueryContext,
): Promise<Found<FoundTrace>> {
  const { path, params } = jaegerSearch(server, selection, window, limit);
  const answers = await Promise.all(
    params.map(async (one) => {
      const answer = await foundOrNothing(upstream.getJson(path, one, signal));
      return decodeAnswer(path, answer, (json) => tracesOf(server, json));
    }),
  );
  const traces = new Map(answers.flat().map((spans) => [spans[0]!.traceId, spans]));
  const rows = [...traces.values()].map((spans) => summarize(spans, selection, columns)).sort(ORDERS[sort]);
  return {
    rows: rows.slice(0, limit),
    // It does not say; as many as were asked for are hardly all.
    more: answers.some((found) => found.length >= limit) || rows.length > limit,
    executed: params.map((one) => executedGet(path, one)).join('\n'),
    ...(sort === 'start' ? {} : { ranked: rows.length }),
  };
}

/** The second generation answers a search that finds nothing as it does a trace that is not there. */
async function foundOrNothing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof UpstreamError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

function tracesOf(server: Jaeger, answer: unknown): readonly (readonly TraceSpan[])[] {
  if (answer === undefined) return [];
  if (server === 'jaeger-first') return decodeJaeger(answer);
  const traces = new Map<string, TraceSpan[]>();
  for (const span of decodeOtlp(answer)) {
    const spans = traces.get(span.traceId);
    if (spans === undefined) traces.set(span.traceId, [span]);
    else spans.push(span);
  }
  return [...traces.values()];
}

function summarize(
  given: readonly TraceSpan[],
  selection: SpanSelection,
  columns: readonly AttributeRef[],
): FoundTrace {
  const { spans } = growTree(given);
  const root = spans[0]!;
  const span = spans.find((candidate) => mayMatch(candidate, selection)) ?? root;
  return {
    traceId: root.traceId,
    startNanos: spans.reduce(
      (least, { startNanos }) => (startNanos < least ? startNanos : least),
      root.startNanos,
    ),
    durationNanos: traceNanos(spans),
    spanCount: spans.length,
    errorCount: spans.filter(({ statusCode }) => statusCode === 2).length,
    rootService: root.service,
    rootName: root.operation,
    service: span.service,
    name: span.operation,
    columns: columns.map((column) => columnOf(span, column)),
  };
}

/** Which span matched it does not say: the first of which nothing speaks against it. */
function mayMatch({ service, operation, durationNanos }: TraceSpan, selection: SpanSelection): boolean {
  const { minDurationNanos: min, maxDurationNanos: max } = selection;
  return (
    (selection.service.length === 0 || selection.service.includes(service)) &&
    (selection.operation.length === 0 || selection.operation.includes(operation)) &&
    (min === undefined || durationNanos >= min) &&
    (max === undefined || durationNanos <= max)
  );
}

function columnOf({ tags, serviceTags }: TraceSpan, { key, level }: AttributeRef): string | null {
  const places: Readonly<Record<string, readonly Tag[]>> = { span: tags, resource: serviceTags };
  const searched = level === undefined ? [...tags, ...serviceTags] : (places[level] ?? []);
  const value = searched.find((tag) => tag.key === key)?.value;
  return value === undefined ? null : String(value);
}

type Order = (one: FoundTrace, other: FoundTrace) => number;

const ORDERS: Readonly<Record<Sort, Order>> = {
  start: (one, other) => descending(one.startNanos, other.startNanos),
  duration: (one, other) => descending(one.durationNanos, other.durationNanos),
  spans: (one, other) => other.spanCount - one.spanCount,
  errors: (one, other) => other.errorCount - one.errorCount,
};

function descending(one: bigint, other: bigint): number {
  return one > other ? -1 : Number(one < other);
}
