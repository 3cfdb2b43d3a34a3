import { type NativeBlock, decodeNative } from '../columns/native-reader.ts';
import { archiveOf, isArchive } from '../space/archive.ts';
import { type Space, storedSpace } from '../space/space.ts';
import type { Span, SpanKind, TraceId } from '../span/span.ts';
import type {
  Aggregate,
  AggregateQuery,
  AttributeCount,
  AttributeKey,
  AttributeKeyQuery,
  AttributeLevel,
  AttributeValueQuery,
  Call,
  CountQuery,
  Dependency,
  DependencyQuery,
  FoundSpans,
  FoundTrace,
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
import type { Engine, EngineReads } from './engine/engine.ts';
import { readAggregate } from './read/aggregate-reader.ts';
import { readAttributeValues } from './read/attribute-value-reader.ts';
import { readDependencies } from './read/dependency-reader.ts';
import { FragmentReader, type FragmentLimits } from './read/fragment-reader.ts';
import { OriginReader } from './read/origins.ts';
import { decodeRates } from './read/rate-series.ts';
import { type Asked, withRowBudget } from './read/row-budget.ts';
import { SearchReader } from './read/search-reader.ts';
import { SpanSearchReader } from './read/span-search-reader.ts';
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
  /** Rows that each statement of a query may read; without it the time alone ends a query. */
  readonly queryMaxRows?: number;
  /** What a span may have when what came apart is added to it; as when it is written. */
  readonly limits?: FragmentLimits;
  /** Minutes whose spans have changed: the dependency job computes their edges anew. */
  readonly noteChanged?: (minutes: readonly number[]) => void;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
}

/** Ids of one statement: the engine refuses one of more than a quarter of a megabyte. */
const SUMMARIZED_AT_ONCE = 2_000;

/** The defaults of the settings. */
const LIMITS: FragmentLimits = { events: 4096, links: 4096 };

/** Who reads, and what a reader who asked for too much is told. */
const ASKED = {
  search: {
    what: 'this search',
    narrow: 'choose a shorter time window, name a service, or ask for an attribute by its value',
  },
  trace: { what: 'this lookup of traces' },
  rates: { what: 'these rates', narrow: 'choose a shorter time window, or name a service' },
  aggregate: {
    what: 'this aggregate',
    narrow: 'choose a shorter time window, name a service, or ask for an attribute by its value',
  },
  dependencies: { what: 'these dependencies', narrow: 'choose a shorter time window' },
  values: {
    what: 'this list of attribute values',
    narrow: 'choose a shorter time window, or name a service',
  },
  list: { what: 'this list' },
} as const satisfies Record<string, Asked>;

/** The port on ClickHouse. */
export function createTraceStore(options: TraceStoreOptions): TraceStore {
  return new ClickHouseTraceStore(options);
}

class ClickHouseTraceStore implements TraceStore {
  readonly #reads: Readonly<Record<keyof typeof ASKED, EngineReads>>;
  readonly #log: SpanLog;
  readonly #deployment: Deployment;
  readonly #origins: OriginReader;
  readonly #traces: TraceReader;
  readonly #search: SearchReader;
  readonly #spans: SpanSearchReader;
  readonly #eraser: Eraser;
  readonly #nowMs: () => number;

  constructor(options: TraceStoreOptions) {
    const { engine, log, deployment = SINGLE, noteChanged = () => undefined, nowMs = Date.now } = options;
    this.#nowMs = nowMs;
    this.#reads = budgeted(engine, options.queryMaxRows);
    this.#log = log;
    this.#deployment = deployment;
    this.#origins = new OriginReader(this.#reads.trace);
    const fragments = new FragmentReader(this.#reads.trace, options.limits ?? LIMITS);
    this.#traces = new TraceReader(this.#reads.trace, this.#origins, fragments, deployment);
    this.#search = new SearchReader(this.#reads.search, deployment);
    this.#spans = new SpanSearchReader(this.#reads.search, this.#origins, fragments, deployment);
    // A delete must succeed however much it reads: it asks the engine itself where a trace lies.
    const unbounded = new TraceReader(engine, this.#origins, fragments, deployment);
    this.#eraser = new Eraser(engine, deployment, unbounded, noteChanged);
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

  async count(space: Space, query: CountQuery, call: Call): Promise<number> {
    return this.#search.count(space, query, call);
  }

  async spans(space: Space, query: SearchQuery, call: Call): Promise<FoundSpans> {
    return this.#spans.spans(space, query, call);
  }

  async rankedSpans(
    space: Space,
    query: SearchQuery,
    traces: readonly FoundTrace[],
    call: Call,
  ): Promise<readonly Span[]> {
    return this.#spans.rankedSpans(space, query, traces, call);
  }

  async summaries(
    space: Space,
    traceIds: readonly TraceId[],
    _hint: Partial<Window>,
    call: Call,
  ): Promise<readonly TraceSummary[]> {
    const distinct = [...new Set(traceIds)];
    const summaries: TraceSummary[] = [];
    for (let at = 0; at < distinct.length; at += SUMMARIZED_AT_ONCE) {
      const ids = distinct.slice(at, at + SUMMARIZED_AT_ONCE);
      const sql = compileSummaries(space, ids, this.#deployment);
      summaries.push(...decodeSummaries(await this.#reads.trace.read(sql, call), ids));
    }
    return summaries;
  }

  async rates(space: Space, query: RateQuery, call: Call): Promise<readonly RateSeries[]> {
    // In a cluster only spans tell of durations, and nobody wants to read them all for a histogram.
    const isSingle = this.#deployment.kind === 'single';
    const hasSketches = query.boundsNanos !== undefined && query.overNanos === undefined && isSingle;
    const sql = hasSketches
      ? compileRateSketches(space, query)
      : compileRates(space, query, this.#deployment);
    return decodeRates(
      await this.#reads.rates.read(sql, call),
      hasSketches ? query : { ...query, boundsNanos: undefined },
    );
  }

  async aggregate(space: Space, query: AggregateQuery, call: Call): Promise<Aggregate> {
    return readAggregate(this.#reads.aggregate, space, query, call);
  }

  async dependencies(space: Space, query: DependencyQuery, call: Call): Promise<readonly Dependency[]> {
    return readDependencies(this.#reads.dependencies, space, query, this.#nowMs(), call);
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
    return readAttributeValues(this.#reads.values, space, query, call);
  }

  async deleteTrace(space: Space, traceId: TraceId, call: Call): Promise<void> {
    await this.#erase(space, call, (place) => this.#eraser.deleteTrace(place, traceId, call));
  }

  async deleteSpace(space: Space, call: Call): Promise<void> {
    await this.#erase(space, call, (place) => this.#eraser.deleteSpace(place, call));
  }

  async spaces(call: Call): Promise<readonly SpaceSummary[]> {
    const summaries = await this.#rows(SPACES, call, (block, row) => ({
      space: storedSpace(
        block.column('tenant').text(row),
        block.column('db').text(row),
        block.column('table').text(row),
      ),
      spanCount: block.column('spans').number(row),
      firstStartNanos: block.column('first').bigint(row),
      lastStartNanos: block.column('last').bigint(row),
    }));
    return summaries.filter(({ space }) => !isArchive(space));
  }

  /** In the space first: a trace that is archived meanwhile is found by the second pass. */
  async #erase(space: Space, call: Call, erase: (place: Space) => Promise<void>): Promise<void> {
    for (const place of [space, archiveOf(space)]) await this.#log.settled(place, () => erase(place), call);
    this.#origins.clear();
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
    const blocks = decodeNative(await this.#reads.list.read(sql, call));
    return blocks.flatMap((block) => Array.from({ length: block.rows }, (_, row) => decode(block, row)));
  }
}

function budgeted(engine: Engine, maxRows: number | undefined): Record<keyof typeof ASKED, EngineReads> {
  const reads = (asked: Asked): EngineReads =>
    maxRows === undefined ? engine : withRowBudget(engine, maxRows, asked);
  return {
    search: reads(ASKED.search),
    trace: reads(ASKED.trace),
    rates: reads(ASKED.rates),
    aggregate: reads(ASKED.aggregate),
    dependencies: reads(ASKED.dependencies),
    values: reads(ASKED.values),
    list: reads(ASKED.list),
  };
}
