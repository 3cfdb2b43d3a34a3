import type { DataLink } from '../frames/frame.ts';
import type { QueryContext } from './query-handler.ts';

type DataSource = Pick<QueryContext['dataSource'], 'uid' | 'name'>;

/** From a cell that holds a trace's id to that trace. */
export function traceLink({ uid, name }: DataSource): DataLink {
  return {
    title: 'Trace: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { query: '${__value.raw}', queryType: 'trace' },
    },
  };
}

/** From a cell that holds a span's id to its trace, whose id stands in another column, with the span in focus. */
export function spanLink({ uid, name }: DataSource, traceIdField: string): DataLink {
  return {
    title: 'Span: ${__value.raw}',
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: name,
      query: { query: `\${__data.fields["${traceIdField}"]}`, queryType: 'trace' },
      panelsState: { trace: { spanId: '${__value.raw}' } },
    },
  };
}
