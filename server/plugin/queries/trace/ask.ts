import { Fault } from '../../../errors/fault.ts';
import { UpstreamError } from '../../instance/upstream.ts';
import { executedGet } from '../executed.ts';
import type { QueryContext } from '../query-handler.ts';
import { decodeAnswer } from '../read-answer.ts';
import { decodeJaeger } from './decode-jaeger.ts';
import { decodeOtlp } from './decode-otlp.ts';
import type { TraceSpan } from './trace-span.ts';

export interface AskedTrace {
  readonly spans: readonly TraceSpan[];
  readonly executed: string;
}

const NO_PARAMS = new URLSearchParams();

/** All spans of the trace. Without a window: one that hides half of a trace shows something that never was. */
export async function askTrace(traceId: string, context: QueryContext): Promise<AskedTrace> {
  const { upstream, signal } = context;
  const server = await upstream.serverKind(signal);
  const path = `${PATHS[server]}/${traceId}`;
  try {
    const answer = await upstream.getJson(path, NO_PARAMS, signal);
    const decode = server === 'jaeger-first' ? (json: unknown) => decodeJaeger(json).flat() : decodeOtlp;
    const spans = decodeAnswer(path, answer, decode);
    if (spans.length > 0) return { spans, executed: executedGet(path) };
  } catch (thrown) {
    if (!(thrown instanceof UpstreamError) || thrown.status !== 404) throw thrown;
  }
  throw new Fault('not-found', `the trace ${traceId} was not found in ${spaceOf(context)}`);
}

const PATHS = {
  spanhouse: '/api/v1/traces',
  'jaeger-second': '/api/v3/traces',
  'jaeger-first': '/api/traces',
} as const;

function spaceOf({ dataSource: { json } }: QueryContext): string {
  const names = (['tenant', 'db', 'table'] as const).flatMap((part) => {
    const name = json[part] ?? '';
    return name === '' ? [] : [`${part} ${JSON.stringify(name)}`];
  });
  return names.length === 0 ? "the server's default space" : names.join(', ');
}
