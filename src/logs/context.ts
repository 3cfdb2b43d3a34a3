import {
  type DataFrame,
  type DataQueryResponse,
  type LogRowContextOptions,
  LogRowContextQueryDirection,
  type LogRowModel,
} from '@grafana/data';
import { QUERY_VERSION } from '../contract/query.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

const DEFAULT_LINES = 100;

/** The events of the trace that the line belongs to; null for a line that is none of ours. */
export function contextQuery({ dataFrame, rowIndex }: LogRowModel): SpanhouseQuery | null {
  const traceId = valueAt(dataFrame, 'traceID', rowIndex);
  if (traceId === undefined) return null;
  return { refId: 'context', version: QUERY_VERSION, queryType: 'logs', query: traceId };
}

/** Of a trace's events, which come the newest first, the nearest before the line or after it. */
export function aroundRow(
  response: DataQueryResponse,
  row: LogRowModel,
  { direction = LogRowContextQueryDirection.Backward, limit = DEFAULT_LINES }: LogRowContextOptions = {},
): DataQueryResponse {
  const id = valueAt(row.dataFrame, 'id', row.rowIndex);
  const data = (response.data as DataFrame[]).map((frame) => {
    const at = frame.fields.find(({ name }) => name === 'id')?.values.indexOf(id) ?? -1;
    if (at < 0) return rowsOf(frame, 0, 0);
    return direction === LogRowContextQueryDirection.Backward
      ? rowsOf(frame, at + 1, Math.min(at + 1 + limit, frame.length))
      : rowsOf(frame, Math.max(0, at - limit), at);
  });
  return { ...response, data };
}

function rowsOf(frame: DataFrame, from: number, to: number): DataFrame {
  const fields = frame.fields.map((field) => ({
    ...field,
    values: field.values.slice(from, to),
    ...(field.nanos && { nanos: field.nanos.slice(from, to) }),
  }));
  return { ...frame, fields, length: to - from };
}

function valueAt(frame: DataFrame, name: string, row: number): string | undefined {
  const value: unknown = frame.fields.find((field) => field.name === name)?.values[row];
  return typeof value === 'string' ? value : undefined;
}
