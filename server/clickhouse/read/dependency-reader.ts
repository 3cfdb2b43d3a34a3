import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { Space } from '../../space/space.ts';
import type { Call, Dependency, DependencyQuery } from '../../store/trace-store.ts';
import {
  type CountedMinutes,
  compileDependencies,
  compileProgress,
  compileSpanCount,
  minutesFrom,
} from '../compile/dependencies.ts';
import type { EngineReads } from '../engine/engine.ts';
import { numbersOf, spreadAt } from './rate-series.ts';

const MINUTE_MS = 60_000;
/** Open minutes further back are left to the dependency job: it was away, and will come to them. */
const COUNTED_MINUTES = 10;
/** Joined in about a second. Where more have come, one trace in so many is counted for all of them. */
const JOINED_SPANS = 500_000;

/** Edges of the minutes that the dependency job has come to, and of those since. */
export async function readDependencies(
  engine: EngineReads,
  space: Space,
  query: DependencyQuery,
  nowMs: number,
  call: Call,
): Promise<readonly Dependency[]> {
  // Asked before the edges: a minute that is closed in between is then counted from its spans, and once.
  const open = await readNumber(engine, compileProgress(), call);
  const oldest = Math.floor(nowMs / MINUTE_MS) - COUNTED_MINUTES;
  const counted = await readCounted(engine, space, query, Math.max(open, oldest), call);
  const blocks = decodeNative(await engine.read(compileDependencies(space, query, open, counted), call));
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => dependencyAt(block, row, query)),
  );
}

/** Where there is nothing to be counted, nothing is joined. Spreads cannot be told of a sample. */
async function readCounted(
  engine: EngineReads,
  space: Space,
  query: DependencyQuery,
  first: number,
  call: Call,
): Promise<CountedMinutes | undefined> {
  const minutes = query.boundsNanos === undefined ? minutesFrom(first, query) : undefined;
  if (minutes === undefined) return undefined;
  const spans = await readNumber(engine, compileSpanCount(space, minutes), call);
  return spans === 0 ? undefined : { ...minutes, oneIn: Math.ceil(spans / JOINED_SPANS) };
}

function dependencyAt(block: NativeBlock, row: number, { boundsNanos }: DependencyQuery): Dependency {
  const [p50Nanos = 0, p95Nanos = 0] = numbersOf(block, 'quantiles', row);
  return {
    parent: block.column('parent').text(row),
    child: block.column('child').text(row),
    calls: block.column('called').number(row),
    errors: block.column('failed').number(row),
    p50Nanos,
    p95Nanos,
    ...spreadAt(block, row, boundsNanos),
  };
}

async function readNumber(engine: EngineReads, sql: string, call: Call): Promise<number> {
  const [block] = decodeNative(await engine.read(sql, call));
  return block?.column('value').number(0) ?? 0;
}
