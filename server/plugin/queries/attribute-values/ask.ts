import { z } from 'zod';
import type { AttributeValuesQuery } from '../../../../src/contract/parse-query.ts';
import { cannot } from '../cannot.ts';
import { executedGet } from '../executed.ts';
import type { Listed } from '../listed.ts';
import type { AskedQuery, QueryContext } from '../query-handler.ts';
import { readAnswer } from '../read-answer.ts';
import { windowOf } from '../window.ts';

export interface AttributeCount {
  readonly value: string;
  readonly count: number;
}

const VALUES = z.object({ values: z.array(z.object({ value: z.string(), count: z.number() })) });

/** Of several services, what each has is added up. */
export async function askAttributeValues(
  query: AttributeValuesQuery,
  asked: AskedQuery,
  { upstream, signal }: QueryContext,
): Promise<Listed<AttributeCount>> {
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') throw cannot(server, 'list the values of attributes');
  const path = '/api/v1/attributes/values';
  const services = query.service.length === 0 ? [undefined] : query.service;
  const requests = services.map((service) => paramsOf(query, asked, service));
  const answers = await Promise.all(
    requests.map(
      async (params) => readAnswer(VALUES, path, await upstream.getJson(path, params, signal)).values,
    ),
  );
  return {
    items: addedUp(answers.flat()),
    cut: false,
    executed: requests.map((params) => executedGet(path, params)).join('\n'),
  };
}

function paramsOf(
  { attribute: { key, level }, prefix, limit }: AttributeValuesQuery,
  asked: AskedQuery,
  service: string | undefined,
): URLSearchParams {
  const { fromNanos, toNanos } = windowOf(asked);
  return new URLSearchParams({
    key,
    ...(level === undefined ? {} : { level }),
    from: String(fromNanos),
    to: String(toNanos),
    ...(service === undefined ? {} : { service }),
    ...(prefix === '' ? {} : { prefix }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  });
}

/** The most frequent first. */
function addedUp(values: readonly AttributeCount[]): readonly AttributeCount[] {
  const counts = new Map<string, number>();
  for (const { value, count } of values) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count);
}
