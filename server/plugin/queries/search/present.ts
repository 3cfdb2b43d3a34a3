import { type AttributeRef, printAttributeRef } from '../../../../src/contract/attribute-ref.ts';
import {
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
  const all = <T>(read: (row: FoundTrace) => T): T[] => rows.map(read);
  return {
    name: 'traces',
    refId,
    meta: metaOf(found, 'traces'),
    fields: [
      stringField(
        'traceID',
        all(({ traceId }) => traceId),
        {
          displayName: 'Trace ID',
          links: [traceLink(dataSource)],
        },
      ),
      stringField(
        'traceName',
        all(({ rootService, rootName }) => `${rootService}: ${rootName}`),
        {
          displayName: 'Trace name',
        },
      ),
      timeField(
        'startTime',
        all(({ startNanos }) => startNanos),
        { displayName: 'Start time' },
      ),
      int64Field(
        'duration',
        all(({ durationNanos }) => durationNanos / NANOS_PER_MICRO),
        {
          displayName: 'Duration',
          unit: 'µs',
        },
      ),
      stringField(
        'service',
        all(({ service }) => service),
        { displayName: 'Service' },
      ),
      stringField(
        'spanName',
        all(({ name }) => name),
        { displayName: 'Span name' },
      ),
      int64Field(
        'spanCount',
        all(({ spanCount }) => BigInt(spanCount)),
        { displayName: 'Spans' },
      ),
      int64Field(
        'errorCount',
        all(({ errorCount }) => BigInt(errorCount)),
        { displayName: 'Errors' },
      ),
      ...attributeFields(columns, rows),
    ],
  };
}

/** A row a span that matches. */
export function presentSpans(found: Found<FoundSpan>, { refId, dataSource, columns }: TableFacts): Frame {
  const { rows } = found;
  const all = <T>(read: (row: FoundSpan) => T): T[] => rows.map(read);
  return {
    name: 'spans',
    refId,
    meta: metaOf(found, 'spans'),
    fields: [
      stringField(
        'traceID',
        all(({ traceId }) => traceId),
        {
          displayName: 'Trace ID',
          links: [traceLink(dataSource)],
        },
      ),
      stringField(
        'spanID',
        all(({ spanId }) => spanId),
        {
          displayName: 'Span ID',
          links: [spanLink(dataSource, 'traceID')],
        },
      ),
      timeField(
        'startTime',
        all(({ startNanos }) => startNanos),
        { displayName: 'Start time' },
      ),
      stringField(
        'service',
        all(({ service }) => service),
        { displayName: 'Service' },
      ),
      stringField(
        'spanName',
        all(({ name }) => name),
        { displayName: 'Span name' },
      ),
      stringField(
        'kind',
        all(({ kind }) => kind),
        { displayName: 'Kind' },
      ),
      stringField(
        'status',
        all(({ status }) => status),
        { displayName: 'Status' },
      ),
      stringField(
        'statusMessage',
        all(({ statusMessage }) => statusMessage),
        { displayName: 'Status message' },
      ),
      int64Field(
        'duration',
        all(({ durationNanos }) => durationNanos / NANOS_PER_MICRO),
        {
          displayName: 'Duration',
          unit: 'µs',
        },
      ),
      ...attributeFields(columns, rows),
    ],
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
