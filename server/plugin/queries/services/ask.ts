import { z } from 'zod';
import { executedGet } from '../executed.ts';
import type { Listed } from '../listed.ts';
import type { QueryContext } from '../query-handler.ts';
import { readAnswer } from '../read-answer.ts';

const SERVICES = z.object({ services: z.array(z.string()), cut: z.boolean().default(false) });
const FIRST = z.object({ data: z.array(z.string()).nullable() });
const PATHS = {
  spanhouse: '/api/v1/services',
  'jaeger-second': '/api/v3/services',
  'jaeger-first': '/api/services',
} as const;

export async function askServices({ upstream, signal }: QueryContext): Promise<Listed<string>> {
  const server = await upstream.serverKind(signal);
  const path = PATHS[server];
  const answer = await upstream.getJson(path, new URLSearchParams(), signal);
  const executed = executedGet(path);
  if (server === 'jaeger-first') {
    return { items: [...(readAnswer(FIRST, path, answer).data ?? [])].sort(), cut: false, executed };
  }
  const { services, cut } = readAnswer(SERVICES, path, answer);
  return { items: services, cut, executed };
}
