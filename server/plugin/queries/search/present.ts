import { type AttributeRef, printAttributeRef } from '../../../../src/contract/attribute-ref.ts';
import {
  type FieldConfig,
  type Frame,
  type FrameField,
  type FrameMeta,
  int64Field,
  optionalStringField,
  stringField,
  timeField,
} from '../../frames/frame.ts';
import { spanLink, traceLink } from '../links.ts';
import type { QueryContext } from '../query-handler.ts';
import type { Found, FoundSpan, FoundTrace } from './found.ts';

export interface TableFacts {
  readonly refId: string;
  readonly dataSource: QueryContext['dataSource'];
  readonly columns: readonly AttributeRef[];
}

const NANOS_PER_MICRO = 1_000n;

/** A row a trace. The first four columns are those of Grafana's own Jaeger data source. */
export function presentTraces(found: Found<FoundTrace>, { refId, dataSource, columns }: TableFacts): Frame {
  const { rows } = found;
  const { text, time, count, micros } = columnsOf(rows);
  return {
    name: 'traces',
    refId,
    meta: metaOf(found, 'traces'),
    fields: [
      text('traceID', 'Trace ID', ({ traceId }) => traceId, [traceLink(dataSource)]),
      text('traceName', 'Trace name', ({ rootService, rootName }) => `${rootService}: ${rootName}`),
      time('startTime', 'Start time', ({ startNanos }) => startNanos),
      micros('duration', 'Duration', ({ durationNanos }) => durationNanos),
      text('service', 'Service', ({ service }) => service),
      text('spanName', 'Span name', ({ name }) => name),
      count('spanCount', 'Spans', ({ spanCount }) => spanCount),
      count('errorCount', 'Errors', ({ errorCount }) => errorCount),
      ...attributeFields(columns, rows),
    ],
  };
}

/** A row a span that matches. */
export function presentSpans(found: Found<FoundSpan>, { refId, dataSource, columns }: TableFacts): Frame {
  const { rows } = found;
  const { text, time, micros } = columnsOf(rows);
  return {
    name: 'spans',
    refId,
    meta: metaOf(found, 'spans'),
    fields: [
      text('traceID', 'Trace ID', ({ traceId }) => traceId, [traceLink(dataSource)]),
      text('spanID', 'Span ID', ({ spanId }) => spanId, [spanLink(dataSource, 'traceID')]),
      time('startTime', 'Start time', ({ startNanos }) => startNanos),
      text('service', 'Service', ({ service }) => service),
      text('spanName', 'Span name', ({ name }) => name),
      text('kind', 'Kind', ({ kind }) => kind),
      text('status', 'Status', ({ status }) => status),
      text('statusMessage', 'Status message', ({ statusMessage }) => statusMessage),
      micros('duration', 'Duration', ({ durationNanos }) => durationNanos),
      ...attributeFields(columns, rows),
    ],
  };
}

/** How a column of these rows is made: its name, what stands above it, and where it is read. */
function columnsOf<Row>(rows: readonly Row[]) {
  return {
    text: (name: string, displayName: string, read: (row: Row) => string, links?: FieldConfig['links']) =>
      stringField(name, rows.map(read), { displayName, ...(links === undefined ? {} : { links }) }),
    time: (name: string, displayName: string, read: (row: Row) => bigint) =>
      timeField(name, rows.map(read), { displayName }),
    count: (name: string, displayName: string, read: (row: Row) => number) =>
      int64Field(
        name,
        rows.map((row) => BigInt(read(row))),
        { displayName },
      ),
    micros: (name: string, displayName: string, readNanos: (row: Row) => bigint) =>
      int64Field(
        name,
        rows.map((row) => readNanos(row) / NANOS_PER_MICRO),
        { displayName, unit: 'µs' },
      ),
  };
}

function metaOf({ rows, more, executed, ranked }: Found<unknown>, what: string): FrameMeta {
  const notices = [
    ...(more
      ? [
          `Only ${rows.length} ${what} are shown; there are more. Raise the limit, or narrow the search or the time range.`,
        ]
      : []),
    ...(ranked === undefined
      ? []
      : [`The order is that of the newest ${ranked} ${what} that match, not of all that do.`]),
  ].map((text) => ({ severity: 'warning' as const, text }));
  return {
    preferredVisualisationType: 'table',
    executedQueryString: executed,
    ...(notices.length === 0 ? {} : { notices }),
  };
}

/** Columns of an attribute that was chosen, in the order chosen. */
function attributeFields(
  columns: readonly AttributeRef[],
  rows: readonly { readonly columns: readonly (string | null)[] }[],
): readonly FrameField[] {
  return columns.map((column, at) =>
    optionalStringField(
      printAttributeRef(column),
      rows.map((row) => row.columns[at] ?? null),
    ),
  );
}
