import { OPERATIONS, operationName, SERVICES, serviceName } from '../traffic/draw-spans.ts';
import { secondAttribute } from '../traffic/shape.ts';
import type { HttpClient } from './http-client.ts';
import type { Goal } from './outcome.ts';

/** What Jaeger's UI and Grafana ask for over HTTP, with other arguments in every run. */
export interface JaegerQuestion {
  readonly name: string;
  readonly goal?: Goal;
  readonly path: (run: number) => string;
}

/** What the questions are about: the filled space, and no span that comes later. */
export interface FilledSpace {
  readonly fromMs: number;
  readonly toMs: number;
  readonly traceIds: readonly string[];
}

const LIMIT = 20;
const HOUR_MS = 3_600_000;
const POINT_MS = 60_000;
const SAMPLES = 60;
const SAMPLED_TOGETHER = 10;

/** The questions with a budget in section 3 of the performance notes, as both generations of Jaeger's HTTP have them. */
export function createJaegerQuestions(space: FilledSpace): JaegerQuestion[] {
  return [...firstGeneration(space), ...secondGeneration(space), latenciesOfService(space)];
}

/** Some traces from all over what the space holds. */
export async function sampleTraces(client: HttpClient, fromMs: number, toMs: number): Promise<string[]> {
  const stepMs = (toMs - fromMs) / SAMPLES;
  const ids: string[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const window = { fromMs: fromMs + sample * stepMs, toMs: fromMs + (sample + 1) * stepMs };
    const path = summariesPath(window, { searchDepth: SAMPLED_TOGETHER });
    const { summaries } = await client.json<{ summaries: { traceId: string }[] }>(path);
    ids.push(...summaries.map(({ traceId }) => traceId));
  }
  return ids;
}

function firstGeneration(space: FilledSpace): JaegerQuestion[] {
  const lists = { budget: 5, stretch: 2 };
  const search = (run: number, more: Readonly<Record<string, string>>): string => {
    const [start, end] = [space.fromMs * 1000, space.toMs * 1000];
    return pathOf('/api/traces', { service: service(run), start, end, limit: LIMIT, ...more });
  };
  return [
    { name: 'v1 services', goal: lists, path: () => '/api/services' },
    { name: 'v1 operations', goal: lists, path: (run) => `/api/services/${service(run)}/operations` },
    { name: 'v1 trace by id', goal: BY_ID, path: (run) => `/api/traces/${traceId(space, run)}` },
    { name: 'v1 20 newest of a service, whole', goal: WHOLE, path: (run) => search(run, {}) },
    {
      name: 'v1 service + attribute, whole',
      goal: BY_ATTRIBUTE,
      path: (run) => search(run, { tags: attribute(run) }),
    },
    {
      name: 'v1 service + operation + attribute + duration, whole',
      goal: BY_ATTRIBUTE,
      path: (run) => {
        const operation = operationName((run * 7) % OPERATIONS);
        return search(run, { operation, tags: attribute(run), minDuration: '1ms' });
      },
    },
  ];
}

function secondGeneration(space: FilledSpace): JaegerQuestion[] {
  const lists = { budget: 5, stretch: 2 };
  return [
    { name: 'v3 services', goal: lists, path: () => '/api/v3/services' },
    {
      name: 'v3 operations',
      goal: lists,
      path: (run) => pathOf('/api/v3/operations', { service: service(run) }),
    },
    { name: 'v3 trace by id', goal: BY_ID, path: (run) => `/api/v3/traces/${traceId(space, run)}` },
    {
      name: 'v3 20 newest of a service, summaries',
      goal: { budget: 25, stretch: 9 },
      path: (run) => summariesPath(space, { serviceName: service(run), searchDepth: LIMIT }),
    },
    {
      name: 'v3 20 newest with one attribute, any service, summaries',
      goal: BY_ATTRIBUTE,
      path: (run) => summariesPath(space, { attributes: attribute(run), searchDepth: LIMIT }),
    },
  ];
}

function latenciesOfService({ toMs }: FilledSpace): JaegerQuestion {
  return {
    name: 'p95 of a service, 1 h, 60 points',
    goal: { budget: 30, stretch: 15 },
    path: (run) =>
      pathOf('/api/metrics/latencies', {
        service: service(run),
        quantile: 0.95,
        endTs: toMs - (toMs % POINT_MS),
        lookback: HOUR_MS,
        step: POINT_MS,
        ratePer: POINT_MS,
      }),
  };
}

const BY_ID = { budget: 10, stretch: 5 };
const WHOLE = { budget: 50, stretch: 25 };
const BY_ATTRIBUTE = { budget: 40, stretch: 20 };

const service = (run: number): string => serviceName(run % SERVICES);

function traceId({ traceIds }: FilledSpace, run: number): string {
  return traceIds[(run * 7) % traceIds.length]!;
}

/** Every run has another key and another value: the steps are coprime to what they go around. */
function attribute(run: number): string {
  return JSON.stringify(Object.fromEntries([secondAttribute(run * 13, run * 37)]));
}

function summariesPath(
  { fromMs, toMs }: Pick<FilledSpace, 'fromMs' | 'toMs'>,
  query: Readonly<Record<string, string | number>>,
): string {
  const all = {
    startTimeMin: new Date(fromMs).toISOString(),
    startTimeMax: new Date(toMs).toISOString(),
    ...query,
  };
  const named = Object.entries(all).map(([name, value]) => [`query.${name}`, value] as const);
  return pathOf('/api/v3/trace-summaries', Object.fromEntries(named));
}

function pathOf(path: string, query: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]);
  return `${path}?${new URLSearchParams(texts).toString()}`;
}
