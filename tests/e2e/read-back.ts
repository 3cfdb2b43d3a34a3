import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { expect } from 'vitest';
import { createSpace, type Space } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import { spanOfSdk } from './span-of-sdk.ts';
import type { StoppedStore } from './stopped-store.ts';

export const DB_AND_TABLE = { db: 'shop', table: 'spans' };

/** In each tenant are the spans that were sent there, type for type, and no others. */
export async function expectReadBack(
  store: StoppedStore,
  sentByTenant: ReadonlyMap<string, readonly ReadableSpan[]>,
): Promise<void> {
  for (const [tenant, sent] of sentByTenant) {
    const space = createSpace(tenant, DB_AND_TABLE.db, DB_AND_TABLE.table);
    const want = sent.map(spanOfSdk);
    expect(comparable(await readTraces(store, space, want))).toEqual(comparable(want));
  }
  const counts = (await store.spaces()).map(({ space, spanCount }) => [space.tenant, spanCount]);
  expect(counts).toEqual([...sentByTenant].map(([tenant, sent]) => [tenant, sent.length]));
}

async function readTraces(store: StoppedStore, space: Space, spans: readonly Span[]): Promise<Span[]> {
  const found: Span[] = [];
  for (const traceId of new Set(spans.map((span) => span.traceId)))
    found.push(...(await store.trace(space, traceId)));
  return found;
}

/** In one order, and with bytes as numbers: what a Buffer is in one process is a Uint8Array in the next. */
function comparable(spans: readonly Span[]): unknown[] {
  return [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : 1)).map(withPlainBytes);
}

function withPlainBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(withPlainBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainBytes(inner)]));
}
