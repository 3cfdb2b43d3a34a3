import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import type { TraceId } from '../../span/span.ts';
import type { TraceSummary } from '../../store/trace-store.ts';

/** Summaries in the order of the ids. */
export function decodeSummaries(bytes: Uint8Array, traceIds: readonly TraceId[]): TraceSummary[] {
  const byId = new Map<TraceId, TraceSummary>();
  for (const block of decodeNative(bytes)) {
    for (let row = 0; row < block.rows; row++) {
      const summary = decodeSummary(block, row);
      byId.set(summary.traceId, summary);
    }
  }
  return [...new Set(traceIds)].flatMap((traceId) => byId.get(traceId) ?? []);
}

function decodeSummary(block: NativeBlock, row: number): TraceSummary {
  const spans = countsOf(block, 'service_spans', row);
  const errors = countsOf(block, 'service_errors', row);
  return {
    traceId: block.column('trace_id').hex(row) as TraceId,
    startNanos: block.column('first').bigint(row),
    endNanos: block.column('last').bigint(row),
    spanCount: block.column('spans').number(row),
    errorCount: block.column('errors').number(row),
    orphanCount: block.column('orphans').number(row),
    rootService: block.column('root_service').text(row),
    rootName: block.column('root_name').text(row),
    hasRoot: block.column('has_root').number(row) === 1,
    services: [...spans].map(([service, spanCount]) => ({
      service,
      spanCount,
      errorCount: errors.get(service) ?? 0,
    })),
  };
}

function countsOf(block: NativeBlock, name: string, row: number): Map<string, number> {
  const map = block.column(name);
  const counts = new Map<string, number>();
  for (let at = map.from(row), to = map.to(row); at < to; at++) {
    counts.set(map.keys.text(at), map.values.number(at));
  }
  return counts;
}
