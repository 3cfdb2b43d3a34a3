import {
  type DataQueryRequest,
  type DataQueryResponse,
  type LiveChannelAddress,
  LiveChannelScope,
  LoadingState,
} from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';
import { EMPTY, map, merge, type Observable } from 'rxjs';
import { queryKind } from '../queries/query-kind.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** A running search: what arrives after it was asked is added to what is there. */
export function tail(request: DataQueryRequest<SpanhouseQuery>, uid: string): Observable<DataQueryResponse> {
  const live = getGrafanaLiveSrv();
  const queries = request.targets.filter((query) => queryKind(query) === 'search');
  if (queries.length === 0) return EMPTY;
  return merge(
    ...queries.map((query) =>
      live
        .getDataStream({
          key: `tail-${request.requestId}-${query.refId}`,
          addr: addressOf(query, uid),
          buffer: { maxLength: request.maxDataPoints ?? 1_000 },
        })
        .pipe(
          map((response) => ({ ...response, key: `tail-${query.refId}`, state: LoadingState.Streaming })),
        ),
    ),
  );
}

function addressOf(query: SpanhouseQuery, uid: string): LiveChannelAddress {
  return {
    scope: LiveChannelScope.DataSource,
    stream: uid,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- what Grafana 12 knows the channel by
    namespace: uid,
    path: tailPath(query),
    data: query,
  };
}

/** One channel for each question: who asks the same shares it. The backend knows it by its first part. */
export function tailPath(query: SpanhouseQuery): string {
  const { refId: _refId, datasource: _datasource, hide: _hide, key: _key, ...asked } = query;
  return `search/${digest(JSON.stringify(Object.entries(asked).sort()))}`;
}

/** FNV-1a over 53 bits: names apart what people type, and is no secret. */
function digest(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return ((low >>> 0).toString(16) + (high >>> 0).toString(16)).padStart(16, '0');
}
