import { type DataQueryRequest, type SupplementaryQueryOptions, SupplementaryQueryType } from '@grafana/data';
import type { QueryType } from '../contract/query.ts';
import { queryKind } from '../queries/query-kind.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** Spans whose events make a sample. */
const SAMPLE_SPANS = 20;

interface Supplement {
  /** What it stands beside. */
  readonly beside: QueryType;
  readonly of: (query: SpanhouseQuery) => SpanhouseQuery;
}

const SUPPLEMENTS: Readonly<Record<SupplementaryQueryType, Supplement>> = {
  [SupplementaryQueryType.LogsVolume]: {
    beside: 'logs',
    of: (query) => ({ ...query, refId: `volume-${query.refId}`, volume: true }),
  },
  [SupplementaryQueryType.LogsSample]: {
    beside: 'metrics',
    of: (query) => ({
      ...query,
      refId: `sample-${query.refId}`,
      queryType: 'logs',
      query: '',
      limit: SAMPLE_SPANS,
    }),
  },
};

/**
 * What Explore shows beside an answer: above events how many there are over time, below metrics some events of the spans
 * that they count. The durations of whole traces do not go into a count, and the events of one trace need none.
 */
export function supplementaryQuery(
  { type }: SupplementaryQueryOptions,
  query: SpanhouseQuery,
): SpanhouseQuery | undefined {
  const { beside, of } = SUPPLEMENTS[type];
  if (query.hide === true || queryKind(query) !== beside) return undefined;
  return type === SupplementaryQueryType.LogsVolume && !isCountable(query) ? undefined : of(query);
}

function isCountable(query: SpanhouseQuery): boolean {
  if ((query.query ?? '') !== '') return false;
  if (query.editor === 'text') return !/\btraceDuration\b/.test(query.text ?? '');
  return !query.minTraceDuration && !query.maxTraceDuration;
}

/** A request of its own: one of the same name would end the one that it stands beside. */
export function supplementaryRequest(
  type: SupplementaryQueryType,
  request: DataQueryRequest<SpanhouseQuery>,
): DataQueryRequest<SpanhouseQuery> | undefined {
  const targets = request.targets.flatMap((query) => supplementaryQuery({ type }, query) ?? []);
  if (targets.length === 0) return undefined;
  return { ...request, requestId: `${request.requestId}-${type}`, liveStreaming: false, targets };
}
