import { z } from 'zod';
import type { FilterCall } from '../../../../src/contract/filter.ts';
import type { LogsQuery, MetricsQuery } from '../../../../src/contract/parse-query.ts';
import type { SpanSelection } from '../../../../src/contract/span-selection.ts';
import { cannot } from '../cannot.ts';
import { executedPost } from '../executed.ts';
import { askMetrics } from '../metrics/ask.ts';
import type { Measured } from '../metrics/measured.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { nanos, readAnswer } from '../read-answer.ts';
import { selectionBody } from '../selection-body.ts';
import { askTrace } from '../trace/ask.ts';
import { STATUS_NAMES, type TraceSpan } from '../trace/trace-span.ts';
import { windowOf } from '../window.ts';

/** Of spans; each may have any number of events. A log panel shows more lines than a table has rows. */
const DEFAULT_SPANS = 100;

export interface EventfulSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly status: string;
  readonly events: readonly {
    readonly timeNanos: bigint;
    readonly name: string;
    readonly attributes: readonly { readonly key: string; readonly value?: unknown }[];
  }[];
}

export interface FoundEvents {
  readonly spans: readonly EventfulSpan[];
  /** Whether more spans than these match. */
  readonly more: boolean;
  readonly executed: string;
}

const SPANS = z.object({
  spans: z.array(
    z.object({
      traceId: z.string(),
      spanId: z.string(),
      service: z.string(),
      name: z.string(),
      status: z.string(),
      events: z
        .array(
          z.object({
            timeNanos: nanos,
            name: z.string().default(''),
            attributes: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
          }),
        )
        .default([]),
    }),
  ),
  cursor: z.string().nullish(),
});

const HAS_EVENTS: FilterCall = { op: 'exists', args: [{ field: { name: 'name', level: 'event' } }] };

export async function askEvents(
  { selection, limit }: LogsQuery,
  asked: AskedQuery,
  { upstream, signal }: QueryContext,
): Promise<FoundEvents> {
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') throw cannot(server, 'list the events of spans');
  const path = '/api/v1/spans';
  const body = {
    ...selectionBody(withEvents(selection), windowOf(asked)),
    sort: 'start',
    limit: limit ?? DEFAULT_SPANS,
    with: ['events'],
  };
  const { spans, cursor } = readAnswer(SPANS, path, await upstream.postJson(path, body, signal));
  return { spans, more: cursor !== undefined && cursor !== null, executed: executedPost(path, body) };
}

/** Of one trace, of any server. */
export async function askEventsOfTrace(traceId: string, context: QueryContext): Promise<FoundEvents> {
  const { spans, executed } = await askTrace(traceId, context);
  return { spans: spans.map(eventfulSpan), more: false, executed };
}

function eventfulSpan({ traceId, spanId, service, operation, statusCode, logs }: TraceSpan): EventfulSpan {
  const events = logs.map(({ timeNanos, name, fields }) => ({ timeNanos, name, attributes: fields }));
  return { traceId, spanId, service, name: operation, status: STATUS_NAMES[statusCode], events };
}

/** Spans that have events, by status, over time: the server counts spans alone. */
export async function askVolume(
  { selection }: LogsQuery,
  asked: AskedQuery,
  context: QueryContext,
): Promise<Measured> {
  const server = await context.upstream.serverKind(context.signal);
  if (server !== 'spanhouse') throw cannot(server, 'count the events of spans');
  const metrics: MetricsQuery = {
    type: 'metrics',
    selection: withEvents(selection),
    metric: 'count',
    quantiles: [],
    by: ['status'],
    stepNanos: undefined,
    limit: undefined,
  };
  return askMetrics(metrics, asked, context);
}

/** Spans without events would use the limit up. */
function withEvents(selection: SpanSelection): SpanSelection {
  const { filter } = selection;
  if (filter === undefined) return { ...selection, filter: HAS_EVENTS };
  return { ...selection, filter: { op: 'and', args: [{ call: HAS_EVENTS }, { call: filter }] } };
}
