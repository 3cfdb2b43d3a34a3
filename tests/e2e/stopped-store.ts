import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Space } from '../../server/space/space.ts';
import type { Span, TraceId } from '../../server/span/span.ts';
import type {
  AttributeKey,
  Listed,
  Operation,
  RateQuery,
  RateSeries,
  SearchQuery,
  SearchResult,
  SpaceSummary,
} from '../../server/store/trace-store.ts';

export type Row = Readonly<Record<string, string | number>>;

export type Question =
  | { readonly kind: 'rows'; readonly sql: string }
  | { readonly kind: 'trace'; readonly space: Space; readonly traceId: TraceId }
  | { readonly kind: 'spaces' }
  | { readonly kind: 'rates'; readonly space: Space; readonly query: RateQuery }
  | { readonly kind: 'services'; readonly space: Space }
  | { readonly kind: 'operations'; readonly space: Space }
  | { readonly kind: 'attributeKeys'; readonly space: Space; readonly limit: number }
  | { readonly kind: 'search'; readonly space: Space; readonly query: SearchQuery };

export type StoreAnswer = { readonly value: unknown } | { readonly error: string };

/** What a server that has stopped left in its data directory, as the product's own store reads it. */
export interface StoppedStore {
  /** Any statement; 64-bit integers come as numbers where they fit, so cast what does not. */
  rows(sql: string): Promise<readonly Row[]>;
  trace(space: Space, traceId: string): Promise<readonly Span[]>;
  spaces(): Promise<readonly SpaceSummary[]>;
  rates(space: Space, query: RateQuery): Promise<readonly RateSeries[]>;
  services(space: Space): Promise<Listed<string>>;
  operations(space: Space): Promise<Listed<Operation>>;
  attributeKeys(space: Space, limit: number): Promise<Listed<AttributeKey>>;
  search(space: Space, query: SearchQuery): Promise<SearchResult>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../dist/tests/e2e/stopped-store-process.js', import.meta.url));

export async function openStoppedStore(dataDir: string, engineFolder = 'engine'): Promise<StoppedStore> {
  const child = fork(PROGRAM, [join(dataDir, engineFolder)], { serialization: 'advanced' });
  await answerOf(child);
  const ask = async (question: Question): Promise<never> => {
    child.send(question);
    return (await answerOf(child)) as never;
  };
  return {
    rows: (sql) => ask({ kind: 'rows', sql }),
    trace: (space, traceId) => ask({ kind: 'trace', space, traceId: traceId as TraceId }),
    spaces: () => ask({ kind: 'spaces' }),
    rates: (space, query) => ask({ kind: 'rates', space, query }),
    services: (space) => ask({ kind: 'services', space }),
    operations: (space) => ask({ kind: 'operations', space }),
    attributeKeys: (space, limit) => ask({ kind: 'attributeKeys', space, limit }),
    search: (space, query) => ask({ kind: 'search', space, query }),
    async close() {
      const ended = once(child, 'exit');
      child.send('close');
      await ended;
    },
  };
}

/** Reads a stopped server's directory and closes it again. */
export async function readStoppedStore<T>(
  dataDir: string,
  read: (store: StoppedStore) => Promise<T>,
  engineFolder?: string,
): Promise<T> {
  const store = await openStoppedStore(dataDir, engineFolder);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => ({
    error: `the reader ended with code ${String(code)}`,
  }));
  const answered = once(child, 'message', { signal }).then(([message]) => message as StoreAnswer);
  const answer = await Promise.race([answered, ended]);
  over.abort();
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}
