import { z } from 'zod';
import type { DependencyGraphQuery } from '../../../../src/contract/parse-query.ts';
import { executedGet } from '../executed.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { nanos, readAnswer } from '../read-answer.ts';
import { type Window, windowOf } from '../window.ts';

/** Which service called which. */
export interface Call {
  readonly parent: string;
  readonly child: string;
  readonly calls: number;
  /** Undefined of a server that only counts calls. */
  readonly quality: Quality | undefined;
}

export interface Quality {
  readonly errors: number;
  readonly p50Nanos: number;
  readonly p95Nanos: number;
}

export interface Dependencies {
  readonly calls: readonly Call[];
  readonly seconds: number;
  readonly executed: string;
}

/** Quantiles may be text, as all nanoseconds of the server are. */
const NUMBER = z.union([z.number(), nanos.transform(Number)]);

const SPANHOUSE = z.object({
  edges: z.array(
    z.object({
      parent: z.string(),
      child: z.string(),
      calls: z.number(),
      errors: z.number(),
      p50Nanos: NUMBER,
      p95Nanos: NUMBER,
    }),
  ),
});

const JAEGER = z.object({
  data: z.array(z.object({ parent: z.string(), child: z.string(), callCount: z.number() })).nullable(),
});

export async function askDependencies(
  { service }: DependencyGraphQuery,
  asked: AskedQuery,
  { upstream, signal }: QueryContext,
): Promise<Dependencies> {
  const window = windowOf(asked);
  const isOwn = (await upstream.serverKind(signal)) === 'spanhouse';
  const { path, params } = isOwn ? ownRequest(window) : jaegerRequest(window);
  const answer = await upstream.getJson(path, params, signal);
  const calls = isOwn ? ownCalls(path, answer) : jaegerCalls(path, answer);
  return {
    calls: calls.filter(
      ({ parent, child }) => service.length === 0 || service.includes(parent) || service.includes(child),
    ),
    seconds: Number(window.toNanos - window.fromNanos) / 1_000_000_000,
    executed: executedGet(path, params),
  };
}

interface DependencyRequest {
  readonly path: string;
  readonly params: URLSearchParams;
}

function ownRequest({ fromNanos, toNanos }: Window): DependencyRequest {
  const params = new URLSearchParams({ from: String(fromNanos), to: String(toNanos) });
  return { path: '/api/v1/dependencies', params };
}

function jaegerRequest({ fromNanos, toNanos }: Window): DependencyRequest {
  const endMs = (toNanos - 1n) / 1_000_000n;
  const lookback = endMs - fromNanos / 1_000_000n;
  const params = new URLSearchParams({ endTs: String(endMs), lookback: String(lookback) });
  return { path: '/api/dependencies', params };
}

function ownCalls(path: string, answer: unknown): readonly Call[] {
  return readAnswer(SPANHOUSE, path, answer).edges.map(({ parent, child, calls, ...quality }) => ({
    parent,
    child,
    calls,
    quality,
  }));
}

function jaegerCalls(path: string, answer: unknown): readonly Call[] {
  const { data } = readAnswer(JAEGER, path, answer);
  return (data ?? []).map(({ parent, child, callCount }) => ({
    parent,
    child,
    calls: callCount,
    quality: undefined,
  }));
}
