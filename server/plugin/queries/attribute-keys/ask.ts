import { z } from 'zod';
import type { AttributeKeysQuery } from '../../../../src/contract/parse-query.ts';
import { cannot } from '../cannot.ts';
import { executedGet } from '../executed.ts';
import type { Listed } from '../listed.ts';
import type { QueryContext } from '../query-handler.ts';
import { readAnswer } from '../read-answer.ts';

export interface AttributeKey {
  readonly key: string;
  readonly level: string;
}

const KEYS = z.object({
  keys: z.array(z.object({ key: z.string(), level: z.string() })),
  cut: z.boolean().default(false),
});

export async function askAttributeKeys(
  { level, prefix, limit }: AttributeKeysQuery,
  { upstream, signal }: QueryContext,
): Promise<Listed<AttributeKey>> {
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') throw cannot(server, 'list the keys of attributes');
  const path = '/api/v1/attributes/keys';
  const params = new URLSearchParams({
    ...(level === undefined ? {} : { level }),
    ...(prefix === '' ? {} : { prefix }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  });
  const { keys, cut } = readAnswer(KEYS, path, await upstream.getJson(path, params, signal));
  return { items: keys, cut, executed: executedGet(path, params) };
}
