import { z } from 'zod';
import type { OperationsQuery } from '../../../../src/contract/parse-query.ts';
import type { ServerKind } from '../../instance/upstream.ts';
import { cannot } from '../cannot.ts';
import { executedGet } from '../executed.ts';
import type { Listed } from '../listed.ts';
import type { QueryContext } from '../query-handler.ts';
import { readAnswer } from '../read-answer.ts';

export interface Operation {
  readonly service: string;
  readonly name: string;
  /** Empty where the server does not say. */
  readonly kind: string;
}

interface Request {
  readonly path: string;
  readonly params: URLSearchParams;
  readonly read: (answer: unknown) => { readonly operations: readonly Operation[]; readonly cut: boolean };
}

const OWN = z.object({
  operations: z.array(z.object({ service: z.string(), name: z.string(), kind: z.string() })),
  cut: z.boolean().default(false),
});
const SECOND = z.object({
  operations: z.array(z.object({ name: z.string(), spanKind: z.string().default('') })),
});
const FIRST = z.object({ data: z.array(z.string()).nullable() });

export async function askOperations(
  query: OperationsQuery,
  { upstream, signal }: QueryContext,
): Promise<Listed<Operation>> {
  const requests = requestsOf(await upstream.serverKind(signal), query);
  const answers = await Promise.all(
    requests.map(async ({ path, params, read }) => read(await upstream.getJson(path, params, signal))),
  );
  return {
    items: answers.flatMap(({ operations }) => operations),
    cut: answers.some(({ cut }) => cut),
    executed: requests.map(({ path, params }) => executedGet(path, params)).join('\n'),
  };
}

function requestsOf(server: ServerKind, query: OperationsQuery): readonly Request[] {
  const { service, kind } = query;
  if (server === 'spanhouse') {
    return (service.length === 0 ? [undefined] : service).map((name) => ownRequest(name, kind));
  }
  if (service.length === 0) throw cannot(server, 'list operations without a service: choose one');
  if (server === 'jaeger-second') return service.map((name) => secondRequest(name, kind));
  if (kind !== undefined) throw cannot(server, 'tell the kind of an operation');
  return service.map(firstRequest);
}

function ownRequest(service: string | undefined, kind: string | undefined): Request {
  const path = '/api/v1/operations';
  const params = paramsOf({ service, kind });
  return { path, params, read: (answer) => readAnswer(OWN, path, answer) };
}

function secondRequest(service: string, kind: string | undefined): Request {
  const path = '/api/v3/operations';
  const params = paramsOf({ service, spanKind: kind });
  const read = (answer: unknown): ReturnType<Request['read']> => {
    const { operations } = readAnswer(SECOND, path, answer);
    return {
      operations: operations.map(({ name, spanKind }) => ({ service, name, kind: spanKind })),
      cut: false,
    };
  };
  return { path, params, read };
}

function firstRequest(service: string): Request {
  const path = `/api/services/${encodeURIComponent(service)}/operations`;
  const read = (answer: unknown): ReturnType<Request['read']> => {
    const { data } = readAnswer(FIRST, path, answer);
    return { operations: (data ?? []).map((name) => ({ service, name, kind: '' })), cut: false };
  };
  return { path, params: new URLSearchParams(), read };
}

function paramsOf(values: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given);
}
