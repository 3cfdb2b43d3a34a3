import { type NativeBlock, decodeNative } from '../columns/native-reader.ts';
import { type Space, storedSpace } from '../space/space.ts';
import type { Span, SpanKind, TraceId } from '../span/span.ts';
import type {
  AttributeCount,
  AttributeKey,
  AttributeKeyQuery,
  AttributeLevel,
  AttributeValueQuery,
  Call,
  Dependency,
  DependencyQuery,
  Listed,
  Operation,
  OperationQuery,
  RateQuery,
  RateSeries,
  SearchQuery,
  SearchResult,
  SpaceSummary,
  TraceStore,
  TraceSummary,
  Window,
} from '../store/trace-store.ts';
import {
  type LimitedList,
  SPACES,
  compileAttributeKeys,
  compileCut,
  compileOperations,
  compileServices,
} from './compile/lists.ts';
import { compileRateSketches, compileRates } from './compile/rates.ts';
import { compileSummaries } from './compile/trace.ts';
import { type Deployment, SINGLE } from './deployment.ts';
import { Eraser } from './eraser.ts';
import type { Engine } from './engine/engine.ts';
import { readAttributeValues } from './read/attribute-value-reader.ts';
import { readDependencies } from './read/dependency-reader.ts';
import { OriginReader } from './read/origins.ts';
import { decodeRates } from './read/rate-series.ts';
import { SearchReader } from './read/search-reader.ts';
import { decodeSummaries } from './read/summaries.ts';
import { TraceReader } from './read/trace-reader.ts';

/** What the store needs of the path by which spans come in. */
export interface SpanLog {
  /** As the port's `write`. */
  write(space: Space, spans: readonly Span[], call: Call): Promise<void>;
  /**
   * For deletes: forgets which facts of the space have been written, so that later spans bring them again; then waits until
   * all that was accepted so far is visible, and keeps segments from being loaded while `work` runs.
   */
  settled<T>(space: Space, work: () => Promise<T>, call: Call): Promise<T>;
}

export interface TraceStoreOptions {
  readonly engine: Engine;
  readonly log: SpanLog;
  readonly deployment?: Deployment;
  /** Minutes whose spans have changed: the dependency job computes their edges anew. */
  readonly noteChanged?: (minutes: readonly number[]) => void;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
}

/** The port on ClickHouse. */
export function createTraceStore(options: TraceStoreOptions): TraceStore {
  return new ClickHouseTraceStore(options);
}

class ClickHouseTraceStore implements TraceStore {
  readonly #engine: Engine;
  readonly #log: SpanLog;
  readonly #deployment: Deployment;
  readonly #origins: OriginReader;
  readonly #traces: TraceReader;
  readonly #search: SearchReader;
  readonly #eraser: Eraser;
  readonly #nowMs: () => number;

  constructor(options: TraceStoreOptions) {
    const { engine, log, deployment = SINGLE, noteChanged = () => undefined, nowMs = Date.now } = options;
    this.#nowMs = nowMs;
    this.#engine = engine;
    this.#log = log;
    this.#deployment = deployment;
    this.#origins = new OriginReader(engine);
    this.#traces = new TraceReader(engine, this.#origins, deployment);
    this.#search = new SearchReader(engine, deployment);
    this.#eraser = new Eraser(engine, deployment, this.#traces, noteChanged);
  }

  async write(space: Space, spans: readonly Span[], call: Call): Promise<void> {
    await this.#log.write(space, spans, call);
  }

  async services(space: Space, call: Call): Promise<Listed<string>> {
    return this.#listed(space, 'services', compileServices(space), call, (block, row) =>
      block.column('service').text(row),
    );
  }

  async operations(space: Space, query: OperationQuery, call: Call): Promise<Listed<Operation>> {
    return this.#listed(space, 'operations', compileOperations(space, query), call, (block, row) => ({
      service: block.column('service').text(row),
      name: block.column('name').text(row),
      kind: block.column('kind').text(row) as SpanKind,
    }));
  }

  trace(space: Space, traceId: TraceId, _hint: Partial<Window>, call: Call): AsyncIterable<readonly Span[]> {
    return this.#traces.trace(space, traceId, call);
  }

  traces(
    space: Space,
    traceIds: readonly TraceId[],
    _hint: Partial<Window>,
    call: Call,
  ): AsyncIterable<readonly Span[]> {
    return this.#traces.traces(space, [...new Set(traceIds)], call);
  }

  async search(space: Space, query: SearchQuery, call: Call): Promise<SearchResult> {
    return this.#search.search(space, query, call);
  }

  async summaries(
    space: Space,
    traceIds: readonly TraceId[],
    _hint: Partial<Window>,
    call: Call,
  ): Promise<readonly TraceSummary[]> {
    if (traceIds.length === 0) return [];
    const sql = compileSummaries(space, traceIds, this.#deployment);
    return decodeSummaries(await this.#engine.read(sql, call), traceIds);
  }

  async rates(space: Space, query: RateQuery, call: Call): Promise<readonly RateSeries[]> {
    // In a cluster only spans tell of durations, and nobody wants to read them all for a histogram.
    const hasSketches = query.boundsNanos !== undefined && this.#deployment.kind === 'single';
    const sql = hasSketches ? compileRateSketches(space, query) : compileRates(space, query);
    return decodeRates(
      await this.#engine.read(sql, call),
      hasSketches ? query : { ...query, boundsNanos: undefined },
    );
  }

  async dependencies(space: Space, query: DependencyQuery, call: Call): Promise<readonly Dependency[]> {
    return readDependencies(this.#engine, space, query, this.#nowMs(), call);
  }

  async attributeKeys(space: Space, query: AttributeKeyQuery, call: Call): Promise<Listed<AttributeKey>> {
    const sql = compileAttributeKeys(space, query);
    const { items, cut } = await this.#listed(space, 'keys', sql, call, (block, row) => ({
      key: block.column('name').text(row),
      level: block.column('level').text(row) as AttributeLevel,
    }));
    return { items: items.slice(0, query.limit), cut: cut || items.length > query.limit };
  }

  async attributeValues(
    space: Space,
    query: AttributeValueQuery,
    call: Call,
  ): Promise<readonly AttributeCount[]> {
    return readAttributeValues(this.#engine, space, query, call);
  }

  async deleteTrace(space: Space, traceId: TraceId, call: Call): Promise<void> {
    await this.#log.settled(space, () => this.#eraser.deleteTrace(space, traceId, call), call);
    this.#origins.clear();
  }

  async deleteSpace(space: Space, call: Call): Promise<void> {
    await this.#log.settled(space, () => this.#eraser.deleteSpace(space, call), call);
    this.#origins.clear();
  }

  async spaces(call: Call): Promise<readonly SpaceSummary[]> {
    return this.#rows(SPACES, call, (block, row) => ({
      space: storedSpace(
        block.column('tenant').text(row),
        block.column('db').text(row),
        block.column('table').text(row),
      ),
      spanCount: block.column('spans').number(row),
      firstStartNanos: block.column('first').bigint(row),
      lastStartNanos: block.column('last').bigint(row),
    }));
  }

  async #listed<T>(
    space: Space,
    list: LimitedList,
    sql: string,
    call: Call,
    decode: (block: NativeBlock, row: number) => T,
  ): Promise<Listed<T>> {
    const [items, cuts] = await Promise.all([
      this.#rows(sql, call, decode),
      this.#rows(compileCut(space, list), call, (block, row) => block.column('cuts').number(row)),
    ]);
    return { items, cut: cuts.some((count) => count > 0) };
  }

  async #rows<T>(sql: string, call: Call, decode: (block: NativeBlock, row: number) => T): Promise<T[]> {
    const blocks = decodeNative(await this.#engine.read(sql, call));
    return blocks.flatMap((block) => Array.from({ length: block.rows }, (_, row) => decode(block, row)));
  }
}
