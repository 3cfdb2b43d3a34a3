import { decodeNative } from '../../server/columns/native-reader.ts';
import { type Engine } from '../../server/clickhouse/engine/engine.ts';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import { createTraceStore } from '../../server/clickhouse/trace-store.ts';
import type { Span } from '../../server/span/span.ts';
import type { Call, TraceStore } from '../../server/store/trace-store.ts';
import type { Question, Row, StoreAnswer } from './stopped-store.ts';

/**
 * A program of its own, because the engine opens one directory per process: answers questions about the directory
 * it is given, by the product's own store, until it is told that there are no more.
 */

const TIMEOUT_MS = 120_000;

async function main(engineDir: string): Promise<void> {
  const engine = await openEmbeddedEngine({
    dataDir: engineDir,
    memoryBytes: 2 ** 30,
    readSessions: 2,
    threads: 2,
  });
  const store = createTraceStore({ engine, log: { write: refuse, settled: refuse } });
  process.on('message', (question: Question | 'close') => {
    if (question === 'close') void engine.close().then(() => process.exit());
    else void answer(engine, store, question).then((outcome) => process.send!(outcome));
  });
  process.send!({ value: 'open' });
}

async function answer(engine: Engine, store: TraceStore, question: Question): Promise<StoreAnswer> {
  try {
    return { value: await ask(engine, store, question) };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? `: ${thrown.cause.message}` : '';
    return { error: `${String(thrown)}${cause}` };
  }
}

async function ask(engine: Engine, store: TraceStore, question: Question): Promise<unknown> {
  const call: Call = { deadlineMs: performance.now() + TIMEOUT_MS };
  switch (question.kind) {
    case 'rows':
      return rows(engine, question.sql, call);
    case 'trace':
      return collect(store.trace(question.space, question.traceId, {}, call));
    case 'spaces':
      return store.spaces(call);
    case 'rates':
      return store.rates(question.space, question.query, call);
    case 'services':
      return store.services(question.space, call);
    case 'operations':
      return store.operations(question.space, {}, call);
    case 'attributeKeys':
      return store.attributeKeys(question.space, { limit: question.limit }, call);
    case 'search':
      return store.search(question.space, question.query, call);
  }
}

async function rows(engine: Engine, sql: string, call: Call): Promise<Row[]> {
  const json = `SELECT formatRowNoNewline('JSONEachRow', *) AS row FROM (${sql})`;
  const blocks = decodeNative(await engine.read(json, call));
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => JSON.parse(block.column('row').text(row)) as Row),
  );
}

async function collect(chunks: AsyncIterable<readonly Span[]>): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const chunk of chunks) spans.push(...chunk);
  return spans;
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('a stopped store is only read'));
}

process.once('disconnect', () => process.exit());
await main(process.argv[2]!);
