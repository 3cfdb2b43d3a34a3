import type { Space } from '../../space/space.ts';
import type { Span, TraceId } from '../../span/span.ts';
import type { Call, FoundTrace, SearchQuery, TraceStore, TraceSummary } from '../../store/trace-store.ts';
import { type RankedPage, rankTraces } from '../rank-traces.ts';
import { namingFilter } from './filter.ts';
import type { SearchQuestion, SpansQuestion } from './questions.ts';

type FindStore = Pick<TraceStore, 'search' | 'spans' | 'summaries' | 'rankedSpans'>;

/** A trace that was found, and the span by which it was ranked. */
export interface FoundRow {
  readonly summary: TraceSummary;
  readonly span: Span;
}

export interface FoundPage {
  /** In the order asked for; read as they are taken. */
  readonly rows: AsyncIterable<readonly FoundRow[]>;
  /** Absent when there are no more. */
  readonly cursor: string | undefined;
  /** Among how many of the newest they were ranked, where more match than could be. */
  readonly ranked: number | undefined;
}

/** Traces that are read together: the first of many are there while the others are still being read. */
const TRACES_A_READ = 500;

/** Traces that match, with what is to be shown of each. */
export async function findPage(
  store: FindStore,
  space: Space,
  question: SearchQuestion,
  call: Call,
): Promise<FoundPage> {
  const { traces, cursor, ranked } = await namingFilter(() => findTraces(store, space, question, call));
  return { rows: readRows(store, space, queryOf(question), traces, call), cursor, ranked };
}

/** Spans that match, as the store has them. */
export function findSpans(
  store: FindStore,
  space: Space,
  question: SpansQuestion,
  call: Call,
): ReturnType<TraceStore['spans']> {
  return namingFilter(() => store.spans(space, queryOf(question), call));
}

async function findTraces(
  store: FindStore,
  space: Space,
  question: SearchQuestion,
  call: Call,
): Promise<RankedPage> {
  const { selected, sort, limit, cursor } = question;
  if (sort === 'spans' || sort === 'errors') {
    return rankTraces(store, space, selected, { by: sort, limit, cursor }, call);
  }
  const { traces, cursor: next } = await store.search(space, queryOf(question), call);
  return { traces, cursor: next, ranked: undefined };
}

function queryOf({ selected, sort, limit, cursor }: SearchQuestion): SearchQuery {
  const order = sort === 'duration' ? 'longest' : 'newest';
  return { ...selected, order, limit, ...(cursor === undefined ? {} : { cursor }) };
}

/** A trace that went away meanwhile is left out. */
async function* readRows(
  store: FindStore,
  space: Space,
  query: SearchQuery,
  traces: readonly FoundTrace[],
  call: Call,
): AsyncGenerator<readonly FoundRow[]> {
  for (let at = 0; at < traces.length; at += TRACES_A_READ) {
    const part = traces.slice(at, at + TRACES_A_READ);
    const ids = part.map(({ traceId }) => traceId);
    const [summaries, spans] = await Promise.all([
      store.summaries(space, ids, {}, call),
      store.rankedSpans(space, query, part, call),
    ]);
    const byId = new Map<TraceId, Span>(spans.map((span) => [span.traceId, span]));
    yield summaries.flatMap((summary) => {
      const span = byId.get(summary.traceId);
      return span === undefined ? [] : [{ summary, span }];
    });
  }
}
