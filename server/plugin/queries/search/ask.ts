import { z } from 'zod';
import type { SearchQuery } from '../../../../src/contract/parse-query.ts';
import { DEFAULT_LIMIT } from '../../../../src/contract/settings.ts';
import { cannot } from '../cannot.ts';
import { executedPost } from '../executed.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { nanos, readAnswer } from '../read-answer.ts';
import { attributeBody, selectionBody } from '../selection-body.ts';
import { windowOf } from '../window.ts';
import { askJaeger } from './ask-jaeger.ts';
import type { Found, FoundSpan, FoundTrace } from './found.ts';

const COLUMNS = z.array(z.string().nullable());

const TRACES = z.object({
  traces: z.array(
    z
      .object({
        traceId: z.string(),
        startNanos: nanos,
        durationNanos: nanos,
        spanCount: z.number(),
        errorCount: z.number(),
        rootService: z.string(),
        rootName: z.string(),
        span: z.object({ service: z.string(), name: z.string(), columns: COLUMNS.optional() }),
      })
      .transform(({ span, ...trace }): FoundTrace => {
        const { service, name, columns = [] } = span;
        return { ...trace, service, name, columns };
      }),
  ),
  cursor: z.string().nullish(),
  ranked: z.number().optional(),
});

const SPANS = z.object({
  spans: z.array(
    z.object({
      traceId: z.string(),
      spanId: z.string(),
      service: z.string(),
      name: z.string(),
      kind: z.string(),
      status: z.string(),
      statusMessage: z.string().default(''),
      startNanos: nanos,
      durationNanos: nanos,
      columns: COLUMNS.default([]),
    }),
  ),
  cursor: z.string().nullish(),
});

export async function askTraces(
  query: SearchQuery,
  asked: AskedQuery,
  context: QueryContext,
): Promise<Found<FoundTrace>> {
  const { upstream, signal } = context;
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse')
    return askJaeger(server, query, windowOf(asked), limitOf(query, context), context);
  const path = '/api/v1/search';
  const body = { ...selectionBody(query.selection, windowOf(asked)), ...shapeOf(query, context) };
  const { traces, cursor, ranked } = readAnswer(TRACES, path, await upstream.postJson(path, body, signal));
  return {
    rows: traces,
    more: hasMore(cursor),
    executed: executedPost(path, body),
    ...(ranked === undefined ? {} : { ranked }),
  };
}

export async function askSpans(
  query: SearchQuery,
  asked: AskedQuery,
  context: QueryContext,
): Promise<Found<FoundSpan>> {
  const { upstream, signal } = context;
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') throw cannot(server, 'list single spans: ask for traces');
  const path = '/api/v1/spans';
  const body = { ...selectionBody(query.selection, windowOf(asked)), ...shapeOf(query, context) };
  const { spans, cursor } = readAnswer(SPANS, path, await upstream.postJson(path, body, signal));
  return { rows: spans, more: hasMore(cursor), executed: executedPost(path, body) };
}

function hasMore(cursor: string | null | undefined): boolean {
  return cursor !== undefined && cursor !== null;
}

function shapeOf({ sort, columns, ...query }: SearchQuery, context: QueryContext): object {
  return {
    sort,
    limit: limitOf(query, context),
    ...(columns.length === 0 ? {} : { columns: columns.map(attributeBody) }),
  };
}

/** The query's, or that of the data source. */
export function limitOf(
  { limit }: { readonly limit: number | undefined },
  { dataSource }: Pick<QueryContext, 'dataSource'>,
): number {
  return limit ?? dataSource.json.defaultLimit ?? DEFAULT_LIMIT;
}
