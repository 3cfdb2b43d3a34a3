import type { Span, TraceId } from '../../../server/span/span.ts';
import type { Condition, SearchQuery, TraceStore, Window } from '../../../server/store/trace-store.ts';
import { OPERATIONS, operationName, SERVICES, serviceName } from '../traffic/draw-spans.ts';
import { secondAttribute } from '../traffic/shape.ts';
import { patiently, SPACE } from './opened-store.ts';
import type { Goal } from './outcome.ts';

/** Something that people ask, with other arguments in every run; resolves to how many things were found. */
export interface Question {
  readonly name: string;
  readonly goal?: Goal;
  readonly ask: (run: number) => Promise<number>;
}

export interface Asked {
  readonly store: TraceStore;
  /** All that the space holds. */
  readonly window: Window;
  readonly traceIds: readonly TraceId[];
}

const LIMIT = 20;
const POINT_NANOS = 60_000_000_000n;
const POINTS = 60n;
const LONG_NANOS = 1_000_000n;

/** The questions that section 3 of the performance notes has budgets for, and their neighbours. */
export function createQuestions(asked: Asked): Question[] {
  return [
    ...questionsOnLists(asked),
    ...questionsOnTraces(asked),
    ...questionsOnSearch(asked),
    ratesOfService(asked),
  ];
}

function questionsOnLists({ store }: Asked): Question[] {
  const goal = { budget: 5, stretch: 2 };
  return [
    { name: 'services', goal, ask: async () => (await store.services(SPACE, patiently())).items.length },
    {
      name: 'operations of a service',
      goal,
      ask: async (run) =>
        (await store.operations(SPACE, { service: service(run) }, patiently())).items.length,
    },
    { name: 'spaces', ask: async () => (await store.spaces(patiently())).length },
  ];
}

function questionsOnTraces({ store, traceIds }: Asked): Question[] {
  const goal = { budget: 10, stretch: 5 };
  return [
    {
      name: 'trace by id, no time hint',
      goal,
      ask: (run) => countSpans(store.trace(SPACE, traceIds[run % traceIds.length]!, {}, patiently())),
    },
    {
      name: 'trace by an id that is not there',
      ask: (run) => countSpans(store.trace(SPACE, unknownTraceId(run), {}, patiently())),
    },
  ];
}

function questionsOnSearch({ store, window }: Asked): Question[] {
  const search = async (query: Partial<SearchQuery>): Promise<TraceId[]> => {
    const { traces } = await store.search(
      SPACE,
      { window, order: 'newest', limit: LIMIT, ...query },
      patiently(),
    );
    return traces.map(({ traceId }) => traceId);
  };
  return [
    {
      name: '20 newest of a service, ids',
      ask: async (run) => (await search({ service: service(run) })).length,
    },
    {
      name: '20 newest of a service, summaries',
      goal: { budget: 25, stretch: 9 },
      ask: async (run) => {
        const ids = await search({ service: service(run) });
        return (await store.summaries(SPACE, ids, {}, patiently())).length;
      },
    },
    {
      name: '20 newest of a service, whole traces',
      goal: { budget: 50, stretch: 25 },
      ask: async (run) => {
        const ids = await search({ service: service(run) });
        return countSpans(store.traces(SPACE, ids, {}, patiently()));
      },
    },
    {
      name: '20 newest with one attribute value',
      goal: { budget: 40, stretch: 20 },
      ask: async (run) => (await search({ condition: attribute(run) })).length,
    },
    {
      name: 'an attribute value that is not there',
      ask: async (run) => (await search({ condition: absentAttribute(run) })).length,
    },
    {
      name: 'service + operation + attribute + duration',
      goal: { budget: 40, stretch: 8 },
      ask: async (run) => {
        const names = { service: service(run), operation: operationName((run * 7) % OPERATIONS) };
        return (await search({ ...names, condition: attribute(run), minDurationNanos: LONG_NANOS })).length;
      },
    },
  ];
}

function ratesOfService({ store, window }: Asked): Question {
  const toNanos = window.toNanos - (window.toNanos % POINT_NANOS);
  const hour = { fromNanos: toNanos - POINTS * POINT_NANOS, toNanos };
  return {
    name: 'rate, errors, p95 of a service, 1 h, 60 points',
    goal: { budget: 30, stretch: 15 },
    ask: async (run) => {
      const query = {
        window: hour,
        stepNanos: POINT_NANOS,
        services: [service(run)],
        by: [],
        quantiles: [0.95],
      };
      const [series] = await store.rates(SPACE, query, patiently());
      return series?.points.length ?? 0;
    },
  };
}

const service = (run: number): string => serviceName(run % SERVICES);

/** Every run has another key and another value: the steps are coprime to what they go around. */
function attribute(run: number): Condition {
  const [key, value] = secondAttribute(run * 13, run * 37);
  return { kind: 'attribute', key, comparator: '=', value: String(value) };
}

function absentAttribute(run: number): Condition {
  const [key] = secondAttribute(run * 13, 0);
  return { kind: 'attribute', key, comparator: '=', value: `none-${run}` };
}

function unknownTraceId(run: number): TraceId {
  return (run + 1).toString(16).padStart(32, 'f') as TraceId;
}

async function countSpans(chunks: AsyncIterable<readonly Span[]>): Promise<number> {
  let count = 0;
  for await (const chunk of chunks) count += chunk.length;
  return count;
}
