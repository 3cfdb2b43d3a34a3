import { z } from 'zod';
import type { FilterCall } from '../../../../src/contract/filter.ts';
import type { LogsQuery } from '../../../../src/contract/parse-query.ts';
import type { SpanSelection } from '../../../../src/contract/query.ts';
import { cannot } from '../cannot.ts';
import { executedPost } from '../executed.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { nanos, readAnswer } from '../read-answer.ts';
import { selectionBody } from '../selection-body.ts';
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

/** Spans without events would use the limit up. */
function withEvents(selection: SpanSelection): SpanSelection {
  const { filter } = selection;
  if (filter === undefined) return { ...selection, filter: HAS_EVENTS };
  return { ...selection, filter: { op: 'and', args: [{ call: HAS_EVENTS }, { call: filter }] } };
}
